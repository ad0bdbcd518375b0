"""The tab 评测: runs, figures, two runs side by side, every question of them; grading what was found.

It stands here and not in rag/ui/ because a room never imports from its right; app.py hands it to the page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from corpus.errors import TashanError
from eval import grading, setup, viewing
from eval.datasets import load_dataset
from eval.grading import Sitting
from eval.measures import MEASURES
from eval.run import Run, missing_gold
from eval.systems import StoredRaw
from eval.types import Dataset, Item
from eval.viewing import Asked, Listed
from rag.service import Service
from rag.ui import html, panel
from rag.ui.page import Tab
from rag.ui.panel import INSTANT, said
from rag.ui.roles import may_edit

_LOG = logging.getLogger(__name__)
_KEPT = 6 * 3600  # seconds that a sitting stays in memory
_ALL, _NO_OTHER, _SAMPLE = "全部", "（不比较）", "示例报告的标准问题"
_HINT = '<div class="hint"><h3>逐题</h3><p>点一个问题，这里列出标准答案、回答、引文和检索结果。</p></div>'
_WAIT: dict[str, Any] = {**INSTANT, "show_progress": "minimal"}
_TELLS = '<p class="lead">给几种检索做法合起来找到的文件判等级，每判一个就存盘；下次从没判的接着判。</p>'
_GRADES = (("3 完全回答", 3), ("2 部分回答", 2), ("1 沾边", 1), ("0 无关", 0))


def tab(folder: Path | None = None) -> Tab:
    """The tab over the runs of a folder, ``var/eval`` by default."""
    return Tab("评测", "eval", partial(build, folder=folder or setup.WORK))


def build(page: gr.Blocks, service: Service, folder: Path) -> None:
    """Put the tab into the page that is being made."""
    shelf = Shelf(folder)
    with gr.Row(elem_id="eval", elem_classes="reading", equal_height=False):
        with gr.Column(scale=3, min_width=340, elem_classes="work"):
            listed = panel.markup("", "runs")
            with gr.Row(elem_classes="line"):
                first = gr.Dropdown([], label="看哪一次（A）", elem_id="run-a", min_width=200)
                second = gr.Dropdown(
                    [_NO_OTHER], value=_NO_OTHER, label="与哪一次比较（B）", elem_id="run-b", min_width=200
                )
            shown = panel.markup("", "figures")
            with gr.Row(elem_classes="line"):
                kind = gr.Dropdown([_ALL], value=_ALL, label="题型", elem_id="kind", min_width=110)
                end = gr.Dropdown([_ALL], value=_ALL, label="结果", elem_id="verdict", min_width=110)
                names = [(one.label, one.key) for one in MEASURES]
                measure = gr.Dropdown(names, value="ndcg@10", label="指标", elem_id="measure", min_width=110)
                words = gr.Textbox("", label="在问题里查找", elem_id="question-words", min_width=120)
            questions = panel.markup("", "questions")
            with gr.Accordion("给检索结果判分", open=False, elem_id="label", visible=False) as label:
                _label(page, service, shelf)
        with gr.Column(scale=2, min_width=320, elem_classes="side"):
            side = panel.build(service, "eval-panel", _HINT)
    chosen: list[Any] = [first, second, kind, end, measure, words]
    drilled = gr.State("")

    def drill(event: gr.EventData, a: str, b: str) -> tuple[str, str]:
        key = said(event, "key")
        return _safely(lambda: shelf.question(service, a, b, key)), key

    def again(a: str, b: str, key: str) -> str:
        return _safely(lambda: shelf.question(service, a, b, key)) if key else _HINT

    def allowed(request: gr.Request) -> Any:
        return gr.update(visible=may_edit(request))

    page.load(shelf.choices, None, [listed, first, second], **INSTANT)
    page.load(allowed, None, label, **INSTANT)
    for one in (first, second):
        one.change(shelf.run, [first, second], [shown, kind, end], **_WAIT)
    for part in chosen:
        part.change(shelf.questions, chosen, questions, **_WAIT)
    side.input(drill, [first, second], [side, drilled], **_WAIT)
    side.clear(again, [first, second, drilled], side, **_WAIT)


class Shelf:
    """The runs of a folder as the tab shows them. Names come from the page and may be anything."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _runs(self) -> list[Listed]:
        return viewing.listed(self.folder / "runs")

    def choices(self) -> tuple[str, Any, Any]:
        """The list of runs, and what may be chosen: the newest stands first."""
        found = self._runs()
        names = [(one.label, one.name) for one in found]
        newest = found[0].name if found else None
        return (
            viewing.runs(found),
            gr.update(choices=names, value=newest),
            gr.update(choices=[_NO_OTHER, *names], value=_NO_OTHER),
        )

    def opened(self, name: str | None) -> Run | None:
        """A run by name, None where there is none of it.

        Raises:
            TashanError: its files are broken.
        """
        one = next((one for one in self._runs() if one.name == name), None)
        return viewing.opened(one) if one else None

    def run(self, a: str | None, b: str | None) -> tuple[str, Any, Any]:
        """The figures of a run, or of two side by side; the types and verdicts that can be chosen."""
        try:
            one, other = self.opened(a), self.opened(b)
            if one is None:
                return "", gr.skip(), gr.skip()
            shown = viewing.side_by_side(one, other) if other else viewing.figures(one)
        except TashanError as error:
            return html.trouble(error.message, error.hint), gr.skip(), gr.skip()
        return (
            shown,
            gr.update(choices=[_ALL, *viewing.kinds(one)], value=_ALL),
            gr.update(choices=[_ALL, *viewing.verdicts(one)], value=_ALL),
        )

    def questions(self, a: str, b: str, kind: str, end: str, measure: str, words: str) -> str:
        """The questions that are wanted."""
        asked = Asked("" if kind == _ALL else kind, "" if end == _ALL else end, words or "", measure)

        def shown() -> str:
            one = self.opened(a)
            return viewing.questions(one, self.opened(b), asked) if one else ""

        return _safely(shown)

    def question(self, service: Service, a: str, b: str, key: str) -> str:
        """One question in one run or two."""
        found = [(mark, run) for mark, name in (("A", a), ("B", b)) if (run := self.opened(name))]
        return viewing.question(found, key, StoredRaw(service.store))

    def dataset(self, service: Service, name: str) -> tuple[tuple[Item, ...], Path]:
        """The questions of the sample or of a run, and where their grades go.

        Raises:
            TashanError: the store in use holds none of their documents.
        """
        run = self.opened(name)
        if run is None:
            data = load_dataset(setup.SAMPLE_GOLD)
        else:
            data = Dataset(run.name, "run", tuple(result.item for result in run.results))
        missing_gold(data, service.store.documents())
        return data.items, self.folder / "grades" / f"{data.name}.jsonl"


