"""One change of a store on a Milvus server: rows in, rows out, and the row that makes it visible."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from corpus.errors import TashanError
from corpus.types import CleanFile
from index.changes import Changes
from index.milvus_lock import Held
from index.milvus_rows import Draft, among, digest_of, draft, name_key, ranges
from index.milvus_server import KINDS, LONGEST, STATE, Row, Server, listed
from index.milvus_view import FORMAT, State
from index.tokens import Tokenizer
from index.types import Counts, Embedder, Makers, Progress

_EMBED_AT_ONCE = 256
_LOOK_AT_ONCE = 16  # reports whose reprints are looked for together
_FAILURES = 200  # that a state row keeps
_NOTHING = Counts(0, 0, 0)


def initial(server: Server) -> None:
    """Make an empty store."""
    if not server.has(STATE):
        server.create_state()
    server.insert(STATE, [_empty().row()], vectorless=True)


def _empty() -> State:
    return State(
        FORMAT, uuid.uuid4().hex, 0, _today(), "", Makers("", 0, ""), (), _NOTHING, (), (1, 1, 1), 0, ()
    )


def _today() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def fresh(server: Server, state: State, docs: Iterable[str], fields: Sequence[str] = ()) -> list[Row]:
    """The visible rows of these files, heads read."""
    if not state.suffix:
        return []
    keys = [name_key(doc) for doc in docs]
    rows = server.those(
        state.collection("documents"), "doc_key", keys, ("number", "born", "doc_key", "head", *fields)
    )
    seen = (row for row in rows if int(row["born"]) <= state.revision and state.shows(int(row["number"])))
    return [row | {"head": json.loads(row["head"])} for row in seen]


class Change:
    """What a writer does, from taking the lock to giving it back.

    Args:
        server, held: the server and its lock.
        state: what readers see now.
        embedder: None when nothing will be added.
        tokenizer: what cuts the texts.
        changes: becomes what `add` or `remove` returns.
        show: progress.
    """

    def __init__(
        self,
        server: Server,
        held: Held,
        state: State,
        embedder: Embedder | None,
        tokenizer: Tokenizer,
        changes: Changes,
        show: Progress,
    ) -> None:
        self._server, self._held, self._state = server, held, state
        self._embedder, self._tokenizer, self._changes, self._show = embedder, tokenizer, changes, show
        self._shown = state  # what readers see
        self._moving = False  # whether everything goes into new collections, to be shown at the end
        self._unsettled = False

    # ---- beginning and end

    def begin(self, makers: Makers | None = None, terms: Sequence[str] = ()) -> None:
        """Clear away what an interrupted change and the last one left; make collections where needed."""
        self._sweep()
        if makers is None or makers == self._state.makers:
            return
        self._moving = self._state.counts.passages > 0
        suffix = secrets.token_hex(4)
        self._server.create(suffix, makers.dimension)
        self._state = replace(
            self._state,
            suffix=suffix,
            makers=makers,
            terms=tuple(terms),
            counts=_NOTHING,
            hidden=(),
            stored=0,
        )

    def _sweep(self) -> None:
        state = self._state
        used = {state.collection(kind) for kind in KINDS}
        for name in self._server.names():
            if name.startswith(tuple(f"tashan_{kind}_" for kind in KINDS)) and name not in used:
                self._server.drop(name)
        if state.suffix:
            self._delete(f"{{document}} >= {state.next[0]}")
            if state.hidden:
                self._delete(among("{document}", state.hidden))
        self._server.delete(STATE, f"revision >= 0 and revision < {state.revision}")

    def _delete(self, condition: str) -> None:
        """Delete rows of all collections; `{document}` stands for the document's number."""
        for kind in KINDS:
            here = condition.replace("{document}", "number" if kind == "documents" else "document")
            self._server.delete(self._state.collection(kind), here)

    def end(self) -> None:
        """Show what is not yet shown, and keep the failures for `status`."""
        failures = tuple((doc, what[:500]) for doc, what in self._changes.failures[:_FAILURES])
        self._settle()
        if self._moving or self._state != self._shown or failures != self._shown.failures:
            old = self._shown
            self._commit(failures=failures)
            if self._moving:
                for kind in KINDS:
                    self._server.drop(old.collection(kind))

    def _commit(self, **more: Any) -> None:
        """Make the rows of this change visible, all at once."""
        self._state = replace(self._state, revision=self._shown.revision + 1, built=_today(), **more)
        row = self._state.row()
        if len(row["value"]) > LONGEST:
            raise TashanError(
                f"{self._server.url}：专用词表太长，Milvus 里的索引存不下。", "请缩短词表（--terms）后再试。"
            )
        self._held.check()
        self._server.insert(STATE, [row], vectorless=True)
        self._server.delete(STATE, f"revision >= 0 and revision < {self._shown.revision}")
        self._shown = self._state

    def _settle(self) -> None:
        if self._unsettled:
            self._server.settle([self._state.collection(kind) for kind in ("reports", "passages")])
            self._unsettled = False

    # ---- out

    def remove(self, docs: Sequence[str]) -> None:
        """Take files out of sight, then delete their rows."""
        if not docs:
            return
        gone = fresh(self._server, self._state, docs) if not self._moving else []
        self._changes.take_out(docs, [row["head"]["doc"] for row in gone])
        if gone:
            self._retire(gone)
            self._commit()
            self._delete(among("{document}", ranges(int(row["number"]) for row in gone)))

    def _retire(self, rows: Sequence[Row]) -> None:
        """Hide documents; the next commit makes it so."""
        state, heads = self._state, [row["head"] for row in rows]
        numbers = {int(row["number"]) for row in rows}
        hidden = numbers | {n for a, b in state.hidden for n in range(a, b + 1)}
        self._state = replace(
            state,
            hidden=tuple((a, b) for a, b in ranges(hidden)),
            stored=state.stored - sum(head["bytes"] for head in heads),
            counts=Counts(
                state.counts.documents - len(heads),
                state.counts.reports - sum(head["reports"] for head in heads),
                state.counts.passages - sum(head["passages"] for head in heads),
            ),
        )

    # ---- in

    def put(self, files: Sequence[CleanFile], cleaner: str, more: bool = False) -> None:
        """Add or replace some files and show them.

        Where `more` are to come, what milvus-lite holds in memory waits for them: it weighs the words of a
        file that it has written by that file alone, so one large file is better than many.
        """
        latest = {file.document.doc: file for file in files}  # of two of one name the later one
        before = {row["head"]["doc"]: row for row in self._before(latest)}
        drafts = []
        for at, (doc, file) in enumerate(latest.items()):
            self._show("切分词语", at, len(latest))
            was = before.get(doc)
            head = was["head"] if was else {}
            if (head.get("sha256"), head.get("digest")) == (file.document.sha256, digest_of(file)):
                self._unchanged(before.pop(doc), cleaner)
                self._changes.put(file, False)
            elif (made := self._draft(file, cleaner)) is not None:
                drafts.append(made)
                self._changes.put(file, True)
            else:
                before.pop(doc, None)  # what can't be stored does not cost the version that could
        if drafts:
            self._insert(drafts)
            self._retire([row for doc, row in before.items()])
            if not more:
                self._settle()
            if not self._moving:
                self._commit()

    def _before(self, docs: Iterable[str]) -> list[Row]:
        """The rows of these files that readers, or this change so far, have."""
        state = self._state
        if not self._moving:
            return fresh(self._server, state, docs)
        return fresh(self._server, replace(state, revision=self._shown.revision + 1), docs)

    def _unchanged(self, row: Row, cleaner: str) -> None:
        if row["head"]["cleaner"] == cleaner:
            return
        name = self._state.collection("documents")
        whole = self._server.those(
            name, "number", [int(row["number"])], ("number", "born", "doc_key", "head", "data", "pieces")
        )[0]
        head = json.dumps(row["head"] | {"cleaner": cleaner}, ensure_ascii=False, separators=(",", ":"))
        self._server.replace(name, whole | {"head": head})

    def _draft(self, file: CleanFile, cleaner: str) -> Draft | None:
        """The rows of a file, under new numbers; None, and noted, where the server can't hold them."""
        state = self._state
        try:
            made = draft(file, cleaner, self._tokenizer, self._shown.revision + 1, state.next)
        except TashanError as error:
            self._changes.failures.append((file.document.doc, str(error)))
            return None
        document, report, passage = state.next
        counts = state.counts
        self._state = replace(
            state,
            next=(document + 1, report + len(made.reports), passage + len(made.passages)),
            stored=state.stored + sum(json.loads(row["head"])["bytes"] for row in made.documents),
            counts=Counts(
                counts.documents + 1,
                counts.reports + len(made.reports),
                counts.passages + len(made.passages),
            ),
        )
        return made

    def _insert(self, drafts: Sequence[Draft]) -> None:
        self._unsettled = True
        self._embed(drafts)
        self._cluster([row for made in drafts for row in made.reports])
        for kind in KINDS:
            rows = (row for made in drafts for row in getattr(made, kind))
            self._server.insert(
                self._state.collection(kind), rows, vectorless=kind in ("documents", "pieces")
            )

    def _embed(self, drafts: Sequence[Draft]) -> None:
        """Vectors for the passages: those of texts that the store has are taken over."""
        assert self._embedder is not None
        texts = {
            row["content"]: text
            for made in drafts
            for row, text in zip(made.passages, made.texts, strict=True)
        }
        name = self._state.collection("passages")
        known = {
            row["content"]: row["vector"]
            for row in self._server.those(name, "content", texts, ("content", "vector"))
        }
        lacking = sorted(texts.keys() - known.keys(), key=lambda key: len(texts[key]))
        for start in range(0, len(lacking), _EMBED_AT_ONCE):
            self._show("计算向量", start, len(lacking))
            group = lacking[start : start + _EMBED_AT_ONCE]
            # Rounded as the local store keeps them, so that both stores score alike.
            vectors = self._embedder.passages([texts[key] for key in group]).astype(np.float16)
            known.update(zip(group, vectors.astype(np.float32).tolist(), strict=True))
        if lacking:
            self._show("计算向量", len(lacking), len(lacking))
        for made in drafts:
            for row in made.passages:
                row["vector"] = [float(value) for value in known[row["content"]]]

    def _cluster(self, reports: Sequence[Row]) -> None:
        """Which reprint cluster each new report belongs to: that of a report that shares a band with it."""
        first: dict[str, int] = {}
        for start in range(0, len(reports), _LOOK_AT_ONCE):
            group = reports[start : start + _LOOK_AT_ONCE]
            for row in self._alike([band for one in group for band in one["bands"]]):
                for band in row["bands"]:
                    first[band] = min(first.get(band, int(row["cluster"])), int(row["cluster"]))
            for row in group:
                row["cluster"] = min([first[b] for b in row["bands"] if b in first], default=row["number"])
                for band in row["bands"]:
                    first[band] = min(first.get(band, row["cluster"]), row["cluster"])

    def _alike(self, bands: Sequence[str]) -> list[Row]:
        state = self._state
        where = (
            f"born <= {self._shown.revision + self._moving} and array_contains_any(bands, {listed(bands)})"
        )
        fields = ("number", "document", "cluster", "bands")
        rows = self._server.rows(state.collection("reports"), where, fields)
        return [row for row in rows if state.shows(int(row["document"]))]
