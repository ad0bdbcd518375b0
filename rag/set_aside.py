"""What a question sets aside, 除了发传单，还…: not searched for, and nothing quoted that only tells of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from corpus.types import Span
from rag import terms
from rag.telling import telling

_ASIDE = re.compile(
    r"除(?:了|去|开|(?=[拉发贴讲上开搞]))((?:(?!以外|之外|[，,。？?！!；;]).){2,14})(?:以外|之外)?[，,]|"
    r"(?<![不而])(?:光靠|只靠|光是)((?:(?![，,。？?！!；;]|不够|不行|没用).){2,10})(?:不够|不行|没用)"
)
# Who sets aside any way to tell people means all of them.
_TOLD = re.compile(r"[讲上听开]课|宣[传讲]|传单|横幅|海报|喇叭|讲座")
_TELLING = (
    *("宣讲", "讲座", "课堂", "授课", "上课", "讲解", "普及", "宣传教育", "安全教育", "宣传活动"),
    *("传单", "宣传单", "宣传册", "宣传资料", "海报", "横幅", "播放", "喇叭"),
)
# 除了请骑手来歇脚，怎么把他们也拉进来: it is about them
_POINTS_BACK = re.compile(r"[他她它]们|这些人|这群人")
_TELLS = 0.5  # a clause that tells of something else that was done


def set_aside(asked: str, places: Iterable[Span] = ()) -> tuple[tuple[Span, ...], tuple[str, ...]]:
    """Where a question sets a way of doing things aside, and the words for it; of `places` it is no such way.

    >>> set_aside("除了发传单，各地还做了什么？")[1][0]
    '发传单'
    >>> set_aside("除了请骑手来歇脚，怎么让他们也出力？")[1]
    ()
    """
    taken = list(places)
    found = [
        match
        for match in _ASIDE.finditer(asked)
        if not any(match.start() < span.end and span.start < match.end() for span in taken)
        and not _POINTS_BACK.search(asked, match.end())
    ]
    said = [match[1] or match[2] for match in found]
    pieces = (piece for text in said for piece in re.split(r"[、和与跟]|以及", text))
    groups = (word for text in said for group in terms.concepts(text) for word in group)
    ways = _TELLING if any(map(_TOLD.search, said)) else ()
    words = dict.fromkeys(word for word in (*pieces, *groups, *ways) if len(word) > 1)
    return tuple(Span(*match.span()) for match in found), tuple(words)


def only_aside(text: str, words: Sequence[str]) -> bool:
    """Whether a sentence tells of nothing but what was set aside: no clause without it tells of a deed."""
    if not any(word in text for word in words):
        return False
    clauses = re.split(r"[，,；;。]", text)
    rest = "，".join(one for one in clauses if not any(word in one for word in words))
    return telling(rest) < _TELLS
