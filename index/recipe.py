"""What is chosen when an adapter is trained."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that is chosen; the defaults made the shipped adapter, which had no kept questions."""

    rank: int = 16
    alpha: int = 32
    rate: float = 4e-4
    temperature: float = 0.03
    kept_share: float = 0.375  # questions about anything else, for every question that is learnt from
    kept_temperature: float = 0.02
    kept_weight: float = 2.0
    batch: int = 32
    epochs: int = 2
    warmup: float = 0.1
    passage_tokens: int = 160
    question_tokens: int = 64
    in_context: float = 0.5  # share of passages that have place, title and headings in front
    hardest: tuple[int, int] = (3, 33)  # ranks of the untrained hybrid from which a negative is drawn
    reprint: float = 0.6  # bigram cosine to the right passage above which one is no negative
    seed: int = 20
