"""Runs on the page: a list of them, one in figures, two side by side, a question with what came and why."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from eval import compare as comparing
from eval.answers import Raw, quote_is_valid
from eval.console import refusals, shown_value
from eval.grading import Sitting
from eval.measures import BY_KEY
from eval.report import badness, gold, hit_table, table, verdict
from eval.run import RUN, Run, open_run
from eval.summary import ALL, TYPE_LABELS
from eval.types import Json, Result
from rag.ui.html import button, esc

ROWS = 100  # questions listed at once
_COLUMNS = ("ndcg@10", "hit@1", "evidence", "answer_recall", "quotes_valid")
_NONE = '<p class="notice">还没有评测结果。运行 python -m eval run，结果会出现在这里。</p>'


@dataclass(frozen=True, slots=True)
class Listed:
    """A run as the list shows it, without its questions."""

    folder: Path
    info: Mapping[str, Any]
    ended: str  # local time

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def label(self) -> str:
        """For choosing it."""
        return f"{self.name}（{self.ended}）"


def listed(folder: Path) -> list[Listed]:
    """The finished runs of a folder, newest first; what can't be read is left out."""
    return sorted(_listed(folder), key=lambda one: (one.ended, one.name), reverse=True)


def _listed(folder: Path) -> Iterator[Listed]:
    for path in folder.glob(f"*/{RUN}"):
        try:
            info = json.loads(path.read_text("utf-8"))
            ended = datetime.datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y-%m-%d %H:%M:%S")
            if isinstance(info, dict) and {"conditions", "figures", "refusal"} <= info.keys():
                yield Listed(path.parent, info, ended)
        except (OSError, ValueError):
            continue


def opened(one: Listed) -> Run:
    """A run with its questions, kept while its folder does not change.

    Raises:
        TashanError: a file of it is missing or broken.
    """
    return _opened(one.folder, one.ended)


@lru_cache(maxsize=6)
def _opened(folder: Path, ended: str) -> Run:
    return open_run(folder)


def runs(found: Sequence[Listed]) -> str:
    """A table of runs, newest first."""
    if not found:
        return _NONE
    names = ("评测", "题数", *(BY_KEY[key].label for key in _COLUMNS), "答拒正确", "95%用时", "设置", "时间")
    head = "".join(f"<th>{esc(name)}</th>" for name in names)
    return (
        f'<div class="table"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(map(_run, found))}</tbody></table></div>"
    )


def _run(one: Listed) -> str:
    conditions, row = one.info["conditions"], one.info["figures"].get(ALL, {})
    figures = [shown_value(key, row[key]["mean"] if key in row else None) for key in _COLUMNS]
    late = (one.info.get("latency_ms") or {}).get("p95")
    cells = (
        conditions["questions"],
        *figures,
        f"{one.info['refusal']['accuracy']:.3f}",
        "—" if late is None else f"{late:.0f} 毫秒",
        conditions["config"],
        one.ended[:16],
    )
    return f"<tr><th>{esc(one.name)}</th>{''.join(f'<td>{esc(cell)}</td>' for cell in cells)}</tr>"


def figures(run: Run) -> str:
    """The figures of one run by type, with intervals in the cells' titles."""
    return f'<h4>{esc(run.name)}</h4><p class="lead">{esc(refusals(run.summary))}</p>{table(run)}'


