"""Readers that ask while one writer adds and removes: nothing fails, nothing removed is shown again.

``python -m tests.index.concurrent [ADDRESS]`` runs the full round: 8 readers, 100 added, 50 removed.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from corpus.types import CleanFile
from index.embedder import FakeEmbedder
from index.opening import open_store, place
from index.types import Store
from rag.config import Settings
from rag.service import Service
from tests.index.filed import PLACES, TOPICS, filed, some

_QUESTIONS = ("红色物业怎么解决停车难？", "别的县怎么做积分制？", "网格员做什么？", "电梯加装的钱怎么分摊？")


@dataclass(slots=True)
class Seen:
    """What the readers saw."""

    questions: int = 0
    citations: int = 0
    errors: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)  # shown after its removal was acknowledged
    missing: list[str] = field(default_factory=list)  # not shown after its addition was acknowledged


def fresh(number: int) -> CleanFile:
    """An invented report with one line that no other has."""
    topic = TOPICS[number % len(TOPICS)]
    lines = [f"第{number}号新报告。{topic}", f"代号{number * 7919:07d}的做法由村里自己定。"]
    return filed(f"new{number:03}.txt", lines, PLACES[number % len(PLACES)], title=f"新报告{number}")


def run(address: str | Path, *, readers: int, added: int, removed: int, kept: int = 60) -> Seen:
    """One writer adds `added` reports and removes `removed`, one by one, while `readers` ask."""
    model, seen, turn = FakeEmbedder(), Seen(), threading.Lock()
    with open_store(address, model, create=True) as writer:
        writer.add(some(kept))
        gone, there, stop = set[str](), dict[str, int](), threading.Event()
        settings = Settings(store=place(address), model="fake")

        def read(first: int) -> None:
            with Service.open(settings, FakeEmbedder()) as service:
                at, last = first, False
                while not last:
                    at, last = at + 1, stop.is_set()  # a last look at what is there when all is written
                    with turn:
                        banned, known = set(gone), dict(there)
                    _ask(service, _QUESTIONS[at % len(_QUESTIONS)], banned, seen, turn)
                    if known:
                        _find(service, known, seen, turn, at)

        def reader(first: int) -> None:
            try:
                read(first)
            except BaseException as error:
                seen.errors.append(f"{type(error).__name__}: {error}")

        threads = [threading.Thread(target=reader, args=(number,)) for number in range(readers)]
        for thread in threads:
            thread.start()
        try:
            _write(writer, added, removed, gone, there, turn)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        seen.errors += [problem.message for problem in writer.verify()]
        if writer.counts.documents != kept + added - removed:
            seen.errors.append(f"{writer.counts.documents} documents")
    return seen


def _write(
    writer: Store, added: int, removed: int, gone: set[str], there: dict[str, int], turn: threading.Lock
) -> None:
    """Add and remove in turn, each acknowledged before readers are held to it."""
    victims = [f"file{number:03}.txt" for number in range(removed)]
    for number in range(added):
        file = fresh(number)
        writer.add([file])
        with turn:
            there[file.document.doc] = number
        if number * removed // added != (number + 1) * removed // added:
            doc = victims.pop()
            assert writer.remove([doc]).removed == (doc,)
            with turn:
                gone.add(doc)


def _ask(service: Service, question: str, banned: set[str], seen: Seen, turn: threading.Lock) -> None:
    outcome = service.ask(question)
    cited = getattr(outcome, "citations", ())
    shown = {hit.stored.head.doc for hit in outcome.found.hits} | {one.doc for one in cited}
    unopened = [one.doc for one in cited if not one.quote or not _opens(service, one.doc)]
    with turn:
        seen.questions += 1
        seen.citations += len(cited)
        seen.stale += sorted(shown & banned)
        seen.errors += [f"{doc} does not open" for doc in unopened]


def _opens(service: Service, doc: str) -> bool:
    """Whether a citation opens; what was removed since the answer need not."""
    return service.store.document(doc) is not None or doc not in service.store.documents()


def _find(service: Service, known: dict[str, int], seen: Seen, turn: threading.Lock, at: int) -> None:
    """An added report is found by the line that only it has."""
    doc, number = sorted(known.items())[at % len(known)]
    _, found = service.search(f"代号{number * 7919:07d}的做法由村里自己定")
    with turn:
        seen.questions += 1
        if doc not in {hit.stored.head.doc for hit in found.hits}:
            seen.missing.append(doc)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        address = sys.argv[1] if len(sys.argv) > 1 else Path(folder) / "store"
        started = time.monotonic()
        seen = run(address, readers=8, added=100, removed=50)
        print(
            f"{seen.questions} questions, {seen.citations} citations in {time.monotonic() - started:.0f} s; "
            f"errors {seen.errors[:5]}, stale {seen.stale[:5]}, missing {seen.missing[:5]}"
        )
        sys.exit(1 if seen.errors or seen.stale or seen.missing else 0)


if __name__ == "__main__":
    main()
