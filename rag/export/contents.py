"""What every format shows: cases, a comparison, questions to discuss, sources. Formats only lay it out.

Pieces of one place are one case, and so are prints of one article: a reprint is another source of the same
case, never another case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.basket import Basket, Kind, Piece, Quote
from rag.cards import UNPLACED, short
from rag.compare import COLUMNS, MISSING

CHANGED = "来源已变更"
NOTE = "培训备注"
NOT_COLLECTED = "—"
LEGEND = f"“{MISSING}”：在该地的报告里没有找到；“{NOT_COLLECTED}”：没有收入素材篮。其余引文见案例。"
CHANGED_SAYS = f"标有“{CHANGED}”的引文，与库里现在的报告不一致，或报告已移除；使用前请核对。"
MADE = "（拟题）"


@dataclass(frozen=True, slots=True)
class Said:
    """One quote with the numbers of its notes: several where several prints of an article hold it."""

    text: str
    notes: tuple[int, ...]
    column: str = ""
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """What one place did."""

    place: str
    measures: tuple[str, ...]
    said: tuple[Said, ...]
    remarks: tuple[str, ...]  # the trainer's own notes
    prints: int  # reports that print the same article as another one of this case
    compared: bool  # came from a comparison: what it lacks was looked for

    @property
    def heading(self) -> str:
        """Place and measure on one line."""
        return "｜".join([self.place, *self.measures[:1]])

    @property
    def reprinted(self) -> str:
        """What is said of prints; empty where there are none."""
        return f"其中{self.prints}份报告是同一篇的转载，合并为一例。" if self.prints else ""


@dataclass(frozen=True, slots=True)
class Note:
    """A numbered note: where one quote stands."""

    n: int
    quote: Quote

    @property
    def title(self) -> str:
        """The report's title, marked where it was made rather than found."""
        return f"《{self.quote.title}》" + (MADE if self.quote.title_made else "")

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Label and value of everything that leads back to the words."""
        q = self.quote
        return (
            ("地方", q.place),
            ("日期", q.date or "日期未注明"),
            ("来源", q.source or "来源未注明"),
            ("文件", q.doc),
            ("位置", f"正文第{q.span.start + 1}—{q.span.end}字"),
        )

    @property
    def text(self) -> str:
        """The whole note on one line."""
        parts = [self.title, *(f"文件 {value}" if name == "文件" else value for name, value in self.facts)]
        return "，".join(parts) + ("。" if not self.quote.changed else f"。【{CHANGED}】")


@dataclass(frozen=True, slots=True)
class Origin:
    """One report with the numbers of the notes that quote it."""

    title: str
    place: str
    date: str
    source: str
    doc: str
    notes: tuple[int, ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A comparison: one row a case; a cell is a list of quotes, or one of the words for nothing."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[Said, ...], ...]], ...]  # (place, cells)


@dataclass(frozen=True, slots=True)
class Dossier:
    """A basket made ready for paper."""

    title: str
    date: str
    lead: str
    cases: tuple[Case, ...]
    table: Table
    questions: tuple[str, ...]
    notes: tuple[Note, ...]
    origins: tuple[Origin, ...]
    changed: int  # quotes that no longer equal their report


def dossier(basket: Basket) -> Dossier:
    """Everything that the formats lay out, numbered through in the order of the basket."""
    notes: list[Note] = []
    groups = _groups(basket.pieces)
    cases = tuple(_case(group, notes) for group in groups)
    origins = tuple(_origins(notes))
    changed = sum(note.quote.changed for note in notes)
    known = {case.place for case in cases} - {UNPLACED}
    where = f"来自{len(known)}个地方的" if known else "来自"
    lead = f"共{len(cases)}个案例、{len(notes)}条引文，{where}{len(origins)}份报告。"
    lead += "引文均为报告原句，编号对应文后出处。"
    return Dossier(
        basket.title,
        basket.date,
        lead,
        cases,
        _table(cases),
        questions(cases),
        tuple(notes),
        origins,
        changed,
    )


def mark(note: int) -> str:
    """A note's number in text."""
    return f"[{note}]"


def marks(notes: Iterable[int]) -> str:
    """Several of them."""
    return "".join(map(mark, notes))


def numbers(notes: Sequence[int]) -> str:
    """Numbers for a narrow column.

    >>> numbers([1, 2, 3, 5])
    '1—3、5'
    """
    runs: list[list[int]] = []
    for n in notes:
        if runs and runs[-1][-1] == n - 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}—{run[-1]}" for run in runs)


# --- cases ------------------------------------------------------------------------------------------------


