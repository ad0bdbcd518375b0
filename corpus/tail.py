"""Everything behind a report's last sentence, cut and understood: furniture, credits, sources, signatures."""

from __future__ import annotations

import re

from corpus.credits import read_credits
from corpus.editor import Editor
from corpus.endings import ANNEXES, CREDIT, TAIL, TO_THE_END
from corpus.metadata import Found
from corpus.rules import NAME, SURNAME
from corpus.signatures import cut_inside, take_signature
from corpus.types import Span

_B = r"[ \t\u3000\xa0\u2002\u2003]"
_NAMED_MEDIUM = re.compile(
    r"(?:[\u4e00-\u9fff]{2,3}[ \u3000]?){0,3}[（(][\u4e00-\u9fff]{2,12}(?:报|网|社|新闻|客户端|台)[）)]\s*$"
)
_HARD_STOPS = "。！？；!?\n"
_ANY_STOP = re.compile(r"[。！？”；…）)!?\n][”』」]?")
_BRACKETED = re.compile(r"[（(](?P<in>[^（）()]{2,44})[)）]\d?\s*$")
_NAMED_SOURCE = re.compile(r"\s*(?:来源|稿源|转自)[：:]")
_OFFICE = re.compile(r"[局厅委]|政府|部门|单位|中心支行|各市|公司")
_PEOPLE = re.compile(
    rf"^\s*(?:(?:本报|见习|实习|特约)?(?:记者|通讯员|作者|文/图?|图/文?)?[：:]?\s*)?{NAME}"
    rf"(?:[·•][\u4e00-\u9fff·•]{{1,10}})?(?:[\s、，,]+{NAME}){{0,5}}\s*$"
)
# （界湖街道刘某某）: an office or a place and who wrote
_PLACED_NAME = re.compile(
    rf"^\s*[\u4e00-\u9fff]{{2,14}}(?:街道|[镇乡县区市村]|社区|[委局办院所站部科室队]|中心|宣传部|组织部|党校|融媒)"
    r"[ \u3000\xa0]?"
    rf"{SURNAME}[\u4e00-\u9fff]{{1,2}}(?:[ \u3000\xa0、]{SURNAME}[\u4e00-\u9fff]{{1,2}})*\s*$"
)
_NAMES = (
    rf"{SURNAME}(?:[\u4e00-\u9fff]{{1,2}}|{_B}[\u4e00-\u9fff])"
    rf"(?:{_B}{{1,2}}{SURNAME}[\u4e00-\u9fff]{{1,2}}){{0,4}}"
)
# names without a label behind the last sentence: 张某某; 某某新闻 张某某; 张某某（某某网）; 某某市政协
_BARE_NAMES = re.compile(
    rf"(?:[\u4e00-\u9fff]{{2,14}}{_B}{{1,2}})?{_NAMES}(?:[（(][^（）()\s]{{2,12}}[)）])?"
    r"|[\u4e00-\u9fff]{2,10}(?:政协|融媒|宣传部|发布|纪委监委)(?:官网|网站)?"
)
_ALONE = re.compile(r"[ \u3000\xa0]+[\u4e00-\u9fff]{2,3}")  # two or three characters behind a blank
_ISSUED_BY = re.compile(
    r"[\u4e00-\u9fff]{2,12}(?:纪委监委|党委|宣传部)(?:官网|网站)?"
    r"|[\u4e00-\u9fff]{2,14}\d{1,2}月\d{1,2}日[电讯]|\S{2,10}(?:APP|客户端)"
    rf"|{SURNAME}{_B}[\u4e00-\u9fff]|图文[^。]{{2,30}}"
)
_MEDIA_END = re.compile(r"(?:报|网|台|社|客户端|新闻|融媒体?(?:中心)?|发布|在线|官微|公众号)\s*$")
_CREDIT = re.compile(CREDIT + r"|来源|稿源|转自")


_SAYS_REPORTER = re.compile(
    r"(?P<m>[\u4e00-\u9fff]{2,10}?(?:报|新闻|客户端|网|台))记者(?=从|了解|昨|今|近|日前|\d|获悉|在|来到|走进)"
)