def _safely(shown: Callable[[], str]) -> str:
    try:
        return shown()
    except TashanError as error:
        return html.trouble(error.message, error.hint)
    except Exception:
        _LOG.exception("the tab 评测 failed")
        return html.trouble("读取评测结果时出了内部错误。", "请把后台日志交给管理员。")


# --- grading ---------------------------------------------------------------------------------------------


def _label(page: gr.Blocks, service: Service, shelf: Shelf) -> None:
    """A document at a time, with buttons for its grade: ``python -m eval label`` for the page."""
    sitting = gr.State(None, time_to_live=_KEPT)
    panel.markup(_TELLS, "label-tells")
    with gr.Row(elem_classes="line"):
        names = gr.Dropdown([_SAMPLE], value=_SAMPLE, label="哪些问题", elem_id="label-set", min_width=200)
        start = gr.Button("开始判分", elem_id="label-start", min_width=100)
    shown = panel.markup("", "label-shown")
    with gr.Row(visible=False, elem_id="label-grades") as row:
        buttons = [gr.Button(text, size="sm", min_width=80) for text, _ in _GRADES]
        skip = gr.Button("跳过这题", size="sm", min_width=80)

    def offered() -> Any:
        runs = viewing.listed(shelf.folder / "runs")
        return gr.update(choices=[_SAMPLE, *((one.label, one.name) for one in runs)])

    def step(request: gr.Request, onward: Callable[[], Sitting | None]) -> tuple[Any, ...]:
        if not may_edit(request):
            return html.trouble("您没有判分的权限。"), None, gr.update(visible=False)
        try:
            now = onward()
            return viewing.grading(now), now, gr.update(visible=bool(now and now.shown))
        except TashanError as error:
            return html.trouble(error.message, error.hint), None, gr.update(visible=False)

    def begin(name: str, request: gr.Request) -> tuple[Any, ...]:
        return step(request, lambda: grading.begin(service, *shelf.dataset(service, name)))

    def graded(given: int, now: Sitting | None, request: gr.Request) -> tuple[Any, ...]:
        return step(request, lambda: grading.grade(service, now, given) if now else None)

    def skipped(now: Sitting | None, request: gr.Request) -> tuple[Any, ...]:
        return step(request, lambda: grading.skip(service, now) if now else None)

    outputs = [shown, sitting, row]
    page.load(offered, None, names, **INSTANT)
    start.click(begin, names, outputs, **_WAIT)
    skip.click(skipped, sitting, outputs, **_WAIT)
    for one, (_, given) in zip(buttons, _GRADES, strict=True):
        one.click(_giving(graded, given), sitting, outputs, **_WAIT)


def _giving(graded: Callable[..., tuple[Any, ...]], given: int) -> Callable[..., tuple[Any, ...]]:
    """Gradio looks at a function's own signature for the request: a partial would hide it."""

    def give(now: Sitting | None, request: gr.Request) -> tuple[Any, ...]:
        return graded(given, now, request)

    return give
