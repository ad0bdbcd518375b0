"""What is in the store, and what an upload would bring, as HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from corpus.types import CleanFile, Failure, Removal, Report
from index.types import ReportHead
from rag.themes import OTHER, Themed
from rag.ui.html import button, esc, shown_title

ROWS = 100  # reports listed at once; the search box finds the rest
_PREVIEW = 6000  # raw characters of a file that a preview shows
_REMOVALS = 60  # removals of a file that a preview lists
_BARS = 34  # as many as there are provinces
_NO_PLACE, _NO_DATE = "地方未注明", "日期未注明"


def overview(heads: Sequence[ReportHead], themed: Themed, problems: Iterable[tuple[str, str]] = ()) -> str:
    """How much there is, by province, year and theme, and what could not be read."""
    docs = len({head.doc for head in heads})
    years = Counter(head.date[:4] for head in heads if head.date)
    undated = sum(not head.date for head in heads)
    by_year = [*sorted(years.items(), reverse=True), *([(_NO_DATE, undated)] if undated else [])]
    listed = [f"<li><b>{esc(doc)}</b>：{esc(what)}</li>" for doc, what in problems]
    trouble = (
        f"<details><summary>读取时的问题（{len(listed)}处）</summary><ul>{''.join(listed)}</ul></details>"
        if listed
        else ""
    )
    return (
        f'<p class="lead">{docs}个文件，{len(heads)}份报告</p><div class="charts">'
        f"{bars('各省', Counter(map(_province, heads)).most_common(_BARS))}"
        f"{bars('各主题（一份报告可属几个主题）', themed.counts())}{bars('各年', by_year)}</div>"
        f"<details><summary>各省一览表</summary>{provinces(heads, themed)}</details>{trouble}"
    )


def bars(title: str, counts: Sequence[tuple[str, int]]) -> str:
    """A bar chart of plain elements; every bar carries its number as text, its name finds its reports."""
    most = max((count for _, count in counts), default=1)
    rows = "".join(
        f"<tr><th>{button(name, 'find', data_act='find', data_text=name)}</th>"
        f'<td><i style="width:{100 * count // most}%"></i></td><td>{count}</td></tr>'
        for name, count in counts
    )
    return f'<table class="chart"><caption>{esc(title)}</caption><tbody>{rows}</tbody></table>'


def provinces(heads: Sequence[ReportHead], themed: Themed) -> str:
    """A table of provinces: reports, files, cities, counties, years, the themes that most reports have."""
    groups: dict[str, list[ReportHead]] = {}
    for head in heads:
        groups.setdefault(_province(head), []).append(head)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = "".join(_row(name, group, themed) for name, group in ranked)
    return _table(("省份", "报告", "文件", "市", "县（区）", "年份", "主要主题"), rows)


def _row(name: str, heads: Sequence[ReportHead], themed: Themed) -> str:
    cities = {head.locality.city for head in heads if head.locality.city}
    counties = {(head.locality.city, head.locality.county) for head in heads if head.locality.county}
    dates = sorted(head.date[:4] for head in heads if head.date)
    span = "" if not dates else dates[0] if dates[0] == dates[-1] else f"{dates[0]}—{dates[-1]}"
    themes = Counter(theme for head in heads for theme in themed.of.get(head.report, ()))
    most = "、".join(f"{theme} {count}" for theme, count in themes.most_common(3))
    cells = (len(heads), len({head.doc for head in heads}), len(cities), len(counties), span, most)
    found = button(name, "find", data_act="find", data_text=name)
    return f"<tr><th>{found}</th>{''.join(f'<td>{esc(cell)}</td>' for cell in cells)}</tr>"


def _table(names: Sequence[str], rows: str) -> str:
    head = "".join(f"<th>{name}</th>" for name in names)
    return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _province(head: ReportHead) -> str:
    return head.locality.province or _NO_PLACE


def matching(heads: Sequence[ReportHead], themed: Themed, wanted: str = "") -> list[ReportHead]:
    """Reports whose title, place, themes, source, date or file holds every word that is looked for."""
    words = wanted.split()
    return [head for head in heads if all(word in _haystack(head, themed) for word in words)]


def _haystack(head: ReportHead, themed: Themed) -> str:
    themes = themed.of.get(head.report) or (OTHER,)
    place = head.locality.full if head.locality.province else f"{head.locality.full} {_NO_PLACE}"
    return " ".join((head.shown_title, place, head.source or "", head.date or _NO_DATE, head.doc, *themes))


def reports(found: Sequence[ReportHead], themed: Themed) -> str:
    """A list of reports that can be opened."""
    rows = "".join(_report(head, themed) for head in found[:ROWS])
    more = f"，只列出前{ROWS}份" if len(found) > ROWS else ""
    return f'<p class="lead">{len(found)}份报告{more}</p>' + _table(
        ("标题", "地方", "主题", "日期", "文件"), rows
    )


def _report(head: ReportHead, themed: Themed) -> str:
    opener = button("查看", "quiet", data_act="open", data_report=head.report, data_start=0, data_end=0)
    return (
        f"<tr><td>{shown_title(head.shown_title, head.title_made)} {opener}</td>"
        f"<td>{esc(head.locality.full or '未注明')}</td>"
        f"<td>{esc('、'.join(themed.of.get(head.report) or (OTHER,)))}</td>"
        f'<td class="date">{esc(head.date or "未注明")}</td><td>{esc(head.doc)}</td></tr>'
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


def stages(read: Sequence[CleanFile | Failure], now: str = "", adding: bool = False) -> str:
    """How far each uploaded file is, and what is being done now."""
    rows = "".join(_stage(one, adding) for one in read)
    table = _table(("文件", "读取与清洗", "入库"), rows) if rows else ""
    return (f'<p class="stage" role="status">{esc(now)}</p>' if now else "") + table


def _stage(one: CleanFile | Failure, adding: bool) -> str:
    if isinstance(one, Failure):
        return f"<tr><td>{esc(one.doc)}</td><td>没有读成</td><td>—</td></tr>"
    told = f"{len(one.reports)}份报告，去掉{len(one.removed)}处"
    return (
        f"<tr><td>{esc(one.document.doc)}</td><td>{told}</td><td>{'进行中' if adding else '待确认'}</td></tr>"
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
        f"{_removals(file.removed)}"
        f"<details open><summary>对照原文（划去的不进正文，其余保留；标题、来源、日期另行记下）</summary>"
        f'<div class="raw">{_struck(file.document.raw, file.removed)}</div></details></section>'
    )


def _removals(removed: Sequence[Removal]) -> str:
    """Every removal with its rule; line breaks that were joined are only counted."""
    told = [one for one in removed if one.text.strip()]
    rows = "".join(
        f"<tr><td>{esc(one.rule)}</td><td>{esc(one.text.strip()[:200])}</td></tr>" for one in told[:_REMOVALS]
    )
    more = f"，只列出前{_REMOVALS}处" if len(told) > _REMOVALS else ""
    if not rows:
        return ""
    head = f"<summary>去掉的文字和规则（{len(told)}处{more}）</summary>"
    return f"<details>{head}{_table(('规则', '文字'), rows)}</details>"


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
