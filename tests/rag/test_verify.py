"""rag/verify.py: what is altered is caught, what is true is kept."""

from __future__ import annotations

from typing import Any

import pytest

from corpus.types import Locality, Span
from rag.types import Citation, Statement
from rag.verify import checked, problems
from tests.golden import rows

ROWS = rows("verify")


def citation(row: dict[str, Any]) -> Citation:
    """A citation out of a golden row."""
    quote = row["quote"]
    span = Span(0, len(quote))
    return Citation(
        n=row["n"],
        doc="报告.txt",
        report="报告.txt#1",
        passage="报告.txt#1:1",
        title=row["title"],
        title_made=False,
        locality=Locality(*row["locality"]),
        date=row["date"],
        source=None,
        quote=quote,
        span=span,
        raw_span=span,
    )


def wrong(row: dict[str, Any]) -> tuple[str, ...]:
    """The problems found in a golden row."""
    return problems(row["text"], [citation(c) for c in row["citations"]])


def test_golden_is_large_and_varied() -> None:
    true = [row for row in ROWS if row["ok"]]
    kinds = {row["kind"] for row in ROWS if not row["ok"]}
    assert len(true) >= 60
    assert len(ROWS) - len(true) >= 90
    assert len(kinds) >= 9


def test_altered_statements_are_caught() -> None:
    altered = [row for row in ROWS if not row["ok"]]
    missed = [f"{row['id']} {row['kind']}: {row['text']}" for row in altered if not wrong(row)]
    assert len(missed) <= 0.03 * len(altered), "\n".join(missed)


def test_true_statements_are_kept() -> None:
    true = [row for row in ROWS if row["ok"]]
    lost = [f"{row['id']} {row['text']}: {wrong(row)}" for row in true if wrong(row)]
    assert len(lost) <= 0.03 * len(true), "\n".join(lost)


@pytest.mark.parametrize("numbers", [(), (7,)])
def test_a_statement_without_a_citation_is_not_verified(numbers: tuple[int, ...]) -> None:
    row = ROWS[0]
    done = checked([Statement(row["text"], numbers)], [citation(c) for c in row["citations"]])
    assert not done[0].verified
    assert done[0].note


def test_what_we_supply_ourselves_is_no_claim() -> None:
    cited = citation(ROWS[0]["citations"][0])
    assert problems(f"{cited.quote[:3]}〔建平县〕{cited.quote[3:]}[1]", [cited]) == ()
