"""What an evaluation is about: questions with what would answer them, and what came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]  # one object of the contract of `ask --json` (rag/contract.py)


@dataclass(frozen=True, slots=True)
class GoldDoc:
    """A document that answers a question: 3 fully, 2 in part, 1 touches on it."""

    doc: str
    grade: int = 1
    evidence: tuple[str, ...] = ()  # words that stand in the document


@dataclass(frozen=True, slots=True)
class Item:
    """One question with its gold.

    Attributes:
        type: howto, compare, region, exclude, figure, mechanism, followup, unanswerable, or "question".
        history: earlier questions of the conversation, oldest first.
        region: the place asked for or, for `exclude`, the place left out.
        gold: the documents that answer; empty where nothing does.
        key_facts: words that a complete answer says.
        answers: reference answers, any of which is right.
    """

    id: str
    question: str
    type: str = "question"
    history: tuple[str, ...] = ()
    region: str | None = None
    gold: tuple[GoldDoc, ...] = ()
    key_facts: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the corpus holds an answer."""
        return self.type != "unanswerable" and bool(self.gold)

    @property
    def grades(self) -> dict[str, int]:
        """Document → grade."""
        return {one.doc: one.grade for one in self.gold}


@dataclass(frozen=True, slots=True)
class Source:
    """A document that a dataset brings along (BEIR, SQuAD-style)."""

    doc: str  # a file name that is safe on every system
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions of one file or folder."""

    name: str
    format: str  # jsonl, ncpqa, beir, trec, squad, table
    items: tuple[Item, ...] = field(repr=False)
    sha256: str = ""  # of the questions and gold as read
    documents: tuple[Source, ...] = field(default=(), repr=False)
    pending: int = 0  # questions that nobody has confirmed yet (drafts, feedback)


@dataclass(frozen=True, slots=True)
class Output:
    """What came back for one question.

    Attributes:
        body: the contract's object.
        confidence: how sure the system was that there is an answer (higher is surer), for the area under the
            refusal curve; None where it does not say.
        ms: time from question to answer.
    """

    body: Json
    confidence: float | None = None
    ms: float | None = None
    error: str = ""

    @property
    def refused(self) -> bool:
        """Whether there was no answer."""
        return self.body.get("status") != "answered"

    @property
    def ranked(self) -> list[str]:
        """Documents in the order in which hits first name them."""
        return list(dict.fromkeys(hit["doc"] for hit in self.body.get("hits", ())))

    @property
    def citations(self) -> list[Json]:
        """The citations of the answer."""
        return list(self.body.get("citations", ()))


@dataclass(frozen=True, slots=True)
class Result:
    """One question with what came and its figures."""

    item: Item
    output: Output
    marks: dict[str, float]
