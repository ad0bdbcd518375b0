"""Headings and captions that lost their line: a few words run into the sentence behind them.

Newspaper text copied from the web often reads 「…进行总结。凉茶摆路口，歇脚有去处近日，某社区…」.
A run-in heading has no punctuation of its own at its end, so it is told by what follows: the opening of a
new sentence that nothing can stand in front of (近日，为进一步…, a spoken quotation), or by a fellow of the
same build in the same text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from operator import itemgetter

from corpus.boundary import balanced, end_score, start_score, torn
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
    found = _halved(text, starts) | _echoes(text, starts) | _fellows(text, starts) | found
    return [found[start] for start in sorted(found)]


def pieces(text: str) -> Iterator[Span]:
    """The line cut in front of and behind each of its run-in headings."""
    cuts = {0, *(at for span in run_in(text) for at in (span.start, span.end)), *_leads(text), len(text)}
    return (Span(a, b) for a, b in pairwise(sorted(cuts)))


_LEAD = re.compile(
    r"(?:^|(?<=[。！？])|(?<=[。！？]”))(?P<a>[^，。；：！？\s“”]{2,12}(?:“[^“”，。]{2,8}”[^，。；：！？\s“”]{0,8})?)"
    r"(?:，(?P<b>[^，。；：！？\s]{4,14}))?。"
)
_NO_LEAD = re.compile(  # a short sentence that tells: 孩子们收获满满。
    r"[了着过你我他她它这那们说问答很太吗呢吧啊]|\d"
    r"|^(?:今|近|目前|此|据|活动|当|本|现场|随后|最后|同时|其中|与会|会议|截至|图|下一步|接下来|也|不|是|有|（"
    r"|[一二三四五六七八九十]{1,2}(?:是|要|、))"
    r"|(?:不已|满满|不断|热烈|满意|不绝|此起彼伏|连连|好评|赞|洋溢|高涨|十足|成功|获悉|感谢|认可|开展|举行|启动|落幕|结束|开始|帮助"
    r"|支持|贡献|力量|介绍|表示|坦言)$"
)
_APART = 50  # characters from one lead to the next: what stands between says how


def _leads(text: str) -> list[int]:
    """Where short sentences begin that name a measure, told by a fellow of the same build further on.

    「…听民声，征集心愿。把窗口开到村里…结对子，认领心愿。每名代办员…」
    """
    builds: dict[tuple[int, int], list[re.Match[str]]] = defaultdict(list)
    for match in _LEAD.finditer(text):
        words = match[0][:-1]
        if len(words) > 4 and len(text) - match.end() >= _APART and not _NO_LEAD.search(words):
            builds[len(match["a"]), len(match["b"] or "")].append(match)
    return [
        match.start()
        for members in builds.values()
        if len(members) > 1 and len({m[0] for m in members}) == len(members)
        if all(b.start() - a.end() >= _APART for a, b in pairwise(members))
        for match in members
    ]


def _opened(text: str, start: int) -> Span | None:
    """A heading in front of an unmistakable opening."""
    for end in range(start + 6, min(start + _LONGEST, len(text) - 12)):
        words = text[start:end]
        if words[-1] in "。；：！？":
            return None
        if words[-1] not in "，、 \u3000（“《" and _OPENING.match(text, end) and balanced(words):
            return Span(start, end) if headlike(words) else None
    return None


_BLANK_HALVES = re.compile(r"(?P<a>[^，。、；：！？（(\s]{4,14})[ \u3000](?P<b>[^，。、；：！？（(\s]{3,16})")
_UNFINISHED_HALF = re.compile(r"[从在用以让为对把]“[^”]+”$|(?:政府|委员会|办公[厅室])$")
_SURE, _SURE_WITH_FELLOW = 2.4, 1.0  # of 47 candidates in 1,456 news items those above are headings
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
        if score >= (_SURE if builds[build] < 2 else _SURE_WITH_FELLOW + 1.5):
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
