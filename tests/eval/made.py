"""Finished runs made by hand (all of it invented), for tests of what shows them."""

from __future__ import annotations

from pathlib import Path

from eval.run import Conditions, Run, collect, finish
from eval.types import Dataset, GoldDoc, Item, Output

TEXT = "金耀街道把物业党支部建起来，共54个。"
DOC = "s1-02-kaifeng-jinyao.txt"


class Stub:
    """Answers every question with one citation, or refuses all of them."""

    name = "stub"

    def __init__(self, refuses: bool) -> None:
        self._refuses = refuses

    def ask(self, item: Item) -> tuple[Output, list[dict[str, object]]]:
        if self._refuses:
            return Output(
                {"status": "refused", "text": "未作回答。", "hits": [], "citations": []}, 0.4, 20.0
            ), []
        cited = {
            "n": 1, "doc": DOC, "report": f"{DOC}#1", "quote": TEXT, "start": 0, "end": 12,
            "raw_start": 0, "raw_end": len(TEXT),
        }  # fmt: skip
        hits = [{"rank": 1, "doc": DOC, "score": 0.9, "text": item.question, "parts": {"dense": 0.8}}]
        body = {"status": "answered", "text": f"{TEXT}[1]", "hits": [{"doc": DOC}], "citations": [cited]}
        return Output(body, 0.9, 10.0), hits


def run(folder: Path, *asked: str, refuses: bool = False) -> Run:
    """A run over these questions, of which one document is the gold; one more has no answer."""
    items = [
        Item(f"q{at}", question, "howto", gold=(GoldDoc(DOC, 3, (TEXT,)),), key_facts=("54个",))
        for at, question in enumerate(asked)
    ]
    items.append(Item("none", "火星上怎么停车？", "unanswerable"))
    dataset = Dataset("made", "jsonl", tuple(items), "0" * 64)
    quiet = lambda stage, done, of: None  # noqa: E731
    collect(dataset, Stub(refuses), folder, quiet)
    conditions = Conditions(
        "made", dataset.sha256, len(items), "stub", "refuses" if refuses else "answers", {}, "c", "s", "k", 1
    )
    return finish(folder, dataset, conditions, lambda doc: TEXT)