def side_by_side(a: Run, b: Run) -> str:
    """Two runs measure by measure, with what may be said about each difference.

    Raises:
        TashanError: they share no question.
    """
    notes = "".join(
        f'<p class="trouble">两次评测的{esc(what)}不同，差别未必来自设置。</p>'
        for what in comparing.unlike([a, b])
    )
    names = ("指标", "A", "B", "差", "95%区间", "p（校正后）", "B胜/负", "结论")
    head = "".join(f"<th>{name}</th>" for name in names)
    rows = "".join(map(_compared, comparing.compare([a, b])))
    return (
        f"<h4>A {esc(a.name)}　对　B {esc(b.name)}</h4>{notes}"
        f'<p class="lead">A：{esc(refusals(a.summary))}</p>'
        f'<p class="lead">B：{esc(refusals(b.summary))}</p>'
        f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _compared(one: comparing.Compared) -> str:
    d = one.difference
    kind = {"显著变好": "good", "显著变差": "bad"}.get(one.words, "")
    cells = (
        f"{d.a:.3f}", f"{d.b:.3f}", f"{d.delta:+.3f}", f"{d.low:+.3f} 到 {d.high:+.3f}",
        f"{one.adjusted:.3f}", f"{d.wins}/{d.losses}",
    )  # fmt: skip
    return (
        f"<tr><th>{esc(BY_KEY[one.measure].label)}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}"
        f'<td class="{kind}">{esc(one.words)}</td></tr>'
    )


# --- questions -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """Which questions are wanted."""

    kind: str = ""  # a type's label
    verdict: str = ""
    words: str = ""
    measure: str = "ndcg@10"


def kinds(run: Run) -> list[str]:
    """Labels of the types that a run has."""
    return sorted({TYPE_LABELS.get(result.item.type, result.item.type) for result in run.results})


def verdicts(run: Run) -> list[str]:
    """What became of the questions of a run."""
    return sorted({verdict(result) for result in run.results})


def questions(a: Run, b: Run | None, asked: Asked) -> str:
    """The questions that are wanted: the worst first, or those that differ most between two runs."""
    other = {result.item.id: result for result in b.results} if b else {}
    found = [result for result in a.results if _wanted(result, other.get(result.item.id), asked)]
    if b:
        found.sort(key=lambda r: (-abs(_gap(r, other.get(r.item.id), asked.measure) or 0.0), r.item.id))
    else:
        found.sort(key=lambda r: (-badness(r), r.item.id))
    label = BY_KEY[asked.measure].label
    names = ("题型", "问题", *(("A", "B", f"{label} A", "B", "差") if b else ("结果", label)))
    head = "".join(f"<th>{esc(name)}</th>" for name in names)
    rows = "".join(_question(r, other.get(r.item.id), asked.measure, b is not None) for r in found[:ROWS])
    more = f"，只列出前{ROWS}题" if len(found) > ROWS else ""
    order = "差别大的在前" if b else "最差的在前"
    return (
        f'<p class="lead">{len(found)}题（{order}{more}）</p><div class="table"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _wanted(result: Result, other: Result | None, asked: Asked) -> bool:
    ends = {verdict(one) for one in (result, other) if one}
    return (
        asked.kind in ("", TYPE_LABELS.get(result.item.type, result.item.type))
        and (not asked.verdict or asked.verdict in ends)
        and all(word in f"{result.item.question} {result.item.id}" for word in asked.words.split())
    )


def _gap(a: Result, b: Result | None, measure: str) -> float | None:
    if b is None or measure not in a.marks or measure not in b.marks:
        return None
    return b.marks[measure] - a.marks[measure]


def _question(a: Result, b: Result | None, measure: str, two: bool) -> str:
    kind = TYPE_LABELS.get(a.item.type, a.item.type)
    ask = button(a.item.question, "find", data_act="choose", data_key=a.item.id)
    cells = [_end(a), *([_end(b)] if two else []), f"<td>{shown_value(measure, a.marks.get(measure))}</td>"]
    if two:
        gap = _gap(a, b, measure)
        cells.append(f"<td>{shown_value(measure, b.marks.get(measure) if b else None)}</td>")
        cells.append(f"<td>{'—' if gap is None else f'{gap:+.3f}'}</td>")
    return f"<tr><td>{esc(kind)}</td><td>{ask}</td>{''.join(cells)}</tr>"


def _end(result: Result | None) -> str:
    end = verdict(result) if result else "没有这题"
    return f'<td class="{"good" if end == "正常" else "bad"}">{esc(end)}</td>'


def question(found: Sequence[tuple[str, Run]], key: str, raw: Raw) -> str:
    """One question with its gold and what each run made of it."""
    parts = [
        _came(name, run, result, raw)
        for name, run in found
        for result in run.results
        if result.item.id == key
    ]
    first = next((r for _, run in found for r in run.results if r.item.id == key), None)
    if first is None:
        return '<div class="drill"><p class="trouble">没有这道题。</p></div>'
    item = first.item
    earlier = "".join(f"<li>{esc(one)}</li>" for one in item.history)
    before = f"<p>前面问过：</p><ul>{earlier}</ul>" if earlier else ""
    head = f'<h3>{esc(item.question)}</h3><p class="lead">{esc(item.id)}</p>{before}'
    return f'<div class="drill">{head}{"".join(parts)}</div>'


def _came(name: str, run: Run, result: Result, raw: Raw) -> str:
    body = result.output.body
    figures = "，".join(
        f"{BY_KEY[key].label} {shown_value(key, value)}"
        for key, value in result.marks.items()
        if key in BY_KEY
    )
    error = f'<p class="trouble">{esc(result.output.error)}</p>' if result.output.error else ""
    cited = "".join(_cited(one, raw) for one in result.output.citations)
    return (
        f"<section><h4>{esc(name)} {esc(run.name)}：{esc(verdict(result))}</h4>"
        f'<p class="lead">{esc(figures)}</p>{error}'
        f"{gold(result.item, result, raw)}"
        f'<h4>回答</h4><div class="said">{esc(body.get("text") or "（无）")}</div>'
        f"{f'<h4>引文</h4><ul>{cited}</ul>' if cited else ''}"
        f"{hit_table(run.explained.get(result.item.id, []), result.item.grades)}</section>"
    )


def _cited(one: Json, raw: Raw) -> str:
    """A citation that opens its report, where the store in use has it."""
    opener = button(
        f"[{one['n']}]", "cite", data_act="open", data_report=one.get("report", ""),
        data_start=one.get("start", 0), data_end=one.get("end", 0),
    )  # fmt: skip
    valid = quote_is_valid(one, raw(one["doc"]))
    wrong = "" if valid else '<b class="bad">与原文不符，或库里没有这份文件</b> '
    return f"<li>{opener} {wrong}{esc(one['doc'])}：{esc(one['quote'])}</li>"


# --- grading ---------------------------------------------------------------------------------------------


def grading(sitting: Sitting | None) -> str:
    """The document that is to be graded, with its question."""
    if sitting is None:
        return ""
    kept = f'<p class="lead">已判{sitting.total}个文件，记在 {esc(sitting.out)}。</p>'
    one = sitting.shown
    if one is None:
        return f'<p class="notice">这些问题找到的文件都判过了。</p>{kept}'
    opener = button("查看全文", "quiet", data_act="open", data_report=one.report, data_start=0, data_end=0)
    earlier = "".join(f"<li>{esc(asked)}</li>" for asked in one.item.history)
    place, found_by = one.place or "地方未注明", "、".join(one.found_by)
    where = f"第{sitting.at + 1}题，共{len(sitting.items)}题；这一题还有{len(sitting.left)}个文件。"
    return (
        f'<section class="card"><h4>{esc(one.item.question)}</h4>{f"<ul>{earlier}</ul>" if earlier else ""}'
        f'<p class="lead">{esc(where)}</p>'
        f"<p><b>{esc(one.title)}</b> · {esc(place)} · {esc(found_by)}找到 {opener}</p>"
        f'<div class="said">{esc(one.text)}</div></section>{kept}'
    )
