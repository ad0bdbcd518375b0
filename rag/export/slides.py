"""PowerPoint (.pptx): one slide a case, the comparison, questions, sources. What is too long goes on."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.cards import short
from rag.export import contents as d
from rag.export.canvas import BOTTOM, LEFT, SPACED, TOP, WIDE, Canvas
from rag.export.pack import dated
from rag.export.text import chunks, line, lines

_QUOTE, _NOTE, _FOOT, _CELL = 18.0, 15.0, 10.5, 11.0  # points
_GAP = 8.0  # points between paragraphs
_LONGEST = 8  # lines of one quote on one slide
_TALLEST = 19  # lines of one cell on one slide


@dataclass(frozen=True, slots=True)
class _Item:
    """A paragraph of a case: a quote, or the trainer's note."""

    text: str
    said: d.Said | None  # None: the trainer's own words

    @property
    def height(self) -> float:
        size = _QUOTE if self.said else _NOTE
        text = self.text + (d.marks(self.said.notes) + d.CHANGED if self.said else "")
        return lines(text, (WIDE - 24) / size) * size * SPACED + _GAP


def render(found: d.Dossier) -> bytes:
    """The dossier as a presentation, 16:9."""
    canvas = Canvas(line(found.title), found.date)
    warning = [f"注意：{d.CHANGED_SAYS}"] if found.changed else []
    canvas.opening(line(found.title), [found.date, found.lead, *warning])
    notes = {note.n: note for note in found.notes}
    for at, case in enumerate(found.cases, 1):
        _case(canvas, at, case, notes)
    _comparison(canvas, found.table)
    _discussion(canvas, found.questions)
    _sources(canvas, found)
    out = io.BytesIO()
    canvas.file.save(out)
    return dated(out.getvalue(), found.date)


# --- cases ------------------------------------------------------------------------------------------------


def _case(canvas: Canvas, at: int, case: d.Case, notes: dict[int, d.Note]) -> None:
    for page, items in enumerate(_pages(list(_items(case)), notes)):
        slide = canvas.slide(f"{at}. {line(case.heading)}" + ("（续）" if page else ""))
        y = TOP
        quotes = [item for item in items if item.said]
        remarks = [item for item in items if not item.said]
        if quotes:
            tall = sum(item.height for item in quotes)
            body = canvas.box(slide, LEFT, y, WIDE, tall, bar=True)
            for item in quotes:
                _quote(canvas, body, item)
            y += tall + _GAP
        if remarks:
            body = canvas.box(slide, LEFT, y, WIDE, sum(item.height for item in remarks) + _GAP, fill=True)
            for item in remarks:
                label = f"【{d.NOTE}】"
                canvas.write(body, [(label, True, ""), (item.text.removeprefix(label), False, "")], _NOTE)
        cited = [notes[n] for item in quotes if item.said for n in item.said.notes]
        _foot(canvas, slide, list(dict.fromkeys(cited)), case.reprinted)


def _items(case: d.Case) -> Iterator[_Item]:
    for said in case.said:
        label = f"{said.column}：" if said.column else ""
        for part in chunks(line(label + said.text), (WIDE - 60) / _QUOTE, _LONGEST):
            yield _Item(part, said)
    for remark in case.remarks:
        for part in chunks(line(remark), (WIDE - 120) / _NOTE, _LONGEST):
            yield _Item(f"【{d.NOTE}】{part}", None)


def _pages(items: Sequence[_Item], notes: dict[int, d.Note]) -> Iterator[list[_Item]]:
    """As many paragraphs a slide as fit above the sources that they need below."""
    page: list[_Item] = []
    for item in items:
        if page and _height([*page, item], notes) > BOTTOM - TOP:
            yield page
            page = []
        page.append(item)
    if page:
        yield page


def _height(items: Sequence[_Item], notes: dict[int, d.Note]) -> float:
    cited = dict.fromkeys(n for item in items if item.said for n in item.said.notes)
    foot = sum(lines(one, WIDE / _FOOT) for one in _origins([notes[n] for n in cited])) + 1
    return sum(item.height for item in items) + 3 * _GAP + foot * _FOOT * SPACED


def _quote(canvas: Canvas, body: object, item: _Item) -> None:
    assert item.said is not None
    parts: list[tuple[str, bool, str]] = []
    if item.said.changed:
        parts.append((f"【{d.CHANGED}】", True, "red"))
    label = f"{item.said.column}：" if item.said.column else ""
    if label and item.text.startswith(label):
        parts.append((label, True, ""))
    parts.append((item.text.removeprefix(label), False, ""))
    parts.append((d.marks(item.said.notes), False, "mark"))
    canvas.write(body, parts, _QUOTE)


def _origins(notes: Sequence[d.Note]) -> list[str]:
    """Title, place, date, source and file, each report once."""
    reports: dict[str, list[d.Note]] = {}
    for note in notes:
        reports.setdefault(note.quote.report, []).append(note)
    return [_origin(same) for same in reports.values()]


