"""What a browser kept is anybody's text; what the store says counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.types import Locality, Runs, Section, Span
from index.types import ReportHead, StoredReport
from rag import basket
from rag.basket import Kind, Piece
from rag.types import Citation
from tests.rag.made import KAIPING, LIUHE, LIUHE_TEXT

HEADING = "红管家"
TEXT = f"{HEADING}\n{LIUHE_TEXT}"
SPAN = Span(len(HEADING) + 1, len(HEADING) + 14)


def head(report: str = "六合.txt#1", place: Locality = LIUHE, cluster: int = 1) -> ReportHead:
    return ReportHead(
        report,
        report.partition("#")[0],
        "红管家进小区",
        "红管家进小区",
        False,
        place,
        (),
        "2024-05-01",
        "某报",
        cluster,
    )


def stored(own: ReportHead | None = None) -> StoredReport:
    whole = Span(0, len(TEXT))
    section = Section(HEADING, 1, whole, Span(len(HEADING) + 1, len(TEXT)))
    return StoredReport(own or head(), TEXT, Runs([whole]), (section,))


def citation(n: int = 1, own: ReportHead | None = None, span: Span = SPAN) -> Citation:
    own = own or head()
    return Citation(
        n, own.doc, own.report, f"{own.report}:1", own.shown_title, False, own.locality, own.date, own.source,
        span.of(TEXT), span, span,
    )  # fmt: skip


def kept() -> dict[str, object]:
    return basket.as_json(basket.single("红管家怎么做？", citation()))


def test_a_piece_survives_the_way_through_the_browser() -> None:
    piece = replace(basket.single("红管家怎么做？", citation()), note="先讲这个")
    assert basket.read([basket.as_json(piece)]) == ((piece,), 0)


def test_an_answer_becomes_one_piece_a_place() -> None:
    cited = [citation(1), citation(2, head("开平.txt#1", KAIPING)), citation(3)]
    pieces = basket.from_citations("怎么做？", cited)
    assert [(p.kind, p.place, len(p.quotes)) for p in pieces] == [
        (Kind.CARD, LIUHE.full, 2),
        (Kind.CARD, KAIPING.full, 1),
    ]


@pytest.mark.parametrize(
    "row",
    [None, "x", 3, [], {}, {"quotes": []}, {"quotes": "x"}, {"quotes": [{"report": "a"}]}, {"kind": "别的"},
     {"quotes": [{"report": "a", "start": -1, "end": 2, "quote": "甲"}]},
     {"quotes": [{"report": "a", "start": 0, "end": 2, "quote": "甲" * 5000}]},
     {"quotes": [{"report": "a", "start": 0, "end": 2, "quote": {"x": 1}}]}],
)  # fmt: skip
def test_what_is_no_piece_is_left_out_and_counted(row: object) -> None:
    pieces, bad = basket.read([row, kept()])
    assert len(pieces) == 1
    assert bad == 1


@pytest.mark.parametrize(("rows", "bad"), [(None, 0), ("x", 1), ({"a": 1}, 1), (7, 1)])
def test_what_is_no_basket_is_empty(rows: object, bad: int) -> None:
    assert basket.read(rows) == ((), bad)


def test_a_basket_has_an_end() -> None:
    pieces, bad = basket.read([kept()] * (basket.MOST + 3))
    assert (len(pieces), bad) == (basket.MOST, 3)


def test_facts_are_taken_from_the_store_not_from_the_browser() -> None:
    forged = kept()
    (quote,) = forged["quotes"]  # type: ignore[misc]
    quote |= {"title": "别的标题", "date": "1999-01-01", "source": "别处", "locality": {"province": "别省"}}
    pieces, _ = basket.read([forged])
    (piece,) = basket.checked(pieces, lambda _: stored())
    (found,) = piece.quotes
    assert (found.title, found.date, found.source, found.locality) == (
        "红管家进小区",
        "2024-05-01",
        "某报",
        LIUHE,
    )
    assert (found.heading, found.cluster, found.changed) == (HEADING, 1, False)


@pytest.mark.parametrize("change", ["words", "span", "gone"])
def test_a_quote_that_no_longer_stands_there_is_marked(change: str) -> None:
    piece = basket.single("", citation())
    (quote,) = piece.quotes
    if change == "words":
        quote = replace(quote, text="改过的字")
    if change == "span":
        quote = replace(quote, span=Span(quote.span.start + 1, quote.span.end + 1))
    (found,) = basket.checked([Piece(piece.kind, (quote,))], lambda _: None if change == "gone" else stored())
    assert found.quotes[0].changed
    assert found.quotes[0].text == quote.text
    assert found.quotes[0].doc == "六合.txt"  # its source stays with it