def take_tail(editor: Editor, region: Span, found: Found) -> None:
    """Cut everything behind the last sentence and keep the source and the date it names."""
    _take_sender(editor, region, found)
    cut = _clean_tail(editor, region)
    read_credits(cut, found)
    if take_signature(editor, region, found):
        _cut_by_rule(editor, region, [], only="附件栏")
    _cut_annexes(editor, region)
    cut_inside(editor, region, found)
    _cut_contacts(editor, region, found)
    told = _SAYS_REPORTER.search(editor.view(region).text[:200])
    found.offer_source(told["m"] if told else None)


# an entry of a contest: 【作者】李某某【报送单位】某某市教育局【作品简介】
_SENDER = re.compile(
    r"【作者】[^【】。]{2,30}【报送单位】\s*(?P<who>[^【】。\s]{2,40})\s*(?:【(?:作品|案例)简介】\s*)?"
)


def _take_sender(editor: Editor, region: Span, found: Found) -> None:
    """Cut who wrote and sent in what an introduction presents; whose practice it is, the sender tells."""
    view = editor.view(region)
    sender = _SENDER.search(view.text) if "【报送单位】" in view.text else None
    if sender:
        found.byline = sender["who"]
        editor.cut_text(view, sender.start(), sender.end(), "文末署名")


# whom to call, behind the last sentence; a list of such contacts, or a notice that tells them, is the text
_CONTACTS = re.compile(
    r"(?:(?<=[。！？；）)”])|(?<=\s))[（(]?联系人\s*[：:](?:(?!联系人)[^。！？]){4,240}。?\s*$"
)
_TELLS_CONTACTS = re.compile(r"联系|电话|专员|热线|咨询|捐")
_AMONG_CONTACTS = 160  # characters in front in which another contact stands


def _cut_contacts(editor: Editor, region: Span, found: Found) -> None:
    view = editor.view(region)
    start = max(0, view.text.rfind("联系人") - 2)
    match = _CONTACTS.search(view.text, start) if start else None
    if match is None or not re.search(r"\d{7}|@", match[0]) or _TELLS_CONTACTS.search(found.title or ""):
        return
    if not re.search("联系|电话", view.text[max(0, match.start() - _AMONG_CONTACTS) : match.start()]):
        editor.cut_text(view, match.start(), len(view.text), "联系方式")


_ROUNDS = 60  # credits and notes at one end; each round looks at the whole text, so they must be bounded


def _clean_tail(editor: Editor, region: Span) -> list[str]:
    """Cut furniture and credits until nothing matches; gives back the texts that were cut, last first."""
    cut: list[str] = []
    _cut_to_the_end(editor, region, cut)
    for _ in range(_ROUNDS):
        if not (_cut_by_rule(editor, region, cut) or _cut_credits(editor, region, cut)):
            break
    return cut


def _cut_by_rule(editor: Editor, region: Span, cut: list[str], only: str = "") -> bool:
    view = editor.view(region)
    tail = view.text[-260:]
    shift = len(view.text) - len(tail)
    for rule in TAIL:
        match = rule.pattern.search(tail) if only in rule.name and rule.hinted(tail) else None
        if match and match.end() > match.start() and not _inside_brackets(tail, match.start()):
            cut.append(match[0])
            editor.cut_text(view, shift + match.start(), len(view.text), rule.name)
            return True
    return False


def _cut_annexes(editor: Editor, region: Span) -> None:
    view = editor.view(region)
    text = view.text.rstrip()
    tail = text[-260:]
    match = ANNEXES.pattern.search(tail) if ANNEXES.hinted(tail) else None
    if match:
        editor.cut_text(view, len(text) - len(tail) + match.start(), len(view.text), ANNEXES.name)


def _inside_brackets(text: str, at: int) -> bool:
    return max(text.rfind("（", 0, at), text.rfind("(", 0, at)) > max(
        text.rfind("）", 0, at), text.rfind(")", 0, at)
    )


