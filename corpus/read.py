"""The whole way of this room: a file in, its reports and passages out, nothing silent."""

from __future__ import annotations

import gc
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from corpus.clean import clean_anywhere
from corpus.echoes import cut_told_again
from corpus.editor import Editor
from corpus.errors import TashanError
from corpus.gazetteer import gazetteer
from corpus.head import take_head
from corpus.headings import UNNUMBERED
from corpus.load import failure, load, load_all
from corpus.localities import locate
from corpus.metadata import MASTHEAD, Found, first_of, iso_date, source_name, title_issuer
from corpus.outline import sections
from corpus.paragraphs import join_lines
from corpus.passages import passages
from corpus.segment import segment
from corpus.tail import take_tail
from corpus.titles import is_title, medium_behind, polished
from corpus.types import (
    NOWHERE,
    CleanFile,
    Document,
    Failure,
    Locality,
    Passage,
    Record,
    Removal,
    Report,
    Section,
    Span,
)

_NOT_A_REPORT = re.compile(r"(?:readme|license|manifest)\b[^/]*$", re.IGNORECASE)  # notes about a folder
_HEAD = 400  # characters in front of a report's first sentence that may name who issued it
logger = logging.getLogger(__name__)


def read_file(path: Path, root: Path | None = None) -> CleanFile:
    """Load, clean, split and place one file.

    Raises:
        UnreadableFile: the file can't be read; the message names it and says what to do.
    """
    return read_document(load(path, root))


def read_document(document: Document) -> CleanFile:
    """Clean, split and place a document that is already loaded."""
    with _no_collecting():
        return _read(document)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Keep Python from looking for cycles among spans and lines, of which there may be hundreds of thousands.

    They hold none, and all live until the file is read; looking takes a third of the time of a long file.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _read(document: Document) -> CleanFile:
    reports: list[Report] = []
    pieces: list[tuple[Passage, ...]] = []
    removed: list[Removal] = []
    for record in document.records:
        editor = Editor(document.raw, record.body)
        for report in _reports(document, record, editor, len(reports)):
            reports.append(report)
            pieces.append(passages(report, document.raw))
        removed.extend(editor.removals)
    removed.extend(_outside(document))
    problems = [*document.problems]
    if not reports:
        problems.append("没有找到正文：清洗后没有剩下任何句子。")
    removed.sort(key=lambda r: r.span)
    visible = tuple(r for r in removed if r.text.strip("\r\n"))
    return CleanFile(document, tuple(reports), tuple(pieces), visible, tuple(problems))


_OUTSIDE = {  # what stands in the raw text and in no record, by format
    "text/markdown": "标记符号",
    "text/html": "网页信息",
    "application/pdf": "页眉页脚",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "目录",
}


def _outside(document: Document) -> Iterator[Removal]:
    """What a file holds besides its texts: other columns of a table, marks, running heads."""
    rule = _OUTSIDE.get(document.media_type, "表格其他列")
    at = 0
    for span in (s for record in document.records for s in record.body):
        if span.start > at:
            yield Removal(Span(at, span.start), rule, document.raw[at : span.start])
        at = max(at, span.end)
    if at < len(document.raw):
        yield Removal(Span(at, len(document.raw)), rule, document.raw[at:])


