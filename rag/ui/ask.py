"""The tab 问答: the conversation on the left, the report that a citation opens on the right."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr

from corpus.errors import TashanError
from rag.access import visit
from rag.access.journal import Rated
from rag.access.visit import NOBODY, Visit
from rag.service import Service
from rag.types import Answered
from rag.ui import feedback, html, panel
from rag.ui.panel import INSTANT, QUIET, said
from rag.ui.session import ALL, Choice, Choices, Turn, stream

_LOG = logging.getLogger(__name__)
_KEPT = 6 * 3600  # seconds that a conversation stays in memory after its last question
_HOME_KEY = "tashan-home"

Turns = tuple[Turn, ...]
Step = tuple[Any, ...]  # past, now, turns, panel, box


def build(page: gr.Blocks, service: Service) -> None:
    """Put the tab into the page that is being made."""
    turns = gr.State((), time_to_live=_KEPT)
    with gr.Row(elem_id="ask", elem_classes="reading", equal_height=False):
        with gr.Column(scale=3, min_width=340, elem_id="talk"):
            with gr.Column(elem_id="conversation"):
                past = panel.markup("", "past")
                now = panel.markup("", "now", panel.script("now.js"))
                hello = panel.markup(welcome(service), "hello")
            box = gr.Textbox(
                placeholder="例如：别的县是怎么做红色物业的？",
                show_label=False, lines=1, max_lines=5, max_length=2000, autofocus=True,
                submit_btn="提问", elem_id="question", container=False,
            )  # fmt: skip
            filters = _filters(page, service)
        with gr.Column(scale=2, min_width=320, elem_classes="side"):
            side = panel.build(service, "panel")
    feedback.build(turns)
    page.load(lambda: welcome(service), None, hello, **INSTANT)  # reports may have come since the start
    _wire(service, turns, past, now, box, filters, side)


def welcome(service: Service) -> str:
    """What stands where the conversation will be."""
    seen = service.searched()
    years = f"，{html.years(*seen.years)}" if seen.years else ""
    how = (
        "由大模型撰写，每句核对出处" if service.settings.llm.configured else "只摘报告原句，每句都能点开核对"
    )
    size = f"已载入{seen.reports}份报告（{seen.places}个地方{years}）。回答{how}。{service.notice()}"
    return (
        f'<div class="hello"><h2>别的地方是怎么做的？</h2><p>{html.esc(size)}</p>'
        f"{html.suggestions(service.examples(), '可以这样问')}</div>"
    )


# --------------------------------------------------------------------------- filters


def _filters(page: gr.Blocks, service: Service) -> list[Any]:
    """Province, city, county, theme, first year, last year, home county, leave it out."""
    choices = Choices.of(service)
    with gr.Accordion(_head(), open=False, elem_id="filters") as head:
        with gr.Row():
            province = _dropdown("省", choices.provinces(), "province")
            city = _dropdown("市", [ALL], "city")
            county = _dropdown("县（区）", [ALL], "county")
            theme = _dropdown("主题", [ALL, *choices.themes], "theme-filter")
        with gr.Row():
            since = _dropdown("起始年份", [ALL, *choices.years], "since")
            until = _dropdown("截止年份", [ALL, *choices.years], "until")
            home = gr.Textbox(
                label="我在的县（记在本浏览器）", placeholder="例如：彰武县", elem_id="home", min_width=120
            )
            with gr.Column(min_width=100, elem_classes="stack"):
                leave = gr.Checkbox(label="排除本县", elem_id="leave-home", container=False)
                clear = gr.Button("清除筛选", size="sm", elem_id="clear-filters")
    filters: list[Any] = [province, city, county, theme, since, until, home, leave]
    # A fixed secret: with Gradio's own, made anew at every start, the browser could not read what it kept.
    remembered = gr.BrowserState("", storage_key=_HOME_KEY, secret=_HOME_KEY)
    # In the browser, and only where there is something to bring back: Gradio writes what comes for a box in
    # closed filters once they are open, when a county may have been typed into it.
    page.load(None, [remembered, home], home, js="(kept, typed) => typed || !kept ? undefined : kept")
    page.load(lambda: _fresh(service), None, [province, theme, since, until], **INSTANT)
    home.change(None, home, remembered, js="name => name")
    province.input(
        lambda p: (_offer(Choices.of(service).cities(p)), _offer(Choices.of(service).counties(p, None))),
        province, [city, county], **INSTANT,
    )  # fmt: skip
    city.input(
        lambda p, c: _offer(Choices.of(service).counties(p, c)),
        [province, city], county, **INSTANT,
    )  # fmt: skip
    for one in filters:
        one.change(lambda *chosen: gr.update(label=_head(*chosen)), filters, head, **INSTANT)
    none = (ALL, _offer([ALL]), _offer([ALL]), ALL, ALL, ALL, gr.skip(), False)
    clear.click(lambda: none, None, filters, **INSTANT)
    return filters


def _head(*chosen: Any) -> str:
    """The head of the filters, which says what is chosen while they are closed."""
    words = Choice.of(*chosen).words if chosen else ""
    return f"筛选（已选：{words}）" if words else "筛选：地方、主题、年份、本县"


def _fresh(service: Service) -> tuple[Any, ...]:
    """What can be chosen now: reports may have come since the page was made."""
    choices = Choices.of(service)
    lists = (choices.provinces(), [ALL, *choices.themes], [ALL, *choices.years], [ALL, *choices.years])
    return tuple(gr.update(choices=names) for names in lists)


def _dropdown(label: str, names: list[str], name: str) -> gr.Dropdown:
    return gr.Dropdown(names, value=ALL, label=label, elem_id=name, min_width=110, allow_custom_value=False)


def _offer(names: list[str]) -> Any:
    return gr.update(choices=names, value=ALL)


# --------------------------------------------------------------------------- events


def _wire(
    service: Service,
    turns: gr.State,
    past: gr.HTML,
    now: gr.HTML,
    box: gr.Textbox,
    filters: list[Any],
    side: gr.HTML,
) -> None:
    outputs = [past, now, turns, side, box]

    def typed(request: gr.Request, text: str, before: Turns, *chosen: Any) -> Iterator[Step]:
        yield from respond(service, text, before, Choice.of(*chosen), by=visit.of(request))

    def clicked(event: gr.EventData, request: gr.Request, before: Turns, *chosen: Any) -> Iterator[Step]:
        text, by = said(event, "text"), visit.of(request)
        yield from respond(service, text, before, Choice.of(*chosen), by=by)

    def struck(event: gr.EventData, request: gr.Request, before: Turns) -> Iterator[Step]:
        if before:
            last, key, by = before[-1], said(event, "key"), visit.of(request)
            yield from respond(service, last.asked, before[:-1], last.choice, last.struck | {key}, by)

    running: list[Any] = [
        box.submit(typed, [box, turns, *filters], outputs, **QUIET),
        side.submit(clicked, [turns, *filters], outputs, **QUIET),
        side.input(struck, [turns], outputs, **QUIET),
    ]
    box.stop(stopped, [turns], [now, turns, box], cancels=running, **QUIET)
    side.clear(sources, [turns], side, **INSTANT)
    side.delete(lambda: ("", "", (), html.WELCOME), None, [past, now, turns, side], **INSTANT)


def respond(
    service: Service,
    text: str,
    before: Turns,
    choice: Choice,
    struck: frozenset[str] = frozenset(),
    by: Visit = NOBODY,
) -> Iterator[Step]:
    """A question's way: shown at once, then its stages, then the answer block by block."""
    asking = gr.update(value="", submit_btn=False, stop_btn="停止")
    ready = gr.update(submit_btn="提问", stop_btn=False)
    shown = Turn(text, html.turn(text, html.working("理解问题")), (), struck, choice)
    yield "".join(t.html for t in before), shown.html, (*before, shown), gr.skip(), asking
    for shown in _replies(service, text, before, choice, struck, by):
        yield gr.skip(), shown.html, (*before, shown), gr.skip(), gr.skip()
    done = (*before, shown)
    yield gr.skip(), gr.skip(), gr.skip(), sources(done) if shown.citations else gr.skip(), ready


