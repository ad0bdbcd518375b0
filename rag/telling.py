"""How much a sentence tells of what was done, whatever was asked: learned words, `rag/telling.csv`.

Reports say who set up, paid or installed what in some words, and set scenes, thank and exhort in others. The
table is a logistic regression over such words, without names of subjects or places. `python -m eval telling`
fits it again (see `eval/telling.py`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.errors import TashanError
from rag.terms import rows

TELLING_FILE = Path(__file__).with_name("telling.csv")
FIGURE, LENGTH, CONSTANT = "〔数字〕", "〔长度〕", "〔常数〕"  # what is no word, as the table names it
_LONG = 120  # characters: a sentence of so many has all of the length's weight
_DIGIT = re.compile(r"\d")


class Words:
    """The words of a table, looked for in sentences: the longest at each spot, single characters anywhere."""

    def __init__(self, words: Iterable[str]) -> None:
        every = sorted(words, key=lambda word: (-len(word), word))
        longer = [word for word in every if len(word) > 1]
        self._longer = re.compile("|".join(map(re.escape, longer)) or r"(?!)")
        self._single = tuple(word for word in every if len(word) == 1)

    def features(self, text: str) -> dict[str, float]:
        """What the regression sees of a sentence: its words, each once, a digit, its length, the constant.

        >>> Words(["设立", "等"]).features("设立3个站点")
        {'设立': 1.0, '〔数字〕': 1.0, '〔长度〕': 0.05, '〔常数〕': 1.0}
        """
        found = dict.fromkeys(self._longer.findall(text), 1.0)
        found.update((word, 1.0) for word in self._single if word in text)
        found[FIGURE] = float(_DIGIT.search(text) is not None)
        found[LENGTH] = min(len(text), _LONG) / _LONG
        found[CONSTANT] = 1.0
        return found


@dataclass(frozen=True, slots=True)
class Table:
    """Weights by word and by what is no word, and the words made ready."""

    weights: Mapping[str, float]
    words: Words


@lru_cache(maxsize=2)
def load(path: Path = TELLING_FILE) -> Table:
    """The table of a file with the columns word, weight; lines that start with # are comments.

    Raises:
        TashanError: the table can't be read, or lacks a line that is no word; the message names it.
    """
    weights: dict[str, float] = {}
    for at, row in rows(path, ("word", "weight")):
        try:
            weights[row[0].strip()] = float(row[1])
        except (IndexError, ValueError) as error:
            raise TashanError(f"{path.name} 第 {at} 行：weight 应是数字。", "请改正后重试。") from error
    for name in (FIGURE, LENGTH, CONSTANT):
        if name not in weights:
            raise TashanError(f"{path.name}：缺少 {name} 一行。", "请补上这一行，例如 " + f"{name},0。")
    return Table(weights, Words(weights.keys() - {FIGURE, LENGTH, CONSTANT}))


@lru_cache(maxsize=8192)
def telling(text: str) -> float:
    """How likely a sentence is one that answers something, 0 to 1.

    >>> telling("街道设立调解室，配备3名专职调解员，免费受理申请。") > 0.5
    True
    >>> telling("走进这里，看到的是一片和谐美好的景象。") < 0.1
    True
    """
    table = load()
    odds = sum(table.weights[name] * value for name, value in table.words.features(text).items())
    return 1 / (1 + math.exp(-odds))
