"""Questions tried before they are offered: none that would be refused, and each thing asked for by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.types import ReportHead
from rag import further
from rag.overview import Overview
from rag.types import Found, Hit, Question

_WORDS = 6  # other wordings of one thing that are searched by itself


@dataclass(frozen=True, slots=True)
class Trial:
    """What a service would say to a question that nobody has asked yet.

    Attributes:
        understand: a question, from its words.
        find: what it finds.
        refused: whether what it finds is no answer.
        look: what is known of the generation in use.
        synonyms: weight of another wording.
    """

    understand: Callable[[str], Question]
    find: Callable[[Question], Found]
    refused: Callable[[Question, Found], bool]
    look: Callable[[], Overview]
    synonyms: float

    def able(self, asked: str, head: ReportHead, text: str) -> bool:
        """Whether a question would be answered out of a text of a report."""
        return further.answers(self.understand(asked), head, text, self.look().rarity)

    def sure(self, asked: str, head: ReportHead, text: str) -> bool:
        """Whether a question is answered, tried once a generation: of a report only passages are searched."""
        tried = self.look().tried
        if asked not in tried:
            tried[asked] = self.able(asked, head, text) and self._answers(asked, head)
        return tried[asked]

    def _answers(self, asked: str, head: ReportHead) -> bool:
        """Whether a passage that answers is found, so that nothing is left to refuse."""
        question = self.understand(asked)
        found = self.find(question)
        texts = (hit.stored.passage.text for hit in found.hits if hit.stored.head.report == head.report)
        return any(self.able(asked, head, text) for text in texts) and not self.refused(question, found)

    def part(self, question: Question, words: Sequence[str]) -> tuple[Hit, ...]:
        """What a question finds, in any place and of any year, by one of the things that it asks for."""
        said = [word for word in words if word in question.topic] or words[:1]
        others = [word for word in words if word not in said][:_WORDS]
        part = replace(
            question,
            include=(),
            since=None,
            until=None,
            unknown_places=(),
            subjects=(),
            topic=" ".join(said),
            synonyms=tuple((word, self.synonyms) for word in others),
            concepts=(tuple(words),),
            many=False,
        )
        return self.find(part).hits
