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
from collections.abc import Iterator
from itertools import pairwise
from operator import itemgetter

from corpus.boundary import balanced, end_score, start_score, torn
from corpus.leads import leads
from corpus.types import Span

_SENTENCE_END = re.compile(r"[。！？]”?[ \u3000\xa0]?")
_AIM = (
    "了(?!解)|进一步|更好|加强|增强|保障|确保|深入|扎实|丰富|缓解|切实|提升|充分|有效|激发|全面|持续|不断|强化|推动|推进|"
    "激励|营造|助力|解决|做好|防止|方便"
)
_OPENING = re.compile(
    r"“(?=[^“”]*[。！？…，]”)(?=[^“”]{0,60}[，。！？…])[^“”]{8,}"
    r"|(?:近日|日前|近期|连日来|(?:今年)?上半年|下半年|今年|今年以来|去年以来|近年来|据了解|据悉|据介绍|此外|同时|(?<!活动)当天|目前|下一步|下阶段|记者获悉)，"
    r"|活动当天，|(?<!活动)当天[上下]午，|今年(?:暑假|暑期|夏天|入夏)|接下来，"
    rf"|为(?:{_AIM})[^，。；]{{2,40}}，|针对(?!性)[^，。；]{{2,30}}，|随着[^，。；]{{4,30}}，"
    r"|(?<![\d年])\d{1,2}月\d{1,2}日(?:上午|下午|晚上?)?，"
)
_NO_START = re.compile(
    r"[‘（(，。、]|[我你他她它]|大家|目前|今|昨|近|日前|当|下一步|活动|会|截至|不仅|现场|首先|接|最后|随后|之后|期间|同时|"
    r"此|这|那|该|[在从为对随着通据如于由与和自经按若使让把但而也并又除因虽将]|\d|[^，]{0,6}[说称]，|一边|整体|比如|另|要|应|来源|作者|本文|[^，]{0,24}[：:]$|【|/|[一-鿿]大早|最"
)
_NO_END = re.compile(
    r"(?:[说道称问喊答句声是的着写为叫号语题示绍诉言到过让把和与及等在从自以其中后时前里上下讲起笑呼喝唱念想觉得至持于承照"
    r"基成达指据将用按了们称：…\d年日月就都还也并]|了解|介绍|表示|期间|现场|[上下]午|组织|举行|举办|设立|推出|围绕|聚焦|体验|"
    r"群体|监委|全力助推|社区|街道|告诉|获悉|感到|认为|代表|书记|主任|负责人|人员|党员|群众|居民|村民|干部|同志|先生|女士|"
    r"阿姨|[支总]部|党委|中心|法院|大队|小学|们|如今|首先|当晚|会上|此次|强调|指出|要求|看到|支队|单位|以来|公司|以及|必须|"
    r"应当|可以|能够|需要|希望|继续|近期|今天|"
    r"开展|落实|实行|提供|重点|有|不仅|要|相信|转化|加大|积极|不断提升|不断|伴|针对|同|弘扬|坚持|实施|所|由于|邻居|供图|"
    r"项目|一定能|讯)$"
)
_LONGEST = 28
_HALVES = re.compile(r"([^，、 \u3000]{3,10})([，、 \u3000])([^，、 \u3000]{3,12})")
_NO_FIRST_HALF = re.compile(
    r".{0,4}以来，|.{2,4}方面，|.{0,4}(?:结束后|当[前中]|[时后])，|.{2}显示|多年|长期|初步|夜幕|然而|"
    r"未来"
)
_REST = re.compile(r"[^。！？]{16,}")  # a shorter rest ends the heading: 「…，让服务更|有温度。」
_QUOTED_END = re.compile(r"([^，、 \u3000“”]{4,12})“[^“”]{2,6}”")
_GOES_ON = re.compile(
    r"[，。、；：！？）》” \u3000]|[的等为和与之]|活动|建设|工作|行动|主题|专项|志愿|品牌|项目|理念|模式|"
    r"机制|服务"
)
_ECHO = 3  # characters
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_Build = tuple[int, str, int]  # length of the first part, what parts the two, length of the second
# score of the second best of a build; 35 builds in 1,456 news items, all but one of headings
_ALIKE = {"，": 1.9, " ": 1.9, "、": 1.9, "\u3000": 1.9, "“": 1.0}


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
    return [found[start] for start in sorted(found)]


