"""A run as one HTML page that needs nothing else: figures, plots, each question with what came and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from eval import metrics, plots
from eval.answers import Raw, evidence_recall, quote_is_valid, squeeze
from eval.console import COLUMNS, groups, refusals, shown_value
from eval.measures import BY_KEY, MEASURES
from eval.page import page
from eval.run import Run
from eval.summary import ALL, MACRO, TYPE_LABELS, Figure
from eval.types import GoldDoc, Item, Result

_SPACES = re.compile(r"\s+")
_QUESTIONS = 400  # of a larger run only the worst are shown
_CARDS = ("ndcg@10", "hit@1", "evidence", "facts", "answer_recall", "quotes_valid", "wrong_place")
_PARTS = {"dense": "语义", "words": "词", "bigrams": "二字", "whole": "全文"}


def html(run: Run, raw: Raw) -> str:
    """The page of a run."""
    conditions = run.info["conditions"]
    title = f"评测：{conditions['dataset']}"
    sections = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="muted">{escape(_about(run.info))}</p>',
        _cards(run),
        f"<p>{escape(refusals(run.summary))}</p>",
        f'<div class="plots">{"".join(_plots(run))}</div>',
        "<h2>按题型</h2>",
        table(run),
        "<h2>逐题</h2>",
        _drill_down(run, raw),
        "<h2>指标说明</h2><dl>",
        *(f"<dt>{escape(m.label)}</dt><dd>{escape(m.meaning)}</dd>" for m in MEASURES),
        "</dl>",
    ]
    return page(title, "".join(sections))


def _about(info: dict[str, Any]) -> str:
    c, machine = info["conditions"], info["machine"]
    return (
        f"{c['questions']} 题；配置 {c['config']}，语料 {c['corpus']}，索引 {c['store']}，代码 {c['code']}，"
        f"随机种子 {c['seed']}；{machine['cpu']}，{machine['cores']} 核，{machine['memory_gib']} GiB。"
    )


def _cards(run: Run) -> str:
    row, cells = run.summary.figures.get(ALL, {}), []
    for key in _CARDS:
        if key in row:
            figure = row[key]
            cells.append(
                f'<div class="card"><b>{shown_value(key, figure.mean)}</b>{escape(BY_KEY[key].label)}'
                f"<small>{figure.low:.3f}–{figure.high:.3f}</small></div>"
            )
    return f'<div class="cards">{"".join(cells)}</div>'


def _plots(run: Run) -> Iterable[str]:
    figures = run.summary.figures
    rows = [(TYPE_LABELS.get(g, g), figures[g]) for g in groups(run.summary) if "ndcg@10" in figures[g]]
    second = "evidence" if "evidence" in figures.get(ALL, {}) else "answer_recall"
    if rows:
        shown = [("ndcg@10", "nDCG@10"), (second, BY_KEY[second].label)]
        yield plots.by_group(rows, shown, "各类问题（线段为 95% 区间）")
    answerable = [r for r in run.results if r.item.answerable]
    if answerable:
        points = [
            (k, _share(metrics.hit(r.output.ranked, r.item.grades, k) for r in answerable))
            for k in range(1, 11)
        ]
        yield plots.curve(points, "前 k 个文件命中", "k", "命中比例")
        yield plots.histogram([("", [r.marks["ndcg@10"] for r in answerable])], "每题 nDCG@10", "nDCG@10")
    confident = [
        (
            label,
            [r.output.confidence for r in run.results if r.item.answerable is kind and r.output.confidence],
        )
        for label, kind in (("有答案", True), ("无答案", False))
    ]
    if any(values for _, values in confident):
        yield plots.histogram(confident, "最近段落的相似度", "余弦")
    times = [r.output.ms for r in run.results if r.output.ms is not None]
    if times:
        yield plots.histogram([("", times)], "每题用时", "毫秒")


def _share(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)


def table(run: Run) -> str:
    """The figures of a run by type."""
    figures = run.summary.figures
    used = [key for key in COLUMNS if any(key in row for row in figures.values())]
    head = "".join(
        f'<th title="{escape(BY_KEY[key].meaning)}">{escape(BY_KEY[key].label)}</th>' for key in used
    )
    body = []
    for group in groups(run.summary):
        row = figures[group]
        cells = "".join(_cell(key, row.get(key)) for key in used)
        strong = ' class="strong"' if group in (ALL, MACRO) else ""
        count = max((figure.n for figure in row.values()), default=0)
        body.append(
            f"<tr{strong}><th>{TYPE_LABELS.get(group, escape(group))}</th><td>{count}</td>{cells}</tr>"
        )
    return (
        f'<div class="wide"><table><thead><tr><th>题型</th><th>题数</th>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _cell(key: str, figure: Figure | None) -> str:
    if figure is None:
        return "<td>—</td>"
    spread = f"{figure.low:.3f}–{figure.high:.3f}，{figure.n} 题"
    return f'<td title="{spread}">{shown_value(key, figure.mean)}</td>'


# --- questions -----------------------------------------------------------------------------------------


def verdict(result: Result) -> str:
    """What went wrong with a question, or 正常: the first step of the way that failed."""
    item, output, marks = result.item, result.output, result.marks
    if output.error:
        return "出错"
    if not item.answerable:
        return "正常" if output.refused else "该拒未拒"
    if output.refused:
        return "误拒"
    if marks.get("wrong_place"):
        return "地方越界"
    if not marks.get("recall@10"):
        return "没有检索到"
    if not marks["cited"]:
        return "检索到但没有引用"
    if marks.get("evidence") == 0 or marks.get("answer_recall", 1) < 0.5:
        return "引了文件但没引到证据"
    return "正常"


def badness(result: Result) -> float:
    """How bad a question went, for putting the worst first."""
    if not result.item.answerable:
        return 0.0 if result.output.refused else 2.0
    answered = result.marks.get("evidence", result.marks.get("answer_recall", 1.0))
    wrong = result.marks.get("wrong_place", 0.0)
    return 2.0 - result.marks["ndcg@10"] - answered + wrong


def _drill_down(run: Run, raw: Raw) -> str:
    worst = sorted(run.results, key=lambda result: (-badness(result), result.item.id))
    shown = worst[:_QUESTIONS]
    note = (
        f"只列最差的 {len(shown)} 题，全部见 questions.jsonl。" if len(worst) > len(shown) else "最差的在前。"
    )
    kinds = sorted({TYPE_LABELS.get(r.item.type, r.item.type) for r in shown})
    verdicts = sorted({verdict(r) for r in shown})
    options = "".join(f"<option>{escape(one)}</option>" for one in kinds)
    ends = "".join(f"<option>{escape(one)}</option>" for one in verdicts)
    return (
        f'<p class="muted">{note}</p><div class="filters">'
        f'<select id="kind"><option value="">所有题型</option>{options}</select>'
        f'<select id="verdict"><option value="">所有结果</option>{ends}</select>'
        '<input id="words" type="search" placeholder="在问题里查找">'
        '<span id="count" class="muted"></span></div>'
        + "".join(_one(result, run.explained.get(result.item.id, []), raw) for result in shown)
    )


def _one(result: Result, hits: Sequence[dict[str, Any]], raw: Raw) -> str:
    item, output = result.item, result.output
    kind, end = TYPE_LABELS.get(item.type, item.type), verdict(result)
    colour = "good" if end == "正常" else "bad"
    figures = "，".join(
        f"{BY_KEY[key].label} {shown_value(key, value)}"
        for key, value in result.marks.items()
        if key != "refused"
    )
    earlier = "".join(f"<li>{escape(one)}</li>" for one in item.history)
    return (
        f'<details class="question" data-kind="{escape(kind)}" data-verdict="{end}"><summary>'
        f'<span class="tag {colour}">{end}</span><span class="tag">{escape(kind)}</span>'
        f"{escape(item.question)}"
        f'<span class="muted"> {escape(item.id)}</span></summary>'
        + (f"<p>前面问过：</p><ul>{earlier}</ul>" if earlier else "")
        + f'<p class="muted">{escape(figures)}</p>'
        + (f'<p class="bad">{escape(output.error)}</p>' if output.error else "")
        + gold(item, result, raw)
        + f'<h4>回答</h4><div class="answer">{escape(output.body.get("text", "") or "（无）")}</div>'
        + _citations(result, raw)
        + hit_table(hits, item.grades)
        + "</details>"
    )


def gold(item: Item, result: Result, raw: Raw) -> str:
    """What would answer a question, and what of it was found."""
    if not item.gold:
        return "<p>标准：语料里没有答案，应当拒答。</p>"
    rank = {doc: at for at, doc in enumerate(result.output.ranked, 1)}
    said = squeeze(result.output.body.get("text", "") + "".join(c["quote"] for c in result.output.citations))
    rows = "".join(
        f"<li>{escape(gold.doc)}（等级 {gold.grade}，"
        f"{f'第 {rank[gold.doc]} 名' if gold.doc in rank else '没有检索到'}）"
        f"<ul>{''.join(_snippet(gold, one, result, raw) for one in gold.evidence)}</ul></li>"
        for gold in item.gold
    )
    facts = "".join(
        f'<span class="tag {"good" if squeeze(fact) in said else "bad"}">{escape(fact)}</span>'
        for fact in item.key_facts
    )
    reference = "".join(f"<p>参考答案：{escape(one)}</p>" for one in item.answers[:3])
    return f"<h4>标准</h4>{reference}<ul>{rows}</ul>" + (f"<p>要点：{facts}</p>" if facts else "")


def _snippet(gold: GoldDoc, snippet: str, result: Result, raw: Raw) -> str:
    alone = Item("", "", gold=(GoldDoc(gold.doc, 3, (snippet,)),))
    found = evidence_recall(alone, result.output.citations, raw)
    return f'<li class="{"good" if found else "bad"}">{escape(snippet)}</li>'


def _citations(result: Result, raw: Raw) -> str:
    rows = []
    for cite in result.output.citations:
        wrong = "" if quote_is_valid(cite, raw(cite["doc"])) else '<b class="bad">与原文不符</b> '
        in_gold = "good" if cite["doc"] in result.item.grades else ""
        rows.append(
            f'<li value="{int(cite["n"])}">{wrong}<span class="{in_gold}">{escape(cite["doc"])}</span> '
            f"{cite['raw_start']}–{cite['raw_end']}：{escape(cite['quote'])}</li>"
        )
    return f"<h4>引文</h4><ol>{''.join(rows)}</ol>" if rows else ""


def hit_table(hits: Sequence[dict[str, Any]], grades: dict[str, int]) -> str:
    """What was retrieved, with the parts of its score."""
    if not hits:
        return ""
    rows = "".join(
        f"<tr><td>{hit['rank']}</td><td>{grades.get(hit['doc'], '')}</td><td>{hit['score']:.3f}</td>"
        + "".join(f"<td>{(hit.get('parts') or {}).get(part, 0):.2f}</td>" for part in _PARTS)
        + f'<td class="text"><b class="{"good" if hit["doc"] in grades else ""}">{escape(hit["doc"])}</b> '
        f"{escape(_SPACES.sub(' ', hit['text'])[:160])}</td></tr>"
        for hit in hits
    )
    head = "".join(f"<th>{label}</th>" for label in _PARTS.values())
    return (
        f'<h4>检索结果</h4><div class="wide"><table><thead><tr><th>名次</th><th>等级</th><th>得分</th>{head}'
        f"<th>段落</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )
