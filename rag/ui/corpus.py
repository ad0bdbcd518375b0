"""The tab 语料: what is in the store, adding files after a look at their cleaning, removing files."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from corpus.errors import TashanError
from corpus.load import suffixes
from corpus.read import read_path
from corpus.types import CleanFile, Failure
from index.types import Added, Progress
from rag.service import Service
from rag.ui import html, listing, panel
from rag.ui.panel import INSTANT

_KEPT = 3600  # seconds that an upload waits to be accepted
_HINT = '<div class="hint"><h3>报告</h3><p>点“查看”，报告会在这里打开。</p></div>'
_ONLY_HERE = "只有在装着他山的这台电脑上打开网页，才能增删报告。"

_CONFIRM = "(docs) => (docs.length && confirm(`确定移除 ${docs.length} 个文件？`) ? [docs] : [[]])"

Pending = tuple[CleanFile, ...]


def build(page: gr.Blocks, service: Service) -> None:
    """Put the tab into the page that is being made."""
    pending = gr.State((), time_to_live=_KEPT)
    with gr.Row(elem_id="corpus", elem_classes="reading", equal_height=False):
        with gr.Column(scale=3, min_width=340, elem_classes="work"):
            told = panel.markup("", "told")
            with gr.Accordion("添加、移除报告", open=False, elem_id="edit", visible=False) as edit:
                upload = gr.File(
                    label="选择文件：先看清洗结果，再决定是否入库",
                    file_count="multiple",
                    file_types=sorted(suffixes()),
                    elem_id="upload",
                )
                preview = panel.markup("", "preview")
                accept = gr.Button("入库", variant="primary", visible=False, elem_id="accept")
                docs = gr.Dropdown([], multiselect=True, label="要移除的文件", elem_id="remove-docs")
                remove = gr.Button("移除所选文件", elem_id="remove")
            summary = panel.markup("", "overview")
            wanted = gr.Textbox(
                placeholder="按标题、地方、来源、文件名查找",
                show_label=False,
                container=False,
                elem_id="wanted",
            )
            listed = panel.markup("", "listed")
        with gr.Column(scale=2, min_width=320, elem_classes="side"):
            panel.build(service, "corpus-panel", _HINT)

    fresh = [summary, listed, docs]
    writes: dict[str, Any] = {"api_visibility": "private", "concurrency_limit": 1, "concurrency_id": "write"}

    def uploaded(paths: list[str] | None, request: gr.Request) -> tuple[Any, ...]:
        return look_into(service, paths, request)

    def taken(files: Pending, request: gr.Request, progress: Any = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008
        def show(stage: str, done: int, of: int) -> None:
            progress((done, of), desc=stage)

        return accepted(service, files, request, show)

    def dropped(names: list[str], request: gr.Request) -> tuple[Any, ...]:
        return removed(service, names, request)

    def allowed(request: gr.Request) -> Any:
        return gr.update(visible=may_edit(request))

    page.load(lambda: look(service), None, fresh, **INSTANT)
    page.load(allowed, None, edit, **INSTANT)
    wanted.change(lambda text: listing.reports(service.heads(), text), wanted, listed, **INSTANT)
    upload.upload(uploaded, upload, [told, preview, pending, accept], api_visibility="private")
    upload.clear(lambda: ("", (), gr.update(visible=False)), None, [preview, pending, accept], **INSTANT)
    accept.click(taken, pending, [told, preview, pending, accept, upload, *fresh], **writes)
    remove.click(dropped, docs, [told, *fresh], js=_CONFIRM, **writes)


def look(service: Service) -> tuple[str, str, Any]:
    """Overview, list of reports and names of files, as they are now."""
    heads = service.heads()
    names = sorted({head.doc for head in heads})
    problems = service.store.status().problems
    return listing.overview(heads, problems), listing.reports(heads), gr.update(choices=names, value=[])


def may_edit(request: gr.Request | None) -> bool:
    """Whether a request comes from this very machine.

    Until there is a sign-in, only its user may change reports. Behind a reverse proxy this is the address
    that the proxy names.
    """
    host = request.client.host if request and request.client else ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def look_into(service: Service, paths: Sequence[str] | None, request: gr.Request) -> tuple[Any, ...]:
    """Read uploaded files without adding them: (message, preview, files, accept button)."""
    if not may_edit(request):
        return html.trouble(_ONLY_HERE), "", (), gr.update(visible=False)
    read: list[CleanFile | Failure] = []
    for path in paths or ():
        try:
            read.extend(read_path(Path(path), Path(path).parent))
        except TashanError as error:
            read.append(Failure(Path(path).name, str(error)))
    files = tuple(one for one in read if isinstance(one, CleanFile) and one.reports)
    count = sum(len(file.reports) for file in files)
    label = f"入库（{len(files)}个文件，{count}份报告）"
    shown = listing.preview(read, service.store.documents())
    return "", shown, files, gr.update(visible=bool(files), value=label)


def accepted(service: Service, files: Pending, request: gr.Request, show: Progress) -> tuple[Any, ...]:
    """Add what was previewed."""
    if not may_edit(request) or not files:
        said = html.trouble(_ONLY_HERE if files else "没有可入库的文件。")
    else:
        said = _changed(lambda: service.store.add(files, show))
    return said, "", (), gr.update(visible=False), None, *look(service)


def removed(service: Service, docs: Sequence[str], request: gr.Request) -> tuple[Any, ...]:
    """Remove files."""
    if not may_edit(request) or not docs:
        return html.trouble(_ONLY_HERE if docs else "没有移除任何文件。"), *look(service)
    return _changed(lambda: service.store.remove(docs)), *look(service)


def _changed(change: Callable[[], Added]) -> str:
    try:
        done = change()
    except TashanError as error:
        return html.trouble(error.message, error.hint)
    kinds = (("入库", done.added), ("未变", done.unchanged), ("移除", done.removed))
    parts = [f"{verb}{len(names)}个文件" for verb, names in kinds if names] or ["没有变化"]
    total = f"现有{done.counts.documents}个文件、{done.counts.reports}份报告"
    return f'<p class="notice">{"，".join(parts)}。{total}。</p>'