def _cut_to_the_end(editor: Editor, region: Span, cut: list[str]) -> None:
    """Marks behind which nothing of the report follows, looked for in its last part only."""
    view = editor.view(region)
    text = view.text
    low = max(len(text) // 2, len(text) - 1500)
    found = [
        (match.start(), rule)
        for rule in TO_THE_END
        if rule.hinted(text[low:])
        for match in [rule.pattern.search(text, low)]
        if match and _may_begin(text, match.start())
    ]
    if found:
        at, rule = min(found, key=lambda hit: hit[0])
        cut.append(text[at:])
        editor.cut_text(view, at, len(text), rule.name)


def _may_begin(text: str, at: int) -> bool:
    """Whether furniture may begin here: behind a sentence, a blank, a bracket or a short credit."""
    before = text[:at].rstrip()
    if not before or before[-1] in "。！？”）)…】]；" or before != text[:at]:
        return True
    tail = re.split(r"[。！？”）)\n]", before)[-1]
    return len(tail) <= 40 and re.search(CREDIT + r"|来源", tail) is not None


def _cut_credits(editor: Editor, region: Span, cut: list[str]) -> bool:
    """Names, media and sources behind the last sentence."""
    view = editor.view(region)
    text = view.text.rstrip()
    start = _credits_start(text)
    if start is None:
        return False
    cut.append(text[start:])
    editor.cut_text(view, start, len(view.text), "文末署名")
    return True


def _credits_start(text: str) -> int | None:
    """Where the credits at the end of a text begin, None where it ends with a sentence."""
    bracketed = _BRACKETED.search(text)
    if bracketed and _is_credit(bracketed["in"]):
        before = text[: bracketed.start()].rstrip()
        if before[-1:] in "。！？”…)）】":
            return bracketed.start()
        if _NAMED_SOURCE.match(bracketed["in"]) and len(_behind_stop(before)) > _LABEL:
            return bracketed.start()
    last = _LAST_SOURCE.search(text, max(0, len(text) - 20))
    if last:
        return last.start()
    tail = _behind_stop(text)
    start = len(text) - len(tail)
    bare = tail.strip()
    if not (_NAMED_MEDIUM.fullmatch(bare) or _BARE_NAMES.fullmatch(bare) or _ALONE.fullmatch(tail)):
        if not (2 <= len(bare) <= 110 and _CREDIT.search(tail)) or _is_prose(tail):
            return None
        label = _LABELLED.search(tail)
        if label and label.start() > _LABEL and not _CREDIT.search(tail[: label.start()]):
            start += label.start()
    title = max(text.rfind("（", 0, start), text.rfind("(", 0, start))
    inside = title >= 0 and text.startswith("原标题", title + 1) and _inside_brackets(text, start)
    return title if inside else start


_LAST_SOURCE = re.compile(
    r"(?:(?:消息|信息|内容|资料|素材|稿件|图文)?来源|稿源)[：:][ \u3000]?[\u4e00-\u9fff]{2,12}$"
)
_LABEL = 16  # characters of a caption or an office in front of 「来源：」; what is longer is a sentence
_LABELLED = re.compile(r"(?:来源|作者|稿源|转自|编辑|文字|图片|撰稿|供稿|通讯员)\s*[：:]")


def _behind_stop(text: str) -> str:
    """What stands behind the last sentence and the quotation marks that close it."""
    stop = _ANY_STOP.search(text, max(0, *(text.rfind(mark) for mark in _HARD_STOPS)))
    return text[stop.end() :] if stop else text


def _is_credit(inside: str) -> bool:
    if re.match(r"\s*(?:文章)?(?:来源|稿源|转自|图源|据)", inside) or "记者" in inside or "通讯员" in inside:
        return True
    if _PLACED_NAME.match(inside) or _ISSUED_BY.fullmatch(inside.strip()):
        return True
    if _OFFICE.search(inside):
        return False
    return bool(_PEOPLE.match(inside)) or bool(_MEDIA_END.search(inside))


def _is_prose(tail: str) -> bool:
    """A tail that is a sentence which merely lacks its full stop."""
    return len(tail) > 30 and "，" in tail and not re.search(r"来源|编辑|校对|通讯员|责编|作者", tail)
