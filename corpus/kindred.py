"""Run-in headings of two halves that have kin in their text: as long, with the pause at the same place.

One such cut may be chance; two sentences of a text that can be cut to the same build, with some characters in
common, hardly are. How likely each cut is by itself (`corpus.boundary`, `corpus.joints`) is weighed with how
alike the words are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import attrgetter, itemgetter

from corpus.boundary import balanced, end_score, start_score, torn
from corpus.headlike import GOES_ON, NO_FIRST_HALF, OPENING, REST, headlike
from corpus.joints import joint
from corpus.types import Span

_SURE = 3.0  # of 44 in 1,456 news items and 6,000 others on like matters 42 are headings
_LEAST, _LEAST_ALIKE = -2.0, -2.5  # the least score of one of several
_NEXT = 3  # characters behind the words that are compared too: both sentences may name who acts
_MUCH = 4  # characters that two headings have in common
_QUOTES_NEXT = 4.0  # what begins with a name in quotation marks mostly goes on with the words in front
_INSIDE = -0.5  # joints of less lie inside a word or a phrase
_KNOWN = 4.0  # the score of a heading that was found otherwise
_APART = 45  # characters from one heading to the next, at least
_PAUSE = re.compile("[，· \u3000]")
_FIRST = re.compile(
    r"[^，、·；：。！？\s]{3,16}?[，· \u3000]|“[^“”，。、；：！？\s]{1,6}”(?=[\u4e00-\u9fff]{3})"
)
_QUOTES = re.compile("[“”‘’《》]")
_STOP = frozenset("。；：！？…")
_NO_LAST = frozenset("，、· \u3000\xa0（“《(‘,:—-")
_NO_NEXT = frozenset("，。、；：！？）》”’ \u3000\xa0),;:!?.…】·—《")
_PROSE = re.compile(  # words that a sentence has and a heading hardly
    r"此次|本次|现场|据悉|近日|\d|更(?!有)|并(?!举)|[将对给还也已正都则由很再是该向刚要]|进行|通过|作为|提供|表示|以及|们|《|要求|强调|指出|其中|一[系张名位个]"
    r"|各[村级部界]|[局镇]党委|副|主任|书记|委员|当前|当天|(?:[后时前间下示映]|其中)，|走[进在]|^有|某|分别|成员|为期"
)
_ACTOR = re.compile(
    "社区|街道|志愿者|居民|村民|民警|党员|工作人员|学校|学院|中心|法院|检察|公司|单位|部门|队员?|老人|孩子"
)
_GOES_ON = re.compile(r"不断|逐步|有序|持续|日益|更加|\d")
_REST = re.compile(rf"{REST.pattern}|[^，。！？]{{3,}}，[^。！？]{{3,}}[。！？]")
_NO_END = re.compile("(?:活动|[省市区县镇乡村])”?$")
_Build = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class _Cut:
    """A sentence cut behind words that may be its heading; `words` without quotation marks and pauses."""

    span: Span
    score: float
    words: str
    next: str
    first: int  # length of the first half
    known: bool = False


def kindred(text: str, starts: Sequence[int], known: Sequence[Span]) -> dict[int, Span]:
    """Headings at `starts`, the beginnings of sentences, by their likeness to each other and to those known.

    >>> text = (
    ...     "凝聚众人之智，共商小区大事在活动室里，居民每周六来议事，停车、晾衣、养狗，一件一件商量出办法来。"
    ...     "凝聚众人之力，共建美好家园通过上门走访，社区请来退休的瓦工和电工，修灯修锁，样样都记在本子上。"
    ... )
    >>> [span.of(text) for span in kindred(text, [0, text.index("凝聚众人之力")], []).values()]
    ['凝聚众人之智，共商小区大事', '凝聚众人之力，共建美好家园']
    """
    found: dict[int, Span] = {}
    for group in sorted(_groups(text, starts, known), key=itemgetter(0), reverse=True):
        free = [cut for cut in group[1] if cut.span.start not in found]
        if len(free) > 1:
            found |= {cut.span.start: cut.span for cut in free if not cut.known}
    return found


_PLAIN = re.compile(r"[\u4e00-\u9fff“”]+")
_PLACE = re.compile("社区|街道|居委|[村镇乡县的]")
_SUBJECT = 4  # characters of the one who acts
_SURE_JOINT = 2.0  # with it all 5 in 1,456 news items and 6,000 others on like matters are headings


def before_subject(text: str, starts: Sequence[int]) -> dict[int, Span]:
    """Headings without a pause, of one length, in front of the same words: who acts in the section below.

    >>> text = "排查全覆盖该警务室民警逐户登记，不落一家。回访不停歇该警务室民警每月上门，看看有没有新情况。"
    >>> [span.of(text) for span in before_subject(text, [0, 21]).values()]
    ['排查全覆盖', '回访不停歇']
    """
    groups: dict[tuple[str, int], dict[str, Span]] = defaultdict(dict)
    for start in starts:
        for end in range(start + 5, min(start + 15, len(text) - 12)):
            words, subject = text[start:end], text[end : end + _SUBJECT]
            if not _PLAIN.fullmatch(words) or not _PLAIN.fullmatch(subject) or _PLACE.search(words):
                continue
            length = len(_QUOTES.sub("", words))
            if joint(text, start, end) >= _SURE_JOINT and _may_head(text, Span(start, end)):
                groups[subject, length][words] = Span(start, end)
    return {span.start: span for kin in groups.values() if len(kin) > 1 for span in kin.values()}


def _may_head(text: str, span: Span) -> bool:
    """Whether words can be a heading, and what follows a sentence of its own."""
    words = span.of(text)
    if not balanced(words) or _PROSE.search(words) or _NO_END.search(words) or not headlike(words):
        return False
    return not GOES_ON.match(text, span.end) and _GOES_ON.match(text, span.end) is None


def _groups(text: str, starts: Sequence[int], known: Sequence[Span]) -> Iterator[tuple[float, list[_Cut]]]:
    """Cuts of one build that are sure together, with how sure."""
    ends: dict[_Build, list[Span]] = defaultdict(list)
    for start in starts:
        for build, span in _ends(text, start):
            ends[build].append(span)
    old: dict[_Build, list[Span]] = defaultdict(list)
    for span in known:
        old[_build(span.of(text))].append(span)
    for build, spans in ends.items():
        if len(spans) + len(old[build]) < 2:
            continue
        cuts = [cut for span in spans if (cut := _cut(text, span)) is not None]
        cuts += [_known(text, span) for span in old[build]]
        score, kin = _kin(cuts, equal=build[0] * 2 + 1 == build[2])
        if score >= _SURE:
            yield score, kin


def _kin(cuts: Sequence[_Cut], *, equal: bool) -> tuple[float, list[_Cut]]:
    """The most cuts of one build that are sure together, two or more, and how sure."""
    best: tuple[float, list[_Cut]] = (-9.0, [])
    kin: list[_Cut] = []
    for cut in sorted(cuts, key=attrgetter("score"), reverse=True):
        if any(_one_matter(cut, other) for other in kin):
            continue
        alike = max((_alike(cut, other) for other in kin), default=0)
        if kin and cut.score < (_LEAST_ALIKE if alike >= _MUCH else _LEAST):
            break
        kin.append(cut)
        if len(kin) > 1:
            score = _together(kin) + 2.0 * equal
            best = (score, [*kin]) if score >= min(_SURE, best[0]) else best
    return best


def _one_matter(one: _Cut, other: _Cut) -> bool:
    """Whether two cuts are too near to each other, or have a half in common, as two sentences may."""
    if abs(other.span.start - one.span.start) < _APART:
        return True
    half = one.first
    return one.words[:half] == other.words[:half] or one.words[half:] == other.words[half:]


def _together(kin: Sequence[_Cut]) -> float:
    """How sure kin are: their mean score, how alike those are that are alike most, and how many they are."""
    mean = sum(min(cut.score, 5.0) for cut in kin) / len(kin)
    alike = max(_alike(one, other) for one, other in combinations(kin, 2))
    return mean + min(alike, 5) + min(len(kin) - 2, 2)


def _ends(text: str, start: int) -> Iterator[tuple[_Build, Span]]:
    """Every place where a heading of two halves that begins at `start` may end."""
    first = _FIRST.match(text, start)
    if first is None or len(_bare(first[0])) > 10:
        return
    for end in range(first.end() + (2 if first[0][-1] == "·" else 3), min(first.end() + 16, len(text) - 12)):
        if text[end - 1] in _STOP:
            return
        if text[end - 1] in _NO_LAST or text[end] in _NO_NEXT:
            continue
        yield _build(text[start:end]), Span(start, end)


def _bare(words: str) -> str:
    return _PAUSE.sub("", _QUOTES.sub("", words))


def _build(words: str) -> _Build:
    plain = _QUOTES.sub("", words)
    pause = _PAUSE.search(plain)
    if pause is None and words[0] == "“":
        return words.index("”") - 1, "”", len(plain)
    return (pause.start(), pause[0].replace("\u3000", " "), len(plain)) if pause else (0, "", len(plain))


def _cut(text: str, span: Span) -> _Cut | None:
    """The cut at the end of `span` with its score, None where the words can be no heading."""
    words, end = span.of(text), span.end
    if not balanced(words) or _PROSE.search(words) or _NO_END.search(words) or not headlike(words):
        return None
    opened = OPENING.match(text, end) is not None
    if (GOES_ON.match(text, end) or _GOES_ON.match(text, end)) and not opened:
        return None
    if not _REST.match(text, end) or NO_FIRST_HALF.match(words):
        return None
    score = start_score(text[end : end + 4]) + end_score(words[-3:]) + 5.0 * opened - torn(text, end)
    joined = joint(text, span.start, end)
    if joined < (_QUOTES_NEXT if text[end] == "“" and not opened else _INSIDE):
        return None
    score += 0.5 * joined - 1.0 * len(_ACTOR.findall(words)) + _clauses(text, span)
    return _Cut(span, score, _bare(words), text[end : end + _NEXT], _build(words)[0])


def _known(text: str, span: Span) -> _Cut:
    words = span.of(text)
    return _Cut(span, _KNOWN, _bare(words), text[span.end : span.end + _NEXT], _build(words)[0], known=True)


def _clauses(text: str, span: Span) -> float:
    """What speaks for a cut in front of words that begin other clauses of the text, against one behind."""
    end = span.end
    behind = any(f"{mark}{text[end : end + 3]}" in text for mark in "，。”")
    inside = any(f"{mark}{text[end - n : end]}" in text for mark in "，。" for n in (2, 3, 4))
    return 1.5 * behind - 3.0 * inside


def _alike(one: _Cut, other: _Cut) -> int:
    """How many characters stand at the same place in both, what follows them at once among them."""
    return sum(a == b for a, b in zip(one.words + one.next, other.words + other.next, strict=False))