def _groups(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces of one place or of prints of one article together, in the order of the first of each."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        near = [group for group in groups if _belongs(piece, group)]
        if not near:
            groups.append([piece])
            continue
        near[0].append(piece)
        for apart in near[1:]:  # what the piece has in common with both
            if all(_compatible(one, other) for one in near[0] for other in apart):
                near[0].extend(apart)
                groups.remove(apart)
    return groups


def _belongs(piece: Piece, group: Sequence[Piece]) -> bool:
    return any(_together(piece, one) for one in group) and all(_compatible(piece, one) for one in group)


def _together(one: Piece, other: Piece) -> bool:
    a, b = one.quotes[0].locality, other.quotes[0].locality
    if a.known and a.full == b.full:
        return True
    return bool(_articles(one) & _articles(other)) and _compatible(one, other)


def _compatible(one: Piece, other: Piece) -> bool:
    """Whether two pieces may be of one place: a practice is never credited to another one."""
    a, b = one.quotes[0].locality, other.quotes[0].locality
    return not a.known or not b.known or a.within(b) or b.within(a)


def _articles(piece: Piece) -> set[tuple[str, object]]:
    return {_article(quote) for quote in piece.quotes}


def _article(quote: Quote) -> tuple[str, object]:
    return ("report", quote.report) if quote.cluster is None else ("cluster", quote.cluster)


def _case(group: Sequence[Piece], notes: list[Note]) -> Case:
    quotes = [quote for piece in group for quote in piece.quotes]
    place = max((piece.quotes[0].locality.full for piece in group), key=len) or group[0].place
    measures = dict.fromkeys(piece.measure for piece in group if piece.measure)
    remarks = dict.fromkeys(piece.note.strip() for piece in group if piece.note.strip())
    reports = {quote.report: _article(quote) for quote in quotes}
    twice = [r for r, article in reports.items() if list(reports.values()).count(article) > 1]
    return Case(
        place,
        tuple(measures),
        tuple(_said(quotes, notes)),
        tuple(remarks),
        len(twice),
        any(piece.kind is Kind.ROW for piece in group),
    )


def _said(quotes: Sequence[Quote], notes: list[Note]) -> Iterator[Said]:
    """Each wording once, with a note for every place in every print that holds it."""
    wordings: dict[str, list[Quote]] = {}
    for quote in quotes:
        wordings.setdefault(quote.text, []).append(quote)
    for text, same in wordings.items():
        numbers = []
        for quote in {(q.report, q.span): q for q in same}.values():
            notes.append(Note(len(notes) + 1, quote))
            numbers.append(len(notes))
        column = next((q.column for q in same if q.column), "")
        yield Said(text, tuple(numbers), column, any(q.changed for q in same))


def _origins(notes: Iterable[Note]) -> Iterator[Origin]:
    reports: dict[str, list[Note]] = {}
    for note in notes:
        reports.setdefault(note.quote.report, []).append(note)
    for same in reports.values():
        q = same[0].quote
        yield Origin(
            same[0].title,
            q.place,
            q.date or "未注明",
            q.source or "未注明",
            q.doc,
            tuple(note.n for note in same),
            any(note.quote.changed for note in same),
        )


# --- the comparison -----------------------------------------------------------------------------------------


def _table(cases: Sequence[Case]) -> Table:
    """The columns of a comparison where rows of one were collected; else measure and quotes side by side."""
    if not any(case.compared for case in cases):
        rows = ((case.place, (_words(case.measures), case.said)) for case in cases)
        return Table(("地方", "做法名称", "原文"), tuple(rows))
    columns = COLUMNS[:-1]
    return Table(("地方", *columns), tuple((c.place, tuple(_cells(c, columns))) for c in cases))


def _cells(case: Case, columns: Sequence[str]) -> Iterator[tuple[Said, ...]]:
    loose = tuple(said for said in case.said if not said.column)
    for column in columns:
        said = tuple(s for s in case.said if s.column == column)
        if column == columns[0] and not said and loose:
            said = loose[:1]  # the others stand in the case itself
        yield said or _words((MISSING if case.compared else NOT_COLLECTED,))


def _words(words: Iterable[str]) -> tuple[Said, ...]:
    return tuple(Said(word, ()) for word in words) or (Said(NOT_COLLECTED, ()),)


# --- questions to discuss -----------------------------------------------------------------------------------

_ASKS = (
    "这项做法要解决的是什么问题？我们这里有没有同样的问题？",
    "这项做法由谁牵头、谁参与？换到我们这里，对应的是哪些人？",
    "这项做法靠哪些条件才做得成？我们具备哪些，还缺什么？",
    "怎样看出这项做法有没有成效？报告里的数字还应当怎样核实？",
)


def questions(cases: Sequence[Case]) -> tuple[str, ...]:
    """Questions to discuss, made from the names of the measures: one a case, then across cases."""
    asked = [f"{_named(case)}：{_ASKS[at % len(_ASKS)]}" for at, case in enumerate(cases)]
    if len(cases) > 1:
        first, second = _named(cases[0]), _named(cases[1])
        asked.append(f"{first}，与{second}相比，办法有什么不同？为什么会不同？")
    if cases:
        asked.append("如果从以上做法中选一项在本地试行：先在哪里试，由谁牵头，多久看一次成效？")
    return tuple(asked)


def _named(case: Case) -> str:
    """A case by its place and measure; by its first words where the measure has no name."""
    name = case.place.rpartition("·")[2]
    what = case.measures[0] if case.measures else case.said[0].text
    return f"{name}“{short(what).replace('“', '‘').replace('”', '’')}”"
