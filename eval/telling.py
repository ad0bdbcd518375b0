"""Fit rag/telling.csv again: which words tell that a sentence of a report answers something.

Learnt from are the sentences of reports about which something was asked, cut as `rag/candidates.py` quotes
them. One is right where its report's answers hold half of its four-character sequences. The regression is
logistic with an L2 penalty (C = .1, the constant left free; Newton's method: Hastie et al., The Elements of
Statistical Learning, 4.4.1), over whether a sentence holds each word, a digit, and its length.

Words may be chosen anew: those that many reports use, and use as evenly as chance would. What a report is
about comes in bursts (Church & Gale 1995, Poisson mixtures), so names and subjects go; places and governance
terms go by their tables.

On ../shared/train (9,413 sentences of 894 reports, 2026-11-22), by five folds of reports, the shipped words
order .740 of the pairs of sentences of one report right and put an answering one first in .769 of the reports
(a little flattered: the list was found on all of them); 1,166 words chosen anew .721 and .738; the forms and
cues of `rag/cues.py` alone .604 and .534. With the words chosen anew the answers of howto-dev tell as much at
a little more length (facts .745 against .750, evidence .677 against .670, 701 characters against 676).
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.errors import TashanError
from corpus.gazetteer import gazetteer
from corpus.load import read_bytes
from corpus.read import read_document
from eval.systems import Progress
from index.tokens import words as cut
from rag import terms
from rag.cues import cue, empty, form
from rag.sentences import fold, statements
from rag.telling import CONSTANT, FIGURE, LENGTH, Words, load, telling
from rag.types import Intent

HEADER = ("表", "词数", "两句排对", "首句答题")
FOLDS = 5
_C = 0.1
_LEAST = 20  # reports that use a word
_BURSTY = 1.5  # times a report that uses a word repeats it, over what chance would make of as many
_HAN = re.compile(r"[\u4e00-\u9fff]+")

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences in the order of their reports; n of them."""

    texts: tuple[str, ...]
    report: npt.NDArray[np.int64]  # (n,): number of the report
    right: Bools  # (n,): whether it answers a question
    reports: int


def read(train: Path, progress: Progress) -> Sentences:
    """The sentences of the reports of `train` about which something was asked.

    Args:
        train: a folder with reports.jsonl (doc, text) and pairs.jsonl (doc, evidence: words of the text).
        progress: told how many reports were read.

    Raises:
        TashanError: a file is missing, or is not of that shape.
    """
    answers: dict[str, set[str]] = defaultdict(set)
    for doc, evidence in _rows(train / "pairs.jsonl", "doc", "evidence"):
        answers[doc] |= _grams(evidence)
    asked = [row for row in _rows(train / "reports.jsonl", "doc", "text") if row[0] in answers]
    if not asked:
        raise TashanError(f"{train}：没有一问对应到报告。", "请检查两个文件里的 doc 是否一致。")
    texts: list[str] = []
    report: list[int] = []
    right: list[bool] = []
    for at, (doc, text) in enumerate(asked):
        progress("阅读", at + 1, len(asked))
        for sentence in _sentences(doc, text):
            grams = _grams(sentence)
            texts.append(sentence)
            report.append(at)
            right.append(2 * len(grams & answers[doc]) >= max(1, len(grams)))
    return Sentences(tuple(texts), np.array(report), np.array(right), len(asked))


def _rows(path: Path, *keys: str) -> list[tuple[str, ...]]:
    try:
        lines = path.read_text("utf-8").splitlines()
        return [tuple(str(row[key]) for key in keys) for row in map(json.loads, filter(str.strip, lines))]
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        wanted = f"每行应是一个 JSON，含 {'、'.join(keys)}。"
        raise TashanError(f"{path}：读不了（{error}）。", wanted) from error


def _sentences(doc: str, text: str) -> Iterable[str]:
    for passages in read_document(read_bytes(text.encode(), f"{doc}.txt")).passages:
        for passage in passages:
            quoted = (span.of(passage.text) for span in statements(passage.text, passage.cuts))
            yield from (one for one in quoted if not empty(one))


def _grams(text: str) -> set[str]:
    folded = fold(text)
    return {folded[at : at + 4] for at in range(len(folded) - 3)}


def listed() -> list[str]:
    """The words of the shipped table."""
    return [name for name in load().weights if name not in (FIGURE, LENGTH, CONSTANT)]


def chosen(data: Sentences, among: Bools | None = None) -> list[str]:
    """Words of the sentences that `among` marks (None: of all), chosen as the module says."""
    among = np.ones(len(data.texts), bool) if among is None else among
    said: Counter[str] = Counter()
    users: dict[str, set[int]] = defaultdict(set)
    for at in np.flatnonzero(among):
        for word in cut(data.texts[at]):
            said[word] += 1
            users[word].add(int(data.report[at]))
    reports = len(np.unique(data.report[among]))
    known = frozenset(terms.words())

    def even(word: str) -> bool:
        each = said[word] / reports
        return said[word] / len(users[word]) <= _BURSTY * each / (1 - math.exp(-each))

    return sorted(
        word
        for word, of in users.items()
        if len(of) >= _LEAST
        and even(word)
        and _HAN.fullmatch(word)
        and word not in known
        and not gazetteer().resolve(word)
    )


