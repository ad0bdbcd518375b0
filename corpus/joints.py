"""Rebuilds `joints.tsv`: which characters stand on both sides of a place where one sentence ends.

Learnt from texts about towns and communities: a full stop is taken out, and the place where it stood
told from places inside clauses by the characters beside it (to the left, to the right, across). Logistic
regression with an L1 penalty, which keeps the table small, by stochastic gradient descent with a
cumulative penalty (Tsuruoka, Tsujii & Ananiadou 2009). The table in the repository is that of
../shared/scale (10,033 of its 68,798 items are about these matters; `python -m corpus joints`).
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources

HEADER = (
    "# weight of the characters left of (L), right of (R) and across (|) a place for a sentence to end there"
)
_HAN = "\u4e00-\u9fff"
_STOP = re.compile(rf"(?<=[{_HAN}]{{3}})(”?)[。！？](”?)(?=[{_HAN}“《\d]{{2}}[{_HAN}“”《》\d，、]{{2}})")
_INSIDE = re.compile(rf"(?<=[{_HAN}”》]{{3}})(?=[{_HAN}“《\d]{{2}})")
_ABOUT = re.compile(  # what reports are about; of other texts nothing is learnt
    "社区|街道|居委|村委|网格|党支部|党建|志愿|居民|村民|监狱|民警|警务|法院|文明|治理|服务|镇|调解|学校|医院"
)
_SPARSE = 120  # characters for each such word
_TIMES = 5  # places inside clauses for each full stop
_LEAST = 6  # an n-gram seen less often says nothing
_ROUNDS, _RATE, _PENALTY = 4, 0.2, 3e-6
_KEPT = 0.1  # smaller weights are left out
_Place = tuple[str, str, bool]


def grams(left: str, right: str) -> tuple[str, ...]:
    """The n-grams beside a place: up to three characters in front of it and four behind.

    >>> grams("点赞", "近日")[:3], grams("点赞", "近日")[-1]
    (('L赞', 'L点赞', 'R近'), '点赞|近日')
    """
    one, two, first, pair = left[-1:], left[-2:], right[:1], right[:2]
    beside = [f"L{left[-n:]}" for n in range(1, min(3, len(left)) + 1)]
    beside += [f"R{right[:n]}" for n in range(1, min(4, len(right)) + 1)]
    return (*beside, f"{one}|{first}", f"{two}|{first}", f"{one}|{pair}", f"{two}|{pair}")


@cache
def _weights() -> dict[str, float]:
    rows = resources.files("corpus").joinpath("joints.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return {gram: float(weight) for gram, weight in (row.split("\t") for row in rows)}


def joint(text: str, start: int, at: int) -> float:
    """How much more a sentence seems to end at `at` than to go on there; `start` is where it begins."""
    weights = _weights()
    return sum(weights.get(gram, 0.0) for gram in grams(text[max(start, at - 3) : at], text[at : at + 4]))


def table(texts: Iterable[str], seed: int = 0) -> str:
    """The file's text: header, then ``n-gram<TAB>weight``, sorted."""
    chance = random.Random(seed)
    used = (text for text in texts if len(_ABOUT.findall(text)) * _SPARSE >= len(text))
    places = [place for text in used for place in _places(text, chance)]
    counts = Counter(gram for left, right, _ in places for gram in grams(left, right))
    rows = [([g for g in grams(left, right) if counts[g] >= _LEAST], ended) for left, right, ended in places]
    weights = _fitted(rows, chance)
    kept = sorted((gram, weight) for gram, weight in weights.items() if abs(weight) >= _KEPT)
    return "\n".join([HEADER, *(f"{gram}\t{weight:.1f}" for gram, weight in kept)]) + "\n"


def _places(text: str, chance: random.Random) -> Iterator[_Place]:
    """Where sentences end, their full stop left out, and some places inside clauses."""
    stops = list(_STOP.finditer(text))
    for stop in stops:
        left = text[max(0, stop.start() - 3) : stop.start()] + stop[1] + stop[2]
        yield left[-3:], text[stop.end() : stop.end() + 4], True
    inside = [match.start() for match in _INSIDE.finditer(text)]
    for at in chance.sample(inside, min(len(inside), _TIMES * len(stops))):
        yield text[at - 3 : at], text[at : at + 4], False


def _fitted(rows: list[tuple[list[str], bool]], chance: random.Random) -> dict[str, float]:
    """Weights by stochastic gradient descent; those that do not pay for their penalty are 0."""
    weights: dict[str, float] = {}
    paid: dict[str, float] = {}  # the penalty that each weight has had
    owed, step, constant = 0.0, 0, -1.0
    for _ in range(_ROUNDS):
        chance.shuffle(rows)
        for found, ended in rows:
            rate = _RATE / (1 + step / len(rows))
            step += 1
            owed += rate * _PENALTY
            score = constant + sum(weights.get(gram, 0.0) for gram in found)
            push = rate * (ended - 1 / (1 + math.exp(-max(-30.0, min(30.0, score)))))
            constant += push
            for gram in found:
                weight = weights.get(gram, 0.0) + push
                had = paid.get(gram, 0.0)
                kept = max(0.0, weight - (owed + had)) if weight > 0 else min(0.0, weight + (owed - had))
                weights[gram], paid[gram] = kept, had + kept - weight
    return weights