def _reports(document: Document, record: Record, editor: Editor, known: int) -> Iterator[Report]:
    clean_anywhere(editor)
    regions = segment(editor, record.span)
    default = _table_place(record)
    marked = {" ".join(span.of(document.raw).split()): level for level, span in document.headings}
    for region in regions:
        found = take_head(editor, region, record if len(regions) == 1 else None)
        found.offer_source(medium_behind(found.title))
        found.title = polished(found.title)
        take_tail(editor, region, found)
        cut_told_again(editor, region)
        join_lines(editor, region)
        view = editor.view(region)
        if not view.text.strip():
            continue
        known += 1
        office = _office(found.byline)
        head = document.raw[region.start : view.runs.raw(0)][:_HEAD]
        placed = locate(
            found.title, view.text, source=first_of(found.source), byline=office, head=head, default=default
        )
        table = _table_place(record)
        place = placed.locality if not table.known or placed.locality.within(table) else table
        default = _neighbour(place, default)
        outline = sections(view.text, marked)
        yield Report(
            report=f"{document.doc}#{known}",
            doc=document.doc,
            title=found.title or record.get("title") or _headline(outline),
            text=view.text,
            runs=view.runs,
            locality=place,
            also=placed.also,
            mentioned=placed.mentioned,
            date=found.date or iso_date(record.get("date") or ""),
            source=_source(found, record, view.text),
            sections=outline,
        )


def _headline(outline: Sequence[Section]) -> str | None:
    """The first heading, where the text begins with it and it has no number: a title without a mark."""
    first = outline[0] if outline else None
    opens = first is not None and first.span.start == 0 and first.level == UNNUMBERED
    return first.heading if first and opens and is_title(first.heading) else None


def _office(byline: str | None) -> str | None:
    """A byline that names an office says whose report it is; a dateline only where it was sent from."""
    return None if byline is None or re.search(r"记者|通讯员|[电讯]|消息|报道", byline) else byline


# whose reporter wrote it, and whose news it passes on: 某某社记者 张某, 据某某新闻消息，
_WRITTEN_FOR = re.compile(rf"\s*(?P<m>{MASTHEAD.pattern})记者")
_PASSED_ON = re.compile(r"\s*据“?(?P<m>[\u4e00-\u9fff]{2,6}(?:新闻|日报|晚报|客户端|社|网))”?(?:消息|报道)，")


def _source(found: Found, record: Record, text: str) -> str | None:
    known = found.source or record.get("source") or source_name(found.site)
    medium = _WRITTEN_FOR.match(found.byline or "") or _PASSED_ON.match(text)
    return known or (medium["m"] if medium else None) or title_issuer(found.title)


def _table_place(record: Record) -> Locality:
    """The place that the table's own columns name."""
    place = NOWHERE
    for level in ("province", "city", "county"):
        name = record.get(level)
        options = gazetteer().resolve(name, place) if name else ()
        if len(options) == 1:
            place = options[0]
    return place


def _neighbour(place: Locality, default: Locality) -> Locality:
    """What the next report on a page may take for granted: the province and city of the one before."""
    return Locality(place.province, place.city) if place.province else default


def files_in(source: Path) -> Iterator[tuple[Path, Path]]:
    """(file, root) of all files under a folder, or of one file; hidden files and links out are left out."""
    if source.is_file():
        yield source, source.parent
        return
    if not source.is_dir():
        raise TashanError(f"没有找到：{source}。", "请检查路径。")
    top = source.resolve()
    for path in sorted(source.rglob("*")):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(source).parts)
        if (
            path.is_file()
            and not hidden
            and not _NOT_A_REPORT.match(path.name)
            and path.resolve().is_relative_to(top)
        ):
            yield path, source


def read_all(sources: Sequence[Path]) -> Iterator[CleanFile | Failure]:
    """Every file under `sources`, as a CleanFile or as a Failure that says why not; the batch goes on."""
    for source in sources:
        for path, root in files_in(source):
            yield from read_path(path, root)


def read_path(path: Path, root: Path | None = None) -> Iterator[CleanFile | Failure]:
    """One file, or every file of an archive, each under its own name."""
    for loaded in load_all(path, root):
        if isinstance(loaded, Failure):
            yield loaded
            continue
        try:
            yield read_document(loaded)
        except Exception as error:  # a bug of ours must not cost the reader the other files; it is named
            logger.exception("%s", loaded.doc)
            what = f"处理时出错（{type(error).__name__}：{error}）。"
            yield failure(loaded.doc, TashanError(f"{loaded.doc}：{what}", "请把这个文件发给维护者。"))
