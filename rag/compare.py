"""The comparison: theme × places, each cell a quote with its citation, or 未提及."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag import contract
from rag.candidates import Candidate, candidates
from rag.cards import cite, place_name, short
from rag.evidence import as_evidence
from rag.figures import measured
from rag.sources import Source, gram_weights
from rag.types import Citation, Evidence, Hit, Question

COLUMNS = ("做法", "牵头与参与", "机制与文件", "投入与条件", "成效数据", "来源")
MISSING = "未提及"

# What a sentence of each column looks like. 做法 is whatever answers best; 来源 is the report itself.
_LEADS = re.compile(
    "牵头|主导|联合|会同|组成|参与|党委|党支部|党组织|街道|居委会|业委会|物业|民政|部门|志愿者|网格员|负责"
)
_RULES = re.compile("《[^》]+》|印发|出台|机制|制度|办法|公约|规定|条例|方案|工作法|模式|清单|标准")
_MEANS = re.compile(
    "资金|经费|投入|万元|亿元|补贴|补助|奖补|财政|筹措|场地|场所|设备|面积|平方米|人员|编制|配备|购买服务|免费"
)
_RESULT = re.compile("累计|解决|服务|惠及|覆盖|满意|提升|下降|增长|增收|化解|办结|共|目前|已")
_LONGEST = 120  # characters of a cell; a longer sentence is left to the shorter ones where there are any


@dataclass(frozen=True, slots=True)
class Cell:
    """What one place says of one column."""

    text: str  # the quote with its [n], or 未提及
    citation: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One place; cells in the order of `COLUMNS`."""

    place: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole table and its citations."""

    theme: str
    rows: tuple[Row, ...]
    citations: tuple[Citation, ...]

    def as_json(self) -> dict[str, Any]:
        """One object of ``compare --json``."""
        rows = [
            {
                "place": row.place,
                **{
                    c: {"text": x.text, "citation": x.citation}
                    for c, x in zip(COLUMNS, row.cells, strict=True)
                },
            }
            for row in self.rows
        ]
        return {
            "theme": self.theme,
            "columns": list(COLUMNS),
            "rows": rows,
            "citations": [contract.citation(c) for c in self.citations],
        }

    def markdown(self) -> str:
        """The table in markdown."""
        lines = ["| 地方 | " + " | ".join(COLUMNS) + " |", "|" + "---|" * (len(COLUMNS) + 1)]
        for row in self.rows:
            lines.append(
                "| " + " | ".join([row.place, *(cell.text.replace("|", "｜") for cell in row.cells)]) + " |"
            )
        return "\n".join(lines)


def compare(question: Question, hits: Sequence[Hit], places: int = 8) -> Comparison:
    """At most `places` places, the best first, one row each."""
    weights = gram_weights(question, hits)
    rows: list[Row] = []
    cited: list[Citation] = []
    for group in _by_place(hits, places):
        source = Source(group[0].stored.head, group, group[0].score)
        chosen = _choose(candidates(question, source, weights))
        quoted = list(dict.fromkeys(one for one in chosen if one is not None))
        numbered = cite(quoted, len(cited) + 1)
        cited.extend(numbered)
        number = {one: c.n for one, c in zip(quoted, numbered, strict=True)}
        cells = [_cell(one, number) for one in chosen]
        rows.append(Row(_label(group[0]), (*cells, _origin(numbered))))
    return Comparison(question.asked, tuple(rows), tuple(cited))


def _by_place(hits: Sequence[Hit], most: int) -> list[tuple[Hit, ...]]:
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        head = hit.stored.head
        groups.setdefault(head.locality.full or head.report, []).append(hit)
    best = max((hit.score for hit in hits), default=0.0)
    near = [tuple(group) for group in groups.values() if group[0].score >= 0.6 * best]
    return near[:most]


def _label(hit: Hit) -> str:
    head = hit.stored.head
    return head.locality.full or f"{place_name(head)}（{short(head.shown_title)}）"


def _choose(found: list[Candidate]) -> list[Evidence | None]:
    """For each column but 来源 the best sentence that looks like it; no sentence twice."""
    tests = (None, _LEADS, _RULES, _MEANS, _RESULT)
    used: set[Candidate] = set()
    chosen: list[Evidence | None] = []
    for at, test in enumerate(tests):
        fit = [one for one in found if _fits(one, test, at) and one not in used]
        best = max(
            fit,
            key=lambda one: one.score + _suits(one, test) - 0.3 * (len(one.text) > _LONGEST),
            default=None,
        )
        if best is not None:
            used.add(best)
        chosen.append(as_evidence(best) if best else None)
    return chosen


def _fits(one: Candidate, test: re.Pattern[str] | None, column: int) -> bool:
    if test is None:
        return True
    if column == COLUMNS.index("成效数据") and not measured(one.text):
        return False
    return test.search(one.text) is not None


def _suits(one: Candidate, test: re.Pattern[str] | None) -> float:
    return 0.15 * min(3, len(set(test.findall(one.text)))) if test else 0.0


def _cell(one: Evidence | None, number: dict[Evidence, int]) -> Cell:
    return Cell(f"{one.text}[{number[one]}]", number[one]) if one else Cell(MISSING)


def _origin(cited: Sequence[Citation]) -> Cell:
    seen = {c.report: c for c in cited}
    return Cell(
        "；".join(f"《{short(c.title)}》{c.date or ''}" for c in seen.values()), cited[0].n if cited else None
    )
