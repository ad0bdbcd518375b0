"""The tab 语料: what is in the store, adding files after a look at their cleaning, removing files."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Any

import gradio as gr

from corpus.load import suffixes
from corpus.types import CleanFile
from rag.service import Service
from rag.ui import html, listing, panel, upload
from rag.ui.panel import INSTANT
from rag.ui.roles import ONLY_HERE, may_edit, note

_KEPT = 3600  # seconds that an upload waits to be accepted
_HINT = '<div class="hint"><h3>报告</h3><p>点“查看”，报告会在这里打开。</p></div>'
# The names chosen pass through the browser's own question; what is looked for goes along unchanged.
_CONFIRM = "(docs, words) => [docs.length && confirm(`确定移除 ${docs.length} 个文件？`) ? docs : [], words]"

Pending = tuple[CleanFile, ...]
Step = tuple[Any, ...]


def build(page: gr.Blocks, service: Service) -> None:
    """Put the tab into the page that is being made."""
    with gr.Row(elem_id="corpus", elem_classes="reading", equal_height=False):
        with gr.Column(scale=3, min_width=340, elem_classes="work"):
            told = panel.markup("", "told")
            with gr.Accordion(
                "添加、移除报告，重新整理索引", open=False, elem_id="edit", visible=False
            ) as edit:
                editing = _editing()
            summary = panel.markup("", "overview")
            wanted = gr.Textbox(
                "",
                placeholder="按标题、地方、主题、来源、日期、文件名查找",
                show_label=False,
                container=False,
                elem_id="wanted",
            )
            listed = panel.markup("", "listed")
        with gr.Column(scale=2, min_width=320, elem_classes="side"):
            panel.build(service, "corpus-panel", _HINT)

    def allowed(request: gr.Request) -> Any:
        return gr.update(visible=may_edit(request))

    def look(words: str) -> Step:
        return look_up(service, words)

    fresh = [summary, listed, editing["docs"]]
    page.load(look, wanted, fresh, **INSTANT)
    page.load(allowed, None, edit, **INSTANT)
    wanted.change(lambda words: found(service, words), wanted, fresh[1:], **INSTANT)
    _wire(service, told, wanted, fresh, editing)


def _editing() -> dict[str, Any]:
    """What an editor sees: files to choose, what they were read as, what to do with them."""
    parts: dict[str, Any] = {"pending": gr.State((), time_to_live=_KEPT)}
    parts["upload"] = gr.File(
        label="选择文件：先看清洗结果，再决定是否入库",
        file_count="multiple",
        file_types=sorted(suffixes()),
        elem_id="upload",
        height=150,
    )
    parts["preview"] = panel.markup("", "preview")
    parts["chosen"] = gr.CheckboxGroup([], label="要入库的文件", elem_id="chosen", visible=False)
    with gr.Row(visible=False, elem_id="decide") as parts["decide"]:
        parts["accept"] = gr.Button("入库", variant="primary", elem_id="accept")
        parts["discard"] = gr.Button("放弃", elem_id="discard")
    with gr.Row(elem_classes="line"):
        parts["docs"] = gr.Dropdown(
            [],
            multiselect=True,
            label="要移除的文件（可先在下面查找，这里只列出找到的）",
            elem_id="remove-docs",
            scale=3,
        )
        parts["remove"] = gr.Button("移除所选文件", elem_id="remove", min_width=120)
    parts["renew"] = gr.Button(
        "重新整理索引（检查、按现在的规则重新清洗、重建检索文件）", size="sm", elem_id="renew"
    )
    return parts


def _wire(
    service: Service, told: gr.HTML, wanted: gr.Textbox, fresh: list[Any], parts: dict[str, Any]
) -> None:
    writes: dict[str, Any] = {
        "api_visibility": "private",
        "show_progress": "hidden",
        "concurrency_limit": 1,
        "concurrency_id": "write",
    }
    pending, chosen, upload_box = parts["pending"], parts["chosen"], parts["upload"]
    deciding = [parts["preview"], pending, chosen, parts["decide"]]

    def uploaded(paths: list[str] | None, request: gr.Request) -> Iterator[Step]:
        yield from look_into(service, paths, request)

    def taken(files: Pending, docs: list[str], words: str, request: gr.Request) -> Iterator[Step]:
        yield from accepted(service, files, docs, words, request)

    def dropped(docs: list[str], words: str, request: gr.Request) -> Step:
        return removed(service, docs, words, request)

    def renewed(words: str, request: gr.Request) -> Iterator[Step]:
        yield from indexed_again(service, words, request)

    looking = upload_box.upload(
        uploaded, upload_box, [told, *deciding], api_visibility="private", show_progress="hidden"
    )
    upload_box.clear(lambda: _NOTHING, None, deciding, cancels=[looking], **INSTANT)
    parts["discard"].click(lambda: (*_NOTHING, None), None, [*deciding, upload_box], **INSTANT)
    chosen.change(lambda docs: gr.update(interactive=bool(docs)), chosen, parts["accept"], **INSTANT)
    parts["accept"].click(taken, [pending, chosen, wanted], [told, *deciding, upload_box, *fresh], **writes)
    parts["remove"].click(dropped, [parts["docs"], wanted], [told, *fresh], js=_CONFIRM, **writes)
    parts["renew"].click(renewed, wanted, [told, *fresh], **writes)


_NOTHING = ("", (), gr.update(choices=[], value=[], visible=False), gr.update(visible=False))


def look_up(service: Service, words: str | None) -> Step:
    """Overview, list of reports and names of files, as they are now."""
    problems = service.store.status().problems
    return listing.overview(service.heads(), service.themes(), problems), *found(service, words)


def found(service: Service, words: str | None) -> tuple[str, Any]:
    """The reports that hold all words, and their files for removing."""
    heads = listing.matching(service.heads(), service.themes(), words or "")
    names = list(dict.fromkeys(head.doc for head in heads[: listing.ROWS]))
    return listing.reports(heads, service.themes()), gr.update(choices=names, value=[])


def look_into(service: Service, paths: Sequence[str] | None, request: gr.Request) -> Iterator[Step]:
    """Read uploaded files without adding them: (message, preview, files, those to take, buttons)."""
    if not may_edit(request):
        yield html.trouble(ONLY_HERE), *_NOTHING
        return
    read: list[upload.Read] = []
    for stages, done in upload.read(paths or ()):
        read = done
        yield "", stages, *_NOTHING[1:]
    files = upload.usable(read)
    names = [file.document.doc for file in files]
    shown = listing.preview(read, service.store.documents())
    choice = gr.update(choices=names, value=names, visible=len(names) > 1)
    yield "", shown, tuple(files), choice, gr.update(visible=bool(files))


def accepted(
    service: Service, files: Pending, docs: Sequence[str], words: str, request: gr.Request
) -> Iterator[Step]:
    """Add those of the previewed files that were chosen."""
    wanted = [file for file in files if file.document.doc in docs]
    if not may_edit(request) or not wanted:
        said = html.trouble(ONLY_HERE if wanted else "没有可入库的文件。")
    else:
        note(request, "upload", "、".join(file.document.doc for file in wanted))
        said = yield from _shown(upload.add(service, wanted), [gr.skip()] * 8)
    yield said, *_NOTHING, None, *look_up(service, words)


def removed(service: Service, docs: Sequence[str], words: str, request: gr.Request) -> Step:
    """Remove files."""
    if not may_edit(request) or not docs:
        return html.trouble(ONLY_HERE if docs else "没有移除任何文件。"), *look_up(service, words)
    note(request, "remove", "、".join(docs))
    return upload.outcome(lambda: service.store.remove(docs)), *look_up(service, words)


def indexed_again(service: Service, words: str, request: gr.Request) -> Iterator[Step]:
    """Check the store, clean what older rules cleaned, derive all files again."""
    if not may_edit(request):
        yield html.trouble(ONLY_HERE), *look_up(service, words)
        return
    note(request, "renew")
    said = yield from _shown(upload.renew(service), [gr.skip()] * 3)
    yield said, *look_up(service, words)


def _shown(work: Generator[str, None, str], rest: list[Any]) -> Generator[Step, None, str]:
    """Each stage as what is told, everything else left as it is; at the end what became of it."""
    while True:
        try:
            yield next(work), *rest
        except StopIteration as end:
            return str(end.value)