def fit(x: Floats, right: Bools) -> Floats:
    """Weights of the regression; `x` has a row a sentence, its last column is the constant."""
    weights = np.zeros(x.shape[1])
    penalty = np.append(np.full(len(weights) - 1, 1 / _C), 0.0)
    for _ in range(50):
        likely = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (likely - right) + penalty * weights
        bend = x.T @ (x * (likely * (1 - likely))[:, None]) + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def learned(data: Sentences, words: Sequence[str]) -> dict[str, float]:
    """Weights of all sentences by name: of `words` and of the three features that are none."""
    return dict(zip(_names(words), map(float, fit(_matrix(data, words), data.right)), strict=True))


def _names(words: Sequence[str]) -> list[str]:
    return [*words, FIGURE, LENGTH, CONSTANT]


def _matrix(data: Sentences, words: Sequence[str]) -> Floats:
    column = {name: at for at, name in enumerate(_names(words))}
    found = Words(words)
    x = np.zeros((len(data.texts), len(column)))
    for row, text in enumerate(data.texts):
        for name, value in found.features(text).items():
            x[row, column[name]] = value
    return x


def measure(data: Sentences, scores: Floats) -> tuple[float, float]:
    """How well scores order the sentences of each report, 0 to 1.

    Returns:
        The share of pairs of a right and a wrong sentence of one report that are ordered right (area under
        the curve, ties count half); and the share of reports whose highest sentence is right. Reports with
        only one kind of sentences don't count.
    """
    ordered = pairs = first = reports = 0.0
    for number in range(data.reports):
        at = np.flatnonzero(data.report == number)
        right, wrong = scores[at][data.right[at]], scores[at][~data.right[at]]
        if len(right) and len(wrong):
            ordered += (right[:, None] > wrong).sum() + 0.5 * (right[:, None] == wrong).sum()
            pairs += len(right) * len(wrong)
            first += bool(data.right[at[np.argmax(scores[at])]])
            reports += 1
    return ordered / max(1, pairs), first / max(1, reports)


def held_out(data: Sentences, choose: Callable[[Bools], Sequence[str]], seed: int = 0) -> Floats:
    """A score for every sentence, from words and weights that were found without the reports of its fold."""
    fold_of = np.random.default_rng(seed).permutation(data.reports)[data.report] % FOLDS
    scores = np.zeros(len(data.texts))
    for number in range(FOLDS):
        rest = fold_of != number
        x = _matrix(data, choose(rest))
        scores[~rest] = x[~rest] @ fit(x[rest], data.right[rest])
    return scores


def compared(data: Sentences, words: Sequence[str], progress: Progress) -> list[tuple[str, ...]]:
    """Rows under `HEADER`: the cues alone, the shipped table, its `words` and words chosen anew by folds."""
    texts, known, anew = data.texts, len(words), len(chosen(data))
    tried: tuple[tuple[str, int, Callable[[], Floats]], ...] = (
        ("只用 rag/cues.py", 0, lambda: np.array([_cued(text) for text in texts])),
        ("现有的表（见过这些句子）", known, lambda: np.array([telling(text) for text in texts])),
        (f"现有的词，{FOLDS} 折交叉验证", known, lambda: held_out(data, lambda rest: words)),
        (f"重新选词，{FOLDS} 折交叉验证", anew, lambda: held_out(data, lambda rest: chosen(data, rest))),
    )
    rows: list[tuple[str, ...]] = []
    for at, (name, count, score) in enumerate(tried, 1):
        ordered, first = measure(data, score())
        rows.append((name, str(count), f"{ordered:.3f}", f"{first:.3f}"))
        progress("核对", at, len(tried))
    return rows


def _cued(text: str) -> float:
    return form(text, Intent.HOW) + 0.4 * cue(Intent.HOW, text)


def page(weights: dict[str, float]) -> str:
    """The table as rag/telling.py reads it: what is no word first, then words from the most telling down."""
    none = (FIGURE, LENGTH, CONSTANT)
    ranked = sorted(weights.keys() - set(none), key=lambda word: (-round(weights[word], 2), word))
    rows = [f"{name},{weights[name]:.3f}" for name in none]
    rows += [f"{word},{weights[word]:.2f}" for word in ranked]
    return "\n".join([*_NOTES, "word,weight", *rows]) + "\n"


_NOTES = (
    "# 哪些词说明一句话讲的是实在做法（正数），哪些词多见于场面、口号和客套（负数）；不含具体事项和地名。",
    "# 权重由逻辑回归得出，用 python -m eval telling --train 文件夹 --out rag/telling.csv 重算；",
    "# 改动后请用 python -m eval run 核对。",
    f"# {FIGURE}：句中有数字；{LENGTH}：句长；{CONSTANT}：每句都有。这三行不是词，不能少。",
)
