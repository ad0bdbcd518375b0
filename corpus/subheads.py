"""Headings and captions that lost their line: a few words run into the sentence behind them.

Newspaper text copied from the web often reads 「…进行总结。凉茶摆路口，歇脚有去处近日，某社区…」.
A run-in heading has no punctuation of its own at its end, so it is told by what follows: the opening of a
new sentence that nothing can stand in front of (近日，为进一步…, a spoken quotation), or by a fellow of the
same build in the same text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import itemgetter

from corpus.boundary import balanced, end_score, start_score, torn
from corpus.companions import companions
from corpus.headlike import GOES_ON, LONGEST, NO_FIRST_HALF, OPENING, REST, headlike
from corpus.kindred import before_subject, kindred
from corpus.leads import leads
from corpus.parts import numbered_parts, without_number
from corpus.types import Span

_SENTENCE_END = re.compile(r"[。！？]”?[ \u3000\xa0]?")
_HALVES = re.compile(r"([^，、 \u3000]{3,10})([，、 \u3000])([^，、 \u3000]{3,12})")
_QUOTED_END = re.compile(r"([^，、 \u3000“”]{4,12}|“[^“”]{2,6}”[^，、 \u3000“”]{1,6})“[^“”]{2,6}”")
_ECHO = 3  # characters
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_Build = tuple[int, str, int]  # length of the first part, what parts the two, length of the second
# score of the second best of a build; 35 builds in 1,456 news items, all but one of headings
_ALIKE = {"，": 1.9, " ": 1.9, "、": 1.9, "\u3000": 1.9, "“": 1.0}
_AKIN = -0.5  # of those that share a word, too: 打造法律服务“主阵地”, 强化法律宣传“全覆盖”


def run_in(text: str) -> list[Span]:
    """The run-in headings of one long line, in order.

    >>> text = "活动圆满结束。凉茶摆路口，歇脚有去处近日，某社区开展了慰问活动，为环卫工人送上茶水和毛巾。"
    >>> [span.of(text) for span in run_in(text)]
    ['凉茶摆路口，歇脚有去处']
    """
    starts = [0, *(m.end() for m in _SENTENCE_END.finditer(text))]
    found = {start: span for start in starts if (span := _opened(text, start)) is not None}
    found = (
        _acted(text, starts) | _halved(text, starts) | _echoes(text, starts) | _fellows(text, starts) | found
    )
    found |= numbered_parts(text)
    if sure := [without_number(span.of(text)) for start, span in found.items() if start]:
        found = companions(text, [at for at in starts if at and at not in found], sure) | found
    found = before_subject(text, starts) | found
    known = [span for span in found.values() if len(span) <= LONGEST]
    found = kindred(text, [at for at in starts if at not in found], known) | found
    return [found[start] for start in sorted(found)]


def pieces(text: str) -> Iterator[Span]:
    """The line cut in front of and behind each of its run-in headings."""
    cuts = {0, *(at for span in run_in(text) for at in (span.start, span.end)), *leads(text), len(text)}
    return (Span(a, b) for a, b in pairwise(sorted(cuts)))


_FIRST = frozenset("“近日连今上下去据此同当目记随活接为针这眼0123456789")  # what an opening begins with
_SHORT = 5
_SHORTEST = 6  # characters, but in front of what somebody says


def _opened(text: str, start: int) -> Span | None:
    """A heading in front of an unmistakable opening."""
    for end in range(start + 4, min(start + LONGEST, len(text) - 12)):
        words = text[start:end]
        if len(words) < _SHORTEST and (text[end] != "“" or words[-1] in "；：！？"):
            continue
        if words[-1] in "。；：！？":
            return None
        if text[end] not in _FIRST or words[-1] in "，、 \u3000（“《":
            continue
        if OPENING.match(text, end) and balanced(words):
            if (that := words.find("该")) > 0:  # 巡查全覆盖|该站民警针对…
                words, end = words[:that], start + that
                if len(words) < _SHORT or words[-1] in "，、":
                    return None
            return Span(start, end) if headlike(words) and not NO_FIRST_HALF.match(words) else None
    return None


_ACTOR = re.compile(
    r"(?:^|(?<=[，。！？省市区县])|(?<=。”))(?P<n>[\u4e00-\u9fff]{2,6}?(?:社区|街道|[村镇乡县市]|(?<![小民校园辖片])区"
    r"|派出所|法院|检察院|居委会|村委会|服务办|警务室|司法所|服务中心|综治中心|市场监管[所局])(?:街道)?)"
)
_ACTS = re.compile(
    r"党(?!支部[^，。]{0,4}书记|委[^，。]{0,4}书记)|积极|通过|以|为|坚持|围绕|立足|聚焦|组织|开展|结合|依托|整合|打造|充分|不断|持续|采取|采用|利用"
    r"|将|把|创新|建立|推行|深入|紧|按照|针对|强化|加强|探索|注重|学习|举办|联合|根据|发挥|抓|着力|大力|切实|严格|全面|始终|秉持|搭建"
    r"|推出|率先|邀请|制定|优化|推进|推动|落实|主动|“?两委"
)
_TAKES_NAME = re.compile(  # words behind which a name is an object or the rest of a longer name
    r"(?:走进|来到|参观|调研|考察|学习|了解|慰问|走访|位于|前往|深入|支持|帮助|感谢|赴|关注|联合|选择|属于|离开|回到|返回|落户|扎根|获悉"
    r"|下一步|接下来|下阶段|今后|作为|走到|跟随|发挥|派驻|之际|组织|负责|现场|旁边|近期|[省市区县镇乡旗州村局厅委院是让使对向由驻给各]|街道|社区)$"
)


_MOST_NAMES = 12  # each is looked for in the whole line


def _acted(text: str, starts: list[int]) -> dict[int, Span]:
    """Headings in front of the name of the one who acts, which begins other sentences of the text."""
    names = Counter(match["n"] for match in _ACTOR.finditer(text))
    known = [name for name, times in names.most_common(_MOST_NAMES) if times > 1 or text.count(name) > 1]
    if not known:
        return {}
    found: dict[int, Span] = {}
    for at in _acting(text, known):
        start = starts[bisect_right(starts, at) - 1]
        words = text[start:at] if 6 <= at - start < LONGEST else ""
        fits = words and words[-1] not in "，、 \u3000（“《" and balanced(words)
        if fits and headlike(words) and not _TAKES_NAME.search(words):
            found[start] = Span(start, at)
    return found


def _acting(text: str, names: Sequence[str]) -> Iterator[int]:
    """Where one of `names` stands in front of what its bearer does, in order, none inside another.

    Each name is looked for by itself: to compile a pattern of the names of every text takes much longer.
    """
    places = []
    for name in names:
        at = text.find(name)
        while at >= 0:
            if _ACTS.match(text, at + len(name)):
                places.append((at, at + len(name)))
            at = text.find(name, at + 1)
    furthest = 0
    for at, end in sorted(places, key=itemgetter(0)):
        if at >= furthest:
            yield at
            furthest = end


_BLANK_HALVES = re.compile(r"(?P<a>[^，。、；：！？（(\s]{4,14})[ \u3000](?P<b>[^，。、；：！？（(\s]{3,16})")
_UNFINISHED_HALF = re.compile(r"[从在用以让为对把]“[^”]+”$|(?:政府|委员会|办公[厅室])$")
_SURE, _SURE_WITH_FELLOW = 2.4, 1.0  # of 47 candidates in 1,456 news items those above are headings
_SURE_EQUAL = 1.5  # halves as long as each other, which say what was done rather than name who or what
_NAMES_ENDS = re.compile(r"(?:[局署部委会站]|机构|群体|单位|企业|部门|人员)(?=[ \u3000]|$)")
_Option = tuple[float, tuple[int, int], Span]


def _halved(text: str, starts: list[int]) -> dict[int, Span]:
    """Headings of two halves that a blank divides, which sentences hardly have: 查摆问题 建立台账镇里….

    The likeliest end; halves as long as each other, and a fellow of the same build, make one likelier.
    """
    options = {start: list(_divided(text, start)) for start in starts}
    builds = Counter(
        build for found in options.values() for build in {build for score, build, _ in found if score > 0}
    )
    best: dict[int, Span] = {}
    for start, found in options.items():
        scored = [
            (score + 1.5 * min(max(builds[build] - 1, 0), 2), build, span) for score, build, span in found
        ]
        score, build, span = max(scored, key=itemgetter(0), default=(-9.0, (0, 0), Span(0, 0)))
        equal = build[0] == build[1] and _NAMES_ENDS.search(span.of(text)) is None
        alone = _SURE_EQUAL if equal else _SURE
        if score >= (alone if builds[build] < 2 else _SURE_WITH_FELLOW + 1.5):
            best[start] = span
    return best


def _divided(text: str, start: int) -> Iterator[_Option]:
    """Every way to end a heading whose halves a blank divides: its score, build and place."""
    head = text[start : start + 15]
    if " " not in head and "\u3000" not in head:
        return
    for end in range(start + 8, min(start + 31, len(text) - 12)):
        words = text[start:end]
        match = _BLANK_HALVES.fullmatch(words)
        opened = OPENING.match(text, end) is not None
        if match is None or not balanced(match["a"]) or not balanced(words):
            continue
        if (GOES_ON.match(text, end) and not opened) or text[end] in "中里":
            continue
        if NO_FIRST_HALF.match(words) or _UNFINISHED_HALF.search(words) or not headlike(words):
            continue
        build = len(match["a"]), len(match["b"])
        score = start_score(text[end : end + 4]) + end_score(words[-3:]) - torn(text, end)
        score += 5.0 * opened + (2.0 if build[0] == build[1] else -0.25 * abs(build[0] - build[1]))
        yield score, build, Span(start, end)


_DOUBLED = re.compile(r"([\u4e00-\u9fff]{3,12})(?=\1[^，。、；：！？”」\s])")


def _echoes(text: str, starts: list[int]) -> dict[int, Span]:
    """Headings whose words the sentence behind them begins with: 某某监狱某某监狱组织民警….

    All the words for one heading; the first few where two headings of a text begin alike.
    """
    found: dict[int, Span] = {}
    alike: dict[str, list[Span]] = defaultdict(list)
    for start in starts:
        if doubled := _DOUBLED.match(text, start):
            found[start] = Span(start, doubled.end())
        elif span := _echo(text, start):
            alike[text[start : start + _ECHO]].append(span)
    named = _named(text, starts) if found else {}
    return {s.start: s for spans in alike.values() if len(spans) > 1 for s in spans} | named | found


_NAME_FIRST = re.compile(
    r"(?P<h>(?P<two>[\u4e00-\u9fff]{2})[\u4e00-\u9fff]{0,6}?(?P<kind>社区|街道|监狱|小区|学校|[村镇乡]))(?=(?P=two)[\u4e00-\u9fff]{0,6}?(?P=kind))"
    r"|(?P<n>[\u4e00-\u9fff]{2,6}(?:[街村镇]|社区|监狱))(?=[\u4e00-\u9fff]{2,6}，(?P=n))"
)


def _named(text: str, starts: list[int]) -> dict[int, Span]:
    """Names as headings beside one that is doubled: 东街社区东街新社区组织…, 西河街盛夏时节，西河街社区…."""
    matches = (_NAME_FIRST.match(text, start) for start in starts)
    return {m.start(): Span(m.start(), m.end()) for m in matches if m}


def _echo(text: str, start: int) -> Span | None:
    """Words without a pause whose first characters stand again right behind them."""
    key = text[start : start + _ECHO]
    end = text.find(key, start + 6, start + LONGEST) if _HAN.fullmatch(key) else -1
    words = text[start:end] if end > 0 else ""
    fits = words and not re.search(r"[，。、；：！？]", words) and balanced(words) and headlike(words)
    return Span(start, end) if fits else None


def _fellows(text: str, starts: list[int]) -> dict[int, Span]:
    """Headings that have a fellow of the same build (双向奔赴，凝聚人心; 志愿服务，丝丝清凉)."""
    builds: dict[_Build, list[tuple[float, Span]]] = defaultdict(list)
    for start in starts:
        for build, score, span in _built(text, start):
            builds[build].append((score, span))
    best: dict[int, tuple[float, Span]] = {}
    for build, members in builds.items():
        words = {span.of(text) for _, span in members}
        level = sorted(score for score, _ in members)[-2] if len(words) > 1 else -9.0
        akin = build[1] == "“" and _share_a_word(words)
        for score, span in members if level >= (_AKIN if akin else _ALIKE[build[1]]) else ():
            if score > (_AKIN if akin else 0.0) and level > best.get(span.start, (_AKIN, span))[0]:
                best[span.start] = (level, span)
    return {start: span for start, (_, span) in best.items()}


def _share_a_word(words: set[str]) -> bool:
    """Whether two headings with a quoted end have two characters side by side in front of it in common."""
    pairs = Counter(pair for each in words for pair in set(pairwise(each[: each.index("“")])))
    return any(times > 1 for times in pairs.values())


def _built(text: str, start: int) -> Iterator[tuple[_Build, float, Span]]:
    """Every way to end a heading of two halves or with a quoted end: its build, score and place."""
    for end in range(start + 8, min(start + LONGEST, len(text) - 12)):
        words = text[start:end]
        if words[-1] in "。；：！？":
            return
        halves, quoted = _HALVES.fullmatch(words), _QUOTED_END.fullmatch(words)
        if (halves is None and quoted is None) or GOES_ON.match(text, end) or not REST.match(text, end):
            continue
        if not balanced(words) or not headlike(words) or NO_FIRST_HALF.match(words):
            continue
        score = start_score(text[end : end + 4]) + end_score(words[-3:])
        score += 5.0 if OPENING.match(text, end) else 0.0
        if halves:
            bonus = len(halves[1]) == len(halves[3])
            yield (len(halves[1]), halves[2], len(halves[3])), score + bonus, Span(start, end)
        elif quoted:
            yield (len(quoted[1]), "“", 0), score, Span(start, end)