def _replies(
    service: Service, text: str, before: Turns, choice: Choice, struck: frozenset[str], by: Visit
) -> Iterator[Turn]:
    def turn(body: str, citations: Any = (), rated: Rated | None = None) -> Turn:
        return Turn(text, html.turn(text, body), citations, struck, choice, rated)

    try:
        for update in by.watched(stream(service, text, before, choice, struck), "page"):
            if update.outcome is None:
                written = "".join(html.render(update.text, ())) if update.text else ""
                yield turn(html.working(update.stage) + written)
                continue
            outcome = update.outcome
            cited = outcome.citations if isinstance(outcome, Answered) else outcome.nearest
            for parts in html.growing(html.blocks(outcome)):
                yield turn(html.understood(outcome.question) + html.answer(outcome, parts))
            yield turn(html.reply(outcome, feedback.buttons()), cited, Rated.of(outcome))
    except TashanError as error:
        yield turn(html.trouble(error.message, error.hint))
    except Exception:
        _LOG.exception("a question failed")
        yield turn(html.trouble("回答时出了内部错误。", "请换个问法；若仍如此，请把后台日志交给管理员。"))


def stopped(turns: Turns) -> Step:
    """The conversation as it stands, with a word that it was stopped."""
    ready = gr.update(submit_btn="提问", stop_btn=False)
    if not turns:
        return gr.skip(), turns, ready
    last = turns[-1]
    note = Turn(last.asked, html.turn(last.asked, html.trouble("已停止。")), (), last.struck, last.choice)
    return note.html, (*turns[:-1], note), ready


def sources(turns: Sequence[Turn]) -> str:
    """The sources of the last answer that has any."""
    for turn in reversed(turns):
        if turn.citations:
            return html.source_list(turn.citations, f"出处：{turn.asked}", turn.asked)
    return html.WELCOME