def _origin(same: Sequence[d.Note]) -> str:
    facts = dict(same[0].facts)
    title, doc = short(same[0].title, 60), short(facts["文件"], 60)  # whole in the speaker's notes
    said = "，".join([title, facts["地方"], facts["日期"], short(facts["来源"]), f"文件 {doc}"])
    return line(f"{d.marks(note.n for note in same)} {said}")


def _foot(canvas: Canvas, slide: object, cited: Sequence[d.Note], reprinted: str) -> None:
    """The sources at the foot of the slide, and in full in its speaker's notes."""
    said = [*_origins(cited), *([reprinted] if reprinted else [])]
    tall = sum(lines(one, WIDE / _FOOT) for one in said) * _FOOT * SPACED
    body = canvas.box(slide, LEFT, BOTTOM - tall, WIDE, tall)
    for one in said:
        canvas.write(body, [(one, False, "quiet")], _FOOT, gap=0)
    canvas.speak(slide, "出处\n" + "\n".join(f"{d.mark(note.n)} {line(note.text)}" for note in cited))


# --- tables and lists -----------------------------------------------------------------------------------


def _comparison(canvas: Canvas, table: d.Table) -> None:
    shares = (0.15, 0.2, 0.65) if len(table.columns) == 3 else (0.11, *[0.89 / (len(table.columns) - 1)] * 5)
    rows = [[place, *(_cell(said) for said in cells)] for place, cells in table.rows]
    _grid(canvas, "对比", table.columns, shares, rows, d.LEGEND)


def _cell(said: Sequence[d.Said]) -> str:
    return "\n".join(
        (f"【{d.CHANGED}】" if one.changed else "") + line(one.text) + d.marks(one.notes) for one in said
    )


def _sources(canvas: Canvas, found: d.Dossier) -> None:
    heads = ("编号", "报告", "地方", "日期", "来源", "文件")
    rows = []
    for one in found.origins:
        numbers = d.marks(one.notes) + (f"\n{d.CHANGED}" if one.changed else "")
        rows.append([numbers, one.title, one.place, one.date, one.source, one.doc])
    _grid(canvas, "来源", heads, (0.1, 0.32, 0.2, 0.1, 0.12, 0.16), rows, "")


def _grid(
    canvas: Canvas,
    title: str,
    heads: Sequence[str],
    shares: Sequence[float],
    rows: Sequence[Sequence[str]],
    legend: str,
) -> None:
    """A table over as many slides as it needs; a row that is taller than a slide goes on in the next."""
    room = [share * WIDE - 12 for share in shares]
    split = [part for row in rows for part in _split([line_by_line(text) for text in row], room)]
    page: list[list[str]] = []
    used, number = 0.0, 0
    for row in [*split, None]:
        tall = 0.0 if row is None else _tall(row, room)
        if page and (row is None or used + tall > BOTTOM - TOP - 52):
            slide = canvas.slide(title + ("（续）" if number else ""))
            canvas.table(
                slide, heads, [share * WIDE for share in shares], page, [_tall(r, room) for r in page], _CELL
            )
            if legend:
                body = canvas.box(slide, LEFT, BOTTOM - _FOOT * SPACED, WIDE, _FOOT * SPACED)
                canvas.write(body, [(legend, False, "quiet")], _FOOT, gap=0)
            page, used, number = [], 0.0, number + 1
        if row is not None:
            page.append(row)
            used += tall


def line_by_line(text: str) -> str:
    """Text whose own lines stay lines, spaces within them folded."""
    return "\n".join(line(part) for part in text.split("\n"))


def _split(row: Sequence[str], room: Sequence[float]) -> Iterator[list[str]]:
    parts = [_parts(text, wide / _CELL) for text, wide in zip(row, room, strict=True)]
    for at in range(max(map(len, parts))):
        yield [part[at] if at < len(part) else "" for part in parts]


def _parts(text: str, ems: float) -> list[str]:
    """A cell's text in parts that fit on a slide."""
    out = [""]
    for one in text.split("\n"):
        for part in chunks(one, ems, _TALLEST) or [""]:
            joined = f"{out[-1]}\n{part}" if out[-1] else part
            if lines(joined, ems) <= _TALLEST:
                out[-1] = joined
            else:
                out.append(part)
    return out


def _tall(row: Sequence[str], room: Sequence[float]) -> float:
    most = max(lines(text, wide / _CELL) for text, wide in zip(row, room, strict=True))
    return most * _CELL * SPACED + 10


def _discussion(canvas: Canvas, questions: Sequence[str]) -> None:
    page: list[str] = []
    used, number = 0.0, 0
    for text in [*(f"{at}. {line(one)}" for at, one in enumerate(questions, 1)), None]:
        tall = 0.0 if text is None else lines(text, WIDE / _QUOTE) * _QUOTE * SPACED + 2 * _GAP
        if page and (text is None or used + tall > BOTTOM - TOP):
            slide = canvas.slide("讨论题" + ("（续）" if number else ""))
            body = canvas.box(slide, LEFT, TOP, WIDE, used)
            for one in page:
                canvas.write(body, [(one, False, "")], _QUOTE, gap=2 * _GAP)
            page, used, number = [], 0.0, number + 1
        if text is not None:
            page.append(text)
            used += tall
