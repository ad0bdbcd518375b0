"""Looking after a store on a Milvus server: what does not agree with what, and what there is."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from index import milvus_rows
from index.milvus_server import Server
from index.milvus_view import State
from index.types import Counts, Problem, Status


def document_heads(server: Server, state: State) -> Iterator[dict[str, Any]]:
    """What is known of every file, without its contents."""
    if state.suffix:
        for row in server.scan(state.collection("documents"), state.visible("documents"), ("number", "head")):
            yield json.loads(row["head"]) | {"number": int(row["number"])}


def _count(server: Server, state: State, kind: str) -> Counter[int]:
    """Visible rows of one kind, by document."""
    rows = server.scan(state.collection(kind), state.visible(kind), ("number", "document"))
    return Counter(int(row["document"]) for row in rows)


def damaged(server: Server, state: State) -> Iterator[tuple[str, str]]:
    """(doc, what is wrong with it) for every file of which something is missing or changed."""
    if not state.suffix:
        return
    reports, passages = (_count(server, state, kind) for kind in ("reports", "passages"))
    for head in document_heads(server, state):
        number = head["number"]
        if (reports[number], passages[number]) != (head["reports"], head["passages"]):
            yield head["doc"], "报告或段落缺失"
        elif what := _unreadable(server, state, head):
            yield head["doc"], what


def _unreadable(server: Server, state: State, head: dict[str, Any]) -> str:
    """Why a file's contents can't be opened, empty when they can."""
    try:
        name = state.collection("documents")
        row = server.those(name, "number", [head["number"]], ("number", "data", "pieces"))[0]
        stored = milvus_rows.read_document(server.packed(state.collection("pieces"), "d", row), head)
    except (ValueError, KeyError, TypeError, IndexError, zlib.error) as error:
        return f"内容打不开（{error}）"
    same = hashlib.sha256(stored.document.data).hexdigest() == head["sha256"]
    return "" if same else "内容与校验值不符"


def verify(server: Server, state: State) -> list[Problem]:
    """Every disagreement; empty when all is well."""
    problems = [Problem(doc, what, False) for doc, what in damaged(server, state)]
    heads = list(document_heads(server, state))
    sums = Counts(len(heads), sum(h["reports"] for h in heads), sum(h["passages"] for h in heads))
    if sums != state.counts:
        problems.append(Problem("state", "数量与内容不符", False))
    return problems


def status(server: Server, state: State) -> Status:
    """Sizes, counts, makers and problems. Sizes are of what was handed to the server, not of its disks."""
    heads = list(document_heads(server, state))
    found = [(head["doc"], problem) for head in heads for problem in head["problems"]]
    return Status(
        root=server.url,
        counts=state.counts,
        generation=f"{state.suffix}-{state.revision}",
        revision=state.revision,
        built=state.built,
        embedder=state.makers.embedder,
        dimension=state.makers.dimension,
        tokenizer=state.makers.tokenizer,
        terms=len(state.terms),
        catalog_bytes=state.stored,
        derived_bytes=4 * state.counts.passages * state.makers.dimension,
        generations=1,
        segments=1,
        problems=(*state.failures, *sorted(found)),
    )
