"""How much a sentence tells of what was done, whatever was asked: learned words, `rag/telling.csv`.

Reports say who set up, paid or installed what in some words, and set scenes, thank and exhort in others. The
table is a logistic regression (L2, C = .1) over such words alone, without names of subjects or places: of the
8,861 sentences of 894 reports of ../shared/train, which answer one of its questions (2026-11-22). Within a
report of a fold left out it puts an answering sentence first .757 of the time; the forms and cues of
`rag/cues.py` alone .62.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from pathlib import Path

from corpus.errors import TashanError
from rag.terms import rows

TELLING_FILE = Path(__file__).with_name("telling.csv")
_FIGURE, _LENGTH, _BIAS = 0.385, 1.143, -1.346  # of the same fit: holds a digit; share of `_LONG`; constant
_LONG = 120  # characters
_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=2)
def _load(path: Path = TELLING_FILE) -> tuple[dict[str, float], re.Pattern[str], tuple[str, ...]]:
    """Weights by word, a pattern of the longer words, and the words of one character.

    Raises:
        TashanError: the table can't be read; the message names the line.
    """
    weights: dict[str, float] = {}
    for at, row in rows(path, ("word", "weight")):
        try:
            weights[row[0].strip()] = float(row[1])
        except (IndexError, ValueError) as error:
            raise TashanError(f"{path.name} 第 {at} 行：weight 应是数字。", "请改正后重试。") from error
    longer = sorted((word for word in weights if len(word) > 1), key=lambda word: -len(word))
    return weights, re.compile("|".join(map(re.escape, longer))), tuple(w for w in weights if len(w) == 1)


@lru_cache(maxsize=8192)
def telling(text: str) -> float:
    """How likely a sentence is one that answers something, 0 to 1.

    >>> telling("街道设立调解室，配备3名专职调解员，免费受理申请。") > 0.5
    True
    >>> telling("走进这里，看到的是一片和谐美好的景象。") < 0.1
    True
    """
    weights, longer, single = _load()
    words = {*longer.findall(text), *(word for word in single if word in text)}
    odds = sum(weights[word] for word in words) + _BIAS
    odds += _FIGURE * bool(_DIGIT.search(text)) + _LENGTH * min(len(text), _LONG) / _LONG
    return 1 / (1 + math.exp(-odds))