def pieces(text: str) -> Iterator[Span]:
    """The line cut in front of and behind each of its run-in headings."""
    cuts = {0, *(at for span in run_in(text) for at in (span.start, span.end)), *leads(text), len(text)}
    return (Span(a, b) for a, b in pairwise(sorted(cuts)))


def _opened(text: str, start: int) -> Span | None:
    """A heading in front of an unmistakable opening."""
    for end in range(start + 6, min(start + _LONGEST, len(text) - 12)):
        words = text[start:end]
        if words[-1] in "。；：！？":
            return None
        if words[-1] not in "，、 \u3000（“《" and _OPENING.match(text, end) and balanced(words):
            return Span(start, end) if headlike(words) else None
    return None


_ACTOR = re.compile(
    r"(?:^|(?<=[，。！？省市区县])|(?<=。”))(?P<n>[\u4e00-\u9fff]{2,6}?(?:社区|街道|[村镇乡县市]|(?<![小民校园辖片])区|派出所|法院)(?:街道)?)"
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
    pattern = re.compile("(?:" + "|".join(map(re.escape, known)) + ")(?=" + _ACTS.pattern + ")")
    found: dict[int, Span] = {}
    for match in pattern.finditer(text):
        at = bisect_right(starts, match.start()) - 1
        start = starts[at]
        words = text[start : match.start()] if 6 <= match.start() - start < _LONGEST else ""
        fits = words and words[-1] not in "，、 \u3000（“《" and balanced(words)
        if fits and headlike(words) and not _TAKES_NAME.search(words):
            found[start] = Span(start, match.start())
    return found


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
        opened = _OPENING.match(text, end) is not None
        if match is None or not balanced(match["a"]) or not balanced(words):
            continue
        if (_GOES_ON.match(text, end) and not opened) or text[end] in "中里":
            continue
        if _NO_FIRST_HALF.match(words) or _UNFINISHED_HALF.search(words) or not headlike(words):
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
    return {s.start: s for spans in alike.values() if len(spans) > 1 for s in spans} | found


def _echo(text: str, start: int) -> Span | None:
    """Words without a pause whose first characters stand again right behind them."""
    key = text[start : start + _ECHO]
    end = text.find(key, start + 6, start + _LONGEST) if _HAN.fullmatch(key) else -1
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
        for score, span in members if level >= _ALIKE[build[1]] else ():
            if score > 0 and level > best.get(span.start, (0.0, span))[0]:
                best[span.start] = (level, span)
    return {start: span for start, (_, span) in best.items()}


def _built(text: str, start: int) -> Iterator[tuple[_Build, float, Span]]:
    """Every way to end a heading of two halves or with a quoted end: its build, score and place."""
    for end in range(start + 8, min(start + _LONGEST, len(text) - 12)):
        words = text[start:end]
        if words[-1] in "。；：！？":
            return
        halves, quoted = _HALVES.fullmatch(words), _QUOTED_END.fullmatch(words)
        if (halves is None and quoted is None) or _GOES_ON.match(text, end) or not _REST.match(text, end):
            continue
        if not balanced(words) or not headlike(words) or _NO_FIRST_HALF.match(words):
            continue
        score = start_score(text[end : end + 4]) + end_score(words[-3:])
        score += 5.0 if _OPENING.match(text, end) else 0.0
        if halves:
            bonus = len(halves[1]) == len(halves[3])
            yield (len(halves[1]), halves[2], len(halves[3])), score + bonus, Span(start, end)
        elif quoted:
            yield (len(quoted[1]), "“", 0), score, Span(start, end)


def headlike(words: str) -> bool:
    """Whether words can be a heading: no subject with an unfinished clause, at most one pause.

    >>> [headlike(x) for x in ("凉茶摆路口，歇脚有去处", "社区书记张某介绍", "在社区党群服务中心")]
    [True, False, False]
    """
    if (
        len(re.findall(r"[，、 \u3000]", words)) > 1
        or re.search(r"[…：:,\"]", words)
        or re.search(r"[了着]", words[:-1])
    ):
        return False
    spoken = words[0] == "“" and words[-1] == "”"
    return not spoken and not _NO_START.match(words) and not _NO_END.search(words)
