"""How rare words are among the reports: what is rare in a question is what it is about."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from rag.sentences import grams
from rag.types import Question

_AS_OF = 420  # reports: of more the counts are made as of so many, on which bounds of refusals were set


class Rarity:
    """How rare a character bigram is among the reports, estimated from a sample of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        held: Counter[str] = Counter()
        total = 0
        for text in texts:
            held.update(set(grams(text)))
            total += 1
        self._held, self._total = held, total
        self._share = min(1.0, _AS_OF / total) if total else 1.0

    def __call__(self, gram: str) -> float:
        """Squared inverse document frequency: what is rare decides."""
        return math.log((self._share * self._total + 1) / (self._share * self._held[gram] + 0.5)) ** 2

    def of_word(self, word: str) -> float:
        """The mean over its bigrams."""
        pairs = grams(word)
        return sum(map(self, pairs)) / len(pairs) if pairs else 1.0

    def of_thing(self, question: Question, words: Sequence[str]) -> float:
        """Of a thing that the question names: of the commonest of its wordings that stand in the topic.

        Where it is named in words that no report has, of its commonest wording.
        """
        said = [word for word in words if word in question.topic]
        return self.of_group(said or words)

    def of_group(self, words: Sequence[str]) -> float:
        """Of a thing in any wording: of the commonest one, however the asker words it."""
        return min(map(self.of_word, words), default=0.0)
