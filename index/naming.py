"""A title for a report that has none: where, and what its opening says was done."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from math import log

from corpus.types import Locality, Report
from index.predicates import completes, says_what

_CHINESE = "一二三四五六七八九十"
_NUMBERING = re.compile(rf"^\s*(?:第?[{_CHINESE}]+[是、.．]|[（(][{_CHINESE}\d]+[)）]|\d+[、.．])\s*")
_LONGEST = 40  # characters of a made title behind its place
_MOST_SHOWN = 64  # characters of a clause that says in no fewer what was done: half a phrase says nothing
_TELLS = 6  # characters of a clause that can tell something
_OPENING = 900  # characters of a report in which a title is looked for
_COUNTED = 6000  # characters of a report that say what it is about
_MOST = 8  # times that a word counts
# section names that say nothing of the report
_ANY_REPORT = re.compile(
    r".{0,6}现场|.{0,4}(?:背景|概况|概述|简介|情况|做法|经验|启示|成效|成果|前言|引言|导语|缘起|起因|问题|要求|思想|目标|原则|任务|措施|举措|附件.*)"
)

_SENTENCE = re.compile(r"(?:[^。！？\n“]|“[^”]*(?:”|$))*[。！？\n]?")
_SPEECH = re.compile(r"“[^“”]*[。！？…][^“”]*”|“[^“”]*，”")
_STOP = re.compile(r"([，；。！？\n]|\s{2,})")
_WHEN = re.compile(
    r"^(?:近日|日前|近期|目前|最近|连日来|近年来|今年|当天|(?:20\d\d年)?\d{1,2}月\d{1,2}日(?:[上下]午|晚)?)(?=.{8})"
)
_PAIR = re.compile(r"(?=([\u4e00-\u9fff]{2}))")
_EMPTY = set("的了在是和与及为对从等着过到将把被以也并而之其这那有")

_DEED = re.compile(
    r"开展|举[行办]|召开|组织|推[出行进动广]|建[立成设]|启[动用]|设立|成立|打造|探索|实施|走[进访]|创新|落[实地]|改造|整治|发布|印发|出台|上线|揭牌"
    r"|慰问|培训|解决|开[班馆课业]|讲座|宣讲|宣传|整改|破解|通报|签约|试行|推行|化解|排查|调研|巡查|演练|义诊|救|捐|入选|试点|获评?"
)
_EVENT = re.compile(
    r"(?:活动|工作|会议?|论坛|讲座|培训班?|课程?|仪式|[大比竞]赛|项目|模式|机制|服务|行动|整治|讨论|调研|督导|演练|义诊|宣传|宣讲|改造|建设|治理|体系"
    r"|平台|制度?|办法|措施|方案|系统|测评|检查|巡查|走访|慰问|清凉|文明|计划|课堂|基地|食堂|集市|品牌|案例|难?题|矛盾|纠纷|隐患|开班|举[行办]"
    r"|启[动用]|开[业幕]|落[成幕]|揭牌|上线|召开|亮相|公布|成立|投用|完[工成])$"
)
# when it was, what it was for, who says so: 近日, 为进一步提升…, 8月2日晚, “我在朋友圈看到了…
_LEADS_UP = re.compile(
    rf"[“‘（(\d]|[今去本当]年|近[日期年来]|日前|当|目前|连日|[盛炎初立入]夏|夏[日季]|暑[假期]|清晨|一大?早|[{_CHINESE}]{{1,3}}月"
    r"|为[了进深切加全持充认积有贯扎扩丰规确推]?|随着|由于|自从|经(?![济营验开])|本报|记者|据|根据|按照|结合|依托|围绕|通过|以|在|由|从如何|面对|针对|作为|活动(?:背景|现场|中)|金秋|走进|来到|步入|漫步|原[本来先]|曾经|过去|[与和及跟]|一起"
    r"|[^，]{0,40}(?:以来|之际|期间|背景下|[时后前中下上里])$"
)
_AIMS = re.compile("为[有了进深切加全充贯扎丰]|作为")  # behind a place, too
# what goes on with something that was named before
_REFERS = re.compile(
    r"此|本[次场期届]|这|该|他|她|它|其|活动|同时|随后|接下来|下一步|下阶段|未来|同学|会上|会议|大家|让|使|从而|进一步|不断|有效|切实|引导|提[升高]|增强|营造|也|还"
    r"|并|又|就|都|即|却|或|早已|但|而|因|且|则|曾|再|才|便|更|亦|以便|以期|以及|分别|要|将|可|能|不|具体|随着|同日|现场|最后|首先|一[是名位]|[二三]是|即[便使]|虽|尽管|如果|只[要有]|计划|来自|伴随|听取|满足|充分发挥|感谢|希望|是|[有需]"
)
_SPOKEN = re.compile(
    r"[我你咱您]|说$|说道|表示|介绍|告诉|指出|强调|获悉|了解到|看到|(?:明确|提出|显示|要求|称)$|赞不绝口|热闹|大拇指|座无虚席|纷纷|盈门|映入"
)
# who was there, where it lies, how large it is
_BESIDE = re.compile(
    r"位于|是[^，]{0,20}一[个座名位]|多为|被誉为|日新月异|[摇坐站]着|属于|总人口|平方公里|共有\d|建成?于|地处|面积|出席|参加|主任|书记|先生|女士|^家住|今后|作为|将继续|简称|附件|负责人|一行"
    r"|年(?:建成|成立)|联系|(?:等组织|工作人员|志愿者|服务队|部门|有关同志|[中心委局]|学[校院])$|相关人员"
)
_EARLY = (1.7, 0.5, 0.0, 0.0, 0.0)  # of a clause in the first sentence, in the second, …
_LATE = -0.7


@dataclass(frozen=True, slots=True)
class _Clause:
    sentence: int  # which one of the report
    text: str


def shown_title(report: Report) -> tuple[str, bool]:
    """A title to show and whether it was made: the place and what was done, where the report has none.

    >>> from corpus.types import NOWHERE, Runs, Span
    >>> shown_title(Report("a#1", "a", None, "夜里亮灯。近日，镇里推出夜间窗口。", Runs([Span(0, 18)])))
    ('镇里推出夜间窗口', True)
    """
    if report.title and report.title.strip():
        return report.title, False
    lead = _without_place(_first_heading(report) or _phrase(report) or _any_words(report), report.locality)
    return "：".join(
        part for part in (report.locality.name, _short(lead.rstrip("：:"))) if part
    ) or report.report, True


def _first_heading(report: Report) -> str | None:
    """A heading above the whole text, which a title that lost its mark looks like; not its first sentence."""
    first = next(iter(report.sections), None)
    if first is None or first.span.start > 0 or _NUMBERING.match(first.heading):
        return None
    if report.text[: first.body.start].rstrip().endswith("。"):
        return None
    return _bare(first.heading) if _whole(first.heading) and not _says_nothing(first.heading) else None


def _any_words(report: Report) -> str:
    """The first heading, or else the first clause, of a report whose opening tells of nothing."""
    named = (s.heading for s in report.sections if _whole(s.heading) and not _says_nothing(s.heading))
    if heading := next(named, None):
        return _bare(heading)
    clauses = [clause.text for clause in _clauses(report.text[:_OPENING].strip()) if clause.text]
    told = (text for text in clauses if len(text) >= _TELLS and not _LEADS_UP.match(text))
    return next(told, clauses[0] if clauses else "")


def _says_nothing(heading: str) -> bool:
    return _ANY_REPORT.fullmatch(_bare(heading)) is not None


def _bare(heading: str) -> str:
    return _NUMBERING.sub("", heading.strip()).rstrip("。：:")


def _phrase(report: Report) -> str | None:
    """The clause of the opening that says best what the report is about, None where none says much."""
    words = Counter(_PAIR.findall(report.text[:_COUNTED]))
    names = [name for name in report.locality.levels if name]
    clauses = [clause for clause in _clauses(report.text[:_OPENING]) if len(clause.text) >= _TELLS]
    scored = [
        (score + worth, words_of)
        for clause, following in zip_longest(clauses, clauses[1:])
        if (score := _score(clause, words, names)) is not None
        for worth, words_of in _wordings(clause, following, report)
    ]
    score, text = max(scored, key=lambda pair: pair[0], default=(_LEAST, ""))
    return text if score > _LEAST else None


def _clauses(text: str) -> Iterator[_Clause]:
    """The clauses of an opening without what was said; a stop inside a quotation or a title ends none."""
    for at, sentence in enumerate(_SENTENCE.findall(text)):
        so_far = ""
        for piece in [*_STOP.split(_SPEECH.sub("，", sentence)), "。"]:
            if not _STOP.fullmatch(piece) or not _whole(so_far):
                so_far += piece
                continue
            if whole := so_far.strip(" \u3000\xa0,"):
                yield _Clause(at, _WHEN.sub("", _NUMBERING.sub("", whole)).rstrip())
            so_far = ""


_INCOMPLETE, _SPLIT = 2.0, 0.5  # what a half clause loses, and one with the clause that it wants


def _wordings(clause: _Clause, following: _Clause | None, report: Report) -> Iterator[tuple[float, str]]:
    """What a clause may be called by, each with what it loses: a half one also with the clause behind it."""
    if says_what(clause.text):
        shown = _short(_without_place(clause.text, report.locality))
        yield -_INCOMPLETE * shown.endswith("…"), clause.text
        return
    yield -_INCOMPLETE, clause.text
    if following is None or _SPOKEN.search(following.text):
        return
    both = f"{clause.text}，{following.text}"
    if len(both) <= _MOST_SHOWN and both in report.text and completes(following.text, clause.text):
        yield -_SPLIT, both


def _whole(words: str) -> bool:
    """Whether every quotation, title and bracket that opens also closes."""
    return all(words.count(a) <= words.count(b) for a, b in ("“”", "《》", "（）"))


_LEAST = 1.0


def _score(clause: _Clause, words: Counter[str], names: list[str]) -> float | None:
    """How well a clause says what its report is about; None for one without words.

    Over 825 news items with a title of their own the clause of the highest score shares .27 of its pairs of
    characters with that title (F1); the first clause that tells of a deed shares .22, the best possible .42.
    Who reads made titles finds most fault with half clauses and mere names: `says_what` tells them.
    """
    text = clause.text
    rest = front = text
    for name in names:
        rest, front = rest.replace(name, ""), front.removeprefix(name)
    pairs = [pair for pair in _PAIR.findall(rest) if not _EMPTY.intersection(pair)]
    if len(pairs) < 3:
        return None
    told = sum(log(max(1, min(words[pair], _MOST))) for pair in pairs)
    deed, event = _DEED.search(rest) is not None, _EVENT.search(text) is not None
    score = 1.2 * told / len(pairs) + 0.04 * min(told, 14.0)
    score += _EARLY[clause.sentence] if clause.sentence < len(_EARLY) else _LATE
    score += {(True, True): 1.7, (True, False): 0.7, (False, True): 0.4, (False, False): -0.4}[deed, event]
    score += 1.5 * (rest != text)
    score -= 0.4 * max(0, 10 - len(rest)) + 0.05 * max(0, len(rest) - 30)
    score -= 3.0 * (_LEADS_UP.match(text) is not None or _AIMS.match(front) is not None) + 2.5 * (
        _REFERS.match(front) is not None
    )
    return score - 1.5 * (_SPOKEN.search(text) is not None) - 1.0 * (_BESIDE.search(text) is not None)


def _without_place(lead: str, place: Locality) -> str:
    """What follows the names of a place that a made title says in front of it anyway.

    >>> place = Locality("辽宁省", "阜新市", "彰武县")
    >>> _without_place("辽宁彰武县县委推行夜间窗口", place), _without_place("彰武县委推行夜间窗口", place)
    ('县委推行夜间窗口', '县委推行夜间窗口')
    >>> _without_place("辽宁省纪委通报夜间窗口", place)
    '辽宁省纪委通报夜间窗口'
    """
    rest, said = lead, ""
    for name in filter(None, place.levels):
        for form in (name, _LEVEL.sub("", name)):
            if rest.startswith(form) and (form == name or _names_or_does(rest[len(form) :], place)):
                rest, said = rest[len(form) :].lstrip("：: "), name
                break
    if said not in (place.name or ""):
        return lead
    if said and rest[:1] == "委":  # 某某县委: the county's own committee
        return said[-1] + rest
    rest = rest.removeprefix("的") if rest != lead else rest
    return rest if len(rest) >= _TELLS and rest[0] not in "级与和、及等办内" else lead


_LEVEL = re.compile("(?:特别行政区|[壮回维][一-鿿]{0,3}自治区|自治区|[省市])$")


def _names_or_does(rest: str, place: Locality) -> bool:
    """Whether a short name is followed by that of a place within it or by what was done: 某某推出…."""
    return _DEED.match(rest) is not None or any(rest.startswith(name) for name in place.levels if name)


_BY = re.compile(r"[^“”]{4,90}?(?=(?:组织)?开展|举[行办]|召开|推出|启动|实施|发布|印发)")
_WHERE = re.compile(r"(?:活动|会|仪式|[大比竞]赛|培训班?|讲座|项目|演练)(?=在[^“”]{4,40}$)")


def _short(lead: str) -> str:
    """A clause that fits a line: without where it was and who were many, else cut."""
    if len(lead) > _MOST_SHOWN and (where := _WHERE.search(lead, _TELLS)):
        lead = lead[: where.end()]
    if len(lead) > _LONGEST and (by := _BY.match(lead)) and len(lead) - by.end() >= _TELLS:
        lead = lead[by.end() :]
    return lead if len(lead) <= _MOST_SHOWN else lead[: _MOST_SHOWN - 1] + "…"
