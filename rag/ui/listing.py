"""What is in the store, and what an upload would bring, as HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from corpus.types import CleanFile, Failure, Removal, Report
from index.types import ReportHead
from rag.ui.html import button, esc, shown_title

_ROWS = 100  # reports listed at once; the search box finds the rest
_PREVIEW = 6000  # raw characters of a file that a preview shows
_BARS = 34  # as many as there are provinces


def overview(heads: Sequence[ReportHead], problems: Iterable[tuple[str, str]] = ()) -> str:
    """How much there is, by province and by year, and what could not be read."""
    docs = len({head.doc for head in heads})
    provinces = Counter(head.locality.province or "未注明" for head in heads)
    years = Counter(head.date[:4] for head in heads if head.date)
    undated = sum(not head.date for head in heads)
    by_year = [*sorted(years.items(), reverse=True), *([("未注明", undated)] if undated else [])]
    listed = "".join(f"<li><b>{esc(doc)}</b>：{esc(what)}</li>" for doc, what in problems)
    trouble = f"<details><summary>读取时的问题</summary><ul>{listed}</ul></details>" if listed else ""
    return (
        f'<p class="lead">{docs}个文件，{len(heads)}份报告</p><div class="charts">'
        f"{bars('各省', provinces.most_common(_BARS))}{bars('各年', by_year)}"
        f"</div>{trouble}"
    )


def bars(title: str, counts: Sequence[tuple[str, int]]) -> str:
    """A bar chart of plain elements; every bar carries its number as text."""
    most = max((count for _, count in counts), default=1)
    rows = "".join(
        f'<tr><th>{esc(name)}</th><td><i style="width:{100 * count // most}%"></i></td><td>{count}</td></tr>'
        for name, count in counts
    )
    return f'<table class="chart"><caption>{esc(title)}</caption><tbody>{rows}</tbody></table>'


def reports(heads: Sequence[ReportHead], wanted: str = "") -> str:
    """Reports whose title, place, source or file holds every word that is looked for."""
    words = wanted.split()
    found = [head for head in heads if all(word in _haystack(head) for word in words)]
    rows = "".join(_report(head) for head in found[:_ROWS])
    more = f"，只列出前{_ROWS}份" if len(found) > _ROWS else ""
    head = "".join(f"<th>{name}</th>" for name in ("地方", "标题", "日期", "文件"))
    return (
        f'<p class="lead">{len(found)}份报告{more}</p><div class="table"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _haystack(head: ReportHead) -> str:
    return " ".join((head.shown_title, head.locality.full, head.source or "", head.date or "", head.doc))


def _report(head: ReportHead) -> str:
    opener = button("查看", "quiet", data_act="open", data_report=head.report, data_start=0, data_end=0)
    return (
        f"<tr><td>{esc(head.locality.full or '未注明')}</td>"
        f"<td>{shown_title(head.shown_title, head.title_made)} {opener}</td>"
        f"<td>{esc(head.date or '')}</td><td>{esc(head.doc)}</td></tr>"
    )


# --------------------------------------------------------------------------- before an upload is accepted


def preview(read: Sequence[CleanFile | Failure], known: Iterable[str]) -> str:
    """What each uploaded file was read as: its reports, and its text with what was removed struck through."""
    there = set(known)
    return "".join(
        f'<p class="trouble">{esc(one.message)}</p>'
        if isinstance(one, Failure)
        else _file(one, one.document.doc in there)
        for one in read
    )


def _file(file: CleanFile, replaces: bool) -> str:
    told = "".join(_told(r, len(p)) for r, p in zip(file.reports, file.passages, strict=True))
    problems = "".join(f'<p class="trouble">{esc(problem)}</p>' for problem in file.problems)
    note = '<span class="chip unknown">将替换库里的同名文件</span>' if replaces else ""
    counts = Counter(removal.rule for removal in file.removed).most_common()
    rules = "".join(f'<span class="chip">{esc(rule)} {n}处</span>' for rule, n in counts)
    return (
        f'<section class="card"><h4>{esc(file.document.doc)}：{len(file.reports)}份报告</h4>'
        f"{note}{problems}<ul>{told}</ul>"
        f'<div class="understood"><span>去掉了</span>{rules or "<span>（没有）</span>"}</div>'
        f"<details><summary>对照原文（划去的是去掉的）</summary>"
        f'<div class="raw">{_struck(file.document.raw, file.removed)}</div></details></section>'
    )


def _told(report: Report, passages: int) -> str:
    facts = (report.locality.full or "地方未注明", report.date or "日期未注明", f"{passages}个段落")
    return f"<li><b>{esc(report.title or '（无标题）')}</b> · {esc(' · '.join(facts))}</li>"


def _struck(raw: str, removed: Sequence[Removal]) -> str:
    out, at = [], 0
    for removal in sorted(removed, key=lambda one: one.span):
        if removal.span.start < at or removal.span.start >= _PREVIEW:
            continue
        out.append(esc(raw[at : removal.span.start]))
        out.append(f'<del title="{esc(removal.rule)}">{esc(removal.span.of(raw)[:500])}</del>')
        at = removal.span.end
    out.append(esc(raw[at : max(at, _PREVIEW)]))
    return "".join(out) + ("……" if len(raw) > max(at, _PREVIEW) else "")
