"""The users' own dictionary of governance terms and synonyms: `rag/terms.csv`, editable."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.errors import TashanError

TERMS_FILE = Path(__file__).with_name("terms.csv")
MOST = 12  # synonyms of one question; more blur it


@dataclass(frozen=True, slots=True)
class Group:
    """Ways to say one thing. `weight` in (0, 1]: how near they are."""

    terms: tuple[str, ...]
    weight: float
    asked: tuple[str, ...] = ()  # how people ask for it and no report puts it: 睡不着 for 噪音


@lru_cache(maxsize=4)
def load(path: Path = TERMS_FILE) -> tuple[Group, ...]:
    """The groups of a table with the columns terms, weight, note; lines that start with # are comments.

    Raises:
        TashanError: the table can't be read; the message names the line.
    """
    groups = (_group(path, at, row) for at, row in rows(path, ("terms", "weight", "note")))
    return tuple(group for group in groups if len(group.terms) + len(group.asked) > 1 and group.terms)


def rows(path: Path, header: Sequence[str]) -> list[tuple[int, list[str]]]:
    """The lines of an editable table with their numbers; those that start with # are comments.

    Raises:
        TashanError: the table can't be read, or lacks its header.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TashanError(f"{path.name}：无法读取（{error}）。", "请以 UTF-8 编码保存这张表。") from error
    lines = [
        (at, line)
        for at, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ]
    if not lines or lines[0][1].split(",")[0].strip() != header[0]:
        raise TashanError(f"{path.name}：缺少表头 {','.join(header)}。", "请在注释之后的第一行写上表头。")
    return [(at, next(csv.reader([line]))) for at, line in lines[1:]]


def _group(path: Path, at: int, row: list[str]) -> Group:
    given = tuple(dict.fromkeys(term.strip() for term in row[0].split("|") if term.strip()))
    terms = tuple(term for term in given if not term.startswith(_ASKED))
    asked = tuple(term.removeprefix(_ASKED) for term in given if term.startswith(_ASKED))
    said = row[1].strip() if len(row) > 1 else ""
    try:
        weight = float(said or 1)
    except ValueError:
        weight = 0.0
    if not 0 < weight <= 1:
        raise TashanError(
            f"{path.name} 第 {at} 行：weight 应在 0 与 1 之间（现在是 {said}）。", "请改正后重试。"
        )
    if any(len(term) < 2 for term in (*terms, *asked)):
        raise TashanError(f"{path.name} 第 {at} 行：不能收单字。", "请写完整的说法。")
    return Group(terms, weight, asked)


_ASKED = "~"  # in front of a wording that only questions have


def words(path: Path = TERMS_FILE) -> tuple[str, ...]:
    """Every term once, in the order of the table."""
    return tuple(dict.fromkeys(term for group in load(path) for term in (*group.terms, *group.asked)))


def expand(topic: str, path: Path = TERMS_FILE) -> tuple[tuple[str, float], ...]:
    """Other ways to say what `topic` says, nearest first, each with its weight in (0, 1].

    A group of n synonyms shares its weight, each at weight / √n, or long groups drown the asker's own
    words. On 1,033 questions of ../shared/train that say a term, lexical search alone: MRR .503 without
    synonyms, .519 at best with unshared weights, .523 shared.

    >>> terms = dict(expand("接诉即办"))
    >>> 0 < terms["12345"] < 0.9
    True
    """
    found: dict[str, float] = {}
    for group, said in _said(topic, load(path)):
        others = [term for term in group.terms if term not in topic and not _inside(term, said)]
        for term in others:
            found[term] = max(found.get(term, 0.0), group.weight / len(others) ** 0.5)
    ranked = sorted(found.items(), key=lambda item: -item[1])
    return tuple(ranked[:MOST])


def concepts(topic: str, path: Path = TERMS_FILE) -> tuple[tuple[str, ...], ...]:
    """What `topic` names of the table: for each group, all ways to say it.

    >>> [group[0] for group in concepts("红色物业")]
    ['红色物业']
    """
    return tuple(dict.fromkeys(group.terms for group, _ in _said(topic, load(path))))


def _inside(term: str, said: list[str]) -> bool:
    return any(term in other and term != other for other in said)


def _said(topic: str, groups: tuple[Group, ...]) -> list[tuple[Group, list[str]]]:
    """Groups of which `topic` says a term that is not part of a longer one (银行 in 时间银行)."""
    every = {term for group in groups for term in (*group.terms, *group.asked)}
    hits = sorted((term for term in every if term in topic), key=lambda term: (-len(term), term))
    left, whole = topic, set()
    for term in hits:
        if term in left:
            whole.add(term)
            left = left.replace(term, "\n" * len(term))
    said = ((group, [term for term in (*group.terms, *group.asked) if term in whole]) for group in groups)
    return [(group, terms) for group, terms in said if terms]
