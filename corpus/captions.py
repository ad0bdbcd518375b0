"""Pictures' captions: who took a picture, and the words in front that say what it shows.

Text copied from a page keeps both: 「…送来清凉。志愿者分发冰水。刘某某摄接下来，…」. The credit is told
by its own words; what stands between it and the sentence before is the caption, as long as it is built
like one (short, hardly a pause, nobody speaking). A credit behind a long sentence goes alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.boundary import balanced, end_score, start_score
from corpus.editor import Editor, View
from corpus.headlike import OPENING, headlike
from corpus.rules import BLANK, NAME
from corpus.types import Span

CREDIT_RULE, CAPTION_RULE = "图片署名", "图片说明"
_HINTS = (
    "摄",
    "供图",
    "图源",
    "图片",
    "资料图",
    "网传",
    "图据",
    "”图",
    "”截图",
    "提供图",
    "图为",
    "图说",
    "制图",
    "绘图",
    "△",
    "▲",
)
_B = BLANK
_OPENING = 400  # characters in which a report's first pictures stand

_BRACKETED = (
    rf"(?:新华社发{_B}*)?[（(]{_B}*"
    r"(?:[^（）()。]{0,24}?(?:摄影|(?<![拍航])摄|供图|提供图片|制图|绘图|图片来源[^（）()]{0,12})"
    rf"|图片[^（）()。]{{0,16}}|网传(?:图片|照片|视频(?:截图)?)|资料图片?[^（）()。]{{0,12}}|[图文][/／][图文][^（）()。]{{2,20}}){_B}*[)）]"
)
_MEDIUM = r"[\u4e00-\u9fff]{2,8}?(?:日报|晚报|商报|都市报|京报|报|网|社|新闻|客户端)"
_ROLE = r"(?:全媒体|融媒体?|见习|实习|首席)?(?:记者|通讯员)"
_PHOTOGRAPHER = (
    rf"(?:[（(]无人机照片[)）])?{_B}*(?:{_MEDIUM}{_B}?)?(?:{_ROLE}{_B}*)?"
    rf"(?:{NAME}|[\u4e00-\u9fff]{_B}[\u4e00-\u9fff])(?<![拍航]){_B}{{0,3}}[?？/／]?摄"
)
_ENDS = rf"(?![影像制取])(?={_B}|[\u4e00-\u9fff\d“《]|$)"
_GIVER = rf"(?:{NAME}[?？]?|[^。，！？：“”\s]{{2,24}}?){_B}*供图"
_CREDIT = re.compile(
    rf"(?P<b>{_BRACKETED})(?P<same>[（(]下同[)）])?"
    rf"|(?:(?<=[。！？])|(?<=[。！？]”)|(?<=[。！？] )){_B}*+"  # all of them at once: more may follow
    rf"(?:{_PHOTOGRAPHER}{_ENDS}|{_GIVER}(?=[。（(]|{_B}|[\u4e00-\u9fff\d“《]|$)"
    rf"|图片来源[：:][^。，\s]{{2,10}}?(?:网|报|社|客户端|公众号)|图据(?:(?:视频|网络|监控)截图|受访者|网络)"
    r"|(?:(?:微信公众号|微博|视频号)“[^“”]{2,16}”|[\u4e00-\u9fff]{2,8}微信公众号)\s?截?图(?![书片文])"
    r"|[/／]?图源[：:\s]\s?(?:[\u4e00-\u9fff]{2,24}(?=\s|$)|[\u4e00-\u9fff]{2,20}?(?:办事处|[局委厅])))"
    rf"(?:[（(]下同[)）])?。?"
    rf"|(?<!{_B}){_B}+(?:通讯员|受访者|{_ROLE}{_B}+{NAME}){_B}*(?:供图|摄{_ENDS})(?:[（(]下同[)）])?。?"
    rf"|(?<=[\u4e00-\u9fff]){_B}(?:{NAME})(?<![拍航]){_B}?摄(?=[\u4e00-\u9fff“])(?![影像制取])"
    rf"|[/／]{_ROLE}拍?摄(?=[\u4e00-\u9fff“]){_ENDS}"
)
_SHOWN = re.compile(
    r"(?:(?<=[。！？\n])|(?<=[。！？]”)|(?<=[。！？] ))"
    r"(?:图(?:为|说[：:])|[△▲]\s?)(?P<what>[^。！？\n]{4,60})(?P<stop>[。！？]|$|(?=[^。！？\n]))"
)
_STOP = re.compile(r"[。！？!?…\n][”』」]?[)）]?|[■●◆△▲]")
_BEGINS_REPORT = re.compile(r"正文[：:]|标题[：:]|来源[：:]")
_BLANKS = re.compile(rf"{_B}+")
_GOES_ON = re.compile(r"[，、；：的了等和与及，]")
_SPEAKS = re.compile(
    r"(?:说|[说笑写问答喊叹]道|[吧呢吗啊呀！？…])。?$|表示|认为|了解到|获悉|称，|[我你]|^据(?!点)|[：；]"
)
_TELLS = re.compile(
    r"近[日年期]|日前|目前|同时|此外|随后|下一步|今[年天后]|此次|本次|这(?!是[^，。]{0,12}拍摄的)|该|[他她它]|现在|如今|其中|"
    r"因此|于是|但|并|而|截至|接下来|连日来|当天|期间"
)
# with a pause behind it: a sentence that tells
_LEADS_ON = re.compile(r"为了?|通过|自|将|活动(?:中|现场|当天|结束)，")
_LABEL = re.compile(r"(?:现场|仪式|一角|外景|合影(?:留念)?|瞬间|全景|夜景|效果图|工作照)。?$")
_FILE_PICTURE = re.compile(r"^(?:资料图片?|图)[：:]")
_FIRST_LABEL = re.compile(
    r"(?:(?:(?![到在来赴赶于了入往看])[^。，！？\s：；、]){0,30}(?:现场|外景|一角|合影|工作照)。)+(?=[\u4e00-\u9fff“\s\d])"
)
_DAY_FIRST = re.compile(r"\d{1,2}月\d{1,2}日，")  # so an agency's captions begin
_DATED = re.compile(r"[（(]\d{1,2}月\d{1,2}日摄[)）]")
_LONGEST = 45


@dataclass(frozen=True, slots=True)
class _Found:
    start: int  # of the caption, or of the credit where it has none
    credit: int
    end: int


def cut_captions(editor: Editor, region: Span | None = None, opening: bool = False) -> None:
    """Cut credits with their captions; `opening` for a region that begins with the report's own text.

    Otherwise what stands in front of the first sentence's end is left: a title may run into the caption.
    """
    view = editor.view(region)
    text = view.text[:_OPENING] if opening else view.text
    if opening and (label := _FIRST_LABEL.match(text)):
        editor.cut_text(view, 0, label.end(), CAPTION_RULE)
    if not opening:
        _cut_pictures(editor, view)
    if any(hint in text for hint in _HINTS):
        for found in _credits(text, opening):
            editor.cut_text(view, found.credit, found.end, CREDIT_RULE)
            editor.cut_text(view, found.start, found.credit, CAPTION_RULE)
        _cut_shown(editor, view, text)
    if not opening:
        editor.cut_all(_CAUGHT, CAPTION_RULE, region)


# what a picture shows (people at work, a state, a scene) in front of a sentence that must begin there
_AT_WORK = (
    r"[\u4e00-\u9fff]{0,8}?(?:志愿者|村民|居民|工作人员|民警|小朋友|孩子|青少年|网格员|社工|医护人员|党员|老人|学生|队员|环卫工人)们?"
    r"(?:正在?|在|[为向给](?=[^，。]{1,10}[送递讲量测检演展理])|领取|发放|补给|派发|清理|布置|认真|(?<!党员)开展|(?<!党员)进行)[^，。、；：！？\s]{0,20}?"
)
# … and with a full stop: nobody says where a report has come to without so much as a pause
_CAUGHT = re.compile(
    r"(?:(?<=[。！？])|(?<=[。！？]”)|(?<=[。！？] ))(?![^。]{0,3}(?:[随到]处|只见))"
    r"[^，。、；：！？\s“”]{0,18}?"
    r"(?:志愿者|村民|居民|农户|工人|学生|工作人员|执法人员|民警|党员|网格员|社工|医护人员|队员|小朋友|孩子|老人|群众|干部)们?"
    r"(?:[和与][^，。、\s]{2,8}?)?(?:正在?|在)(?![于一各])"
    r"(?![^，。]{0,8}(?:活动|结束|现场|中|时|后|期间|说|表示|分享|介绍))"
    r"[^，。、；：！？\s“”了着过还也都将会能被]{3,22}(?<![说道示享])。(?=[\u4e00-\u9fff“])(?![^。]{0,20}[该这此其他她])"
)
_STATE = r"[\u4e00-\u9fff]{2,12}(?:改造|整治|整修|修缮|清理|整改)[前后]"
_POSED = r"[^。，、；：！？\s]{4,30}（[左右前后中][一二三四五六]?）[^。，、；：！？\s]{0,14}?"
_SCENE = (
    r"(?!活动|[到在来走赶])[\u4e00-\u9fff“”]{2,24}?现场"
    r"(?=此次|本次|据悉|近日|日前|会议(?:宣读|由|上，)|\d{1,2}月)"
)
# in front of words that open a sentence in the middle of a report and never the first one below a heading
_BEFORE_AFTER = r"(?P<k>改造|整治|整修|修缮|清理|整改|拆除)前(?P=k)后(?=[\u4e00-\u9fff])(?![的对比相差变情])"
_UNMARKED = (
    r"(?:[^，。、；：！？\s“”]|“[^“”]{1,20}”){5,34}?(?<!供图)(?<!供图[)）])(?<![了为加作悉以过对认据在从与和的是及按就围明])(?<![^报]到)"
    r"(?=(?:据悉|据了解|据介绍|据统计|此外)，|下一步(?:，|[\u4e00-\u9fff]{2,12}?将)"
    r"|(?:本次|此次)活动(?:由|有力|旨在|共[有计吸]))"
    r"|(?:居民|学生|村民|老人|孩子|小朋友|志愿者|群众|市民)们?(?:积极|认真|踊跃)?(?:享受|体验|参与|领取|观看|制作|学习|咨询)"
    r"[^，。、；：！？\s]{2,14}?(?<![到进在的来向于加与])(?=活动现场，)"
)
_PICTURE = re.compile(
    r"(?:(?<=[。！？])|(?<=[。！？]”)|(?<=[。！？] ))"
    rf"(?:{_UNMARKED}|(?:(?P<w>{_AT_WORK})|{_STATE}|{_POSED})(?={OPENING.pattern}|此次|本次)|{_SCENE}|{_BEFORE_AFTER})"
)


def _cut_pictures(editor: Editor, view: View) -> None:
    """Captions without a mark of their own: 「…满是笑容。志愿者为老人送上热汤“我早上五点就来了…」."""
    for match in _PICTURE.finditer(view.text):
        told = match["w"] and not headlike(match["w"])
        if not told and balanced(match[0]):
            editor.cut_text(view, match.start(), match.end(), CAPTION_RULE)


def _credits(text: str, opening: bool) -> Iterator[_Found]:
    floor = 0
    for match in _CREDIT.finditer(text):
        if text[max(0, match.start() - _LONGEST) : match.start()].rstrip()[-1:] in ("讯", "电"):
            continue  # the names in a dateline
        bracketed = match["b"] is not None
        begin = _begin(text, match.start(), floor)
        if begin is None and not opening and not floor:
            continue
        end = match.end()
        fits = _is_caption if bracketed else _is_sentence
        caption = fits(text, begin or 0, match)
        if caption and bracketed and text[end : end + 1] == "。":
            end += 1
        yield _Found((begin or 0) if caption else match.start(), match.start(), end)
        floor = end


def _begin(text: str, at: int, floor: int) -> int | None:
    """Where the words in front of a credit begin: behind a sentence or a credit; None in the head."""
    low = max(floor, at - _LONGEST - 30)
    before = text[low:at].rstrip("。 \t\u3000\xa0\u2002\u2003\r\n”")
    stops = [match.end() for match in _STOP.finditer(before)]
    if stops:
        return _behind_heading(text, low + stops[-1], at)
    if floor and low == floor:
        return floor
    return None if low == 0 or _BEGINS_REPORT.search(before) else at


def _behind_heading(text: str, begin: int, at: int) -> int:
    """Behind the last blank that parts a caption from a heading, where there is one."""
    for match in reversed(list(_BLANKS.finditer(text, begin, at))):
        rest = text[match.end() : at].strip()
        if match.start() > begin and len(rest) >= 10 and balanced(rest):
            return match.end()
    return begin


def _is_caption(text: str, begin: int, match: re.Match[str]) -> bool:
    """Whether the words in front of a credit in brackets are a caption, which has no full stop."""
    words = text[begin : match.start()].strip()
    if not 2 <= len(words) <= _LONGEST or not balanced(words):
        return False
    if words[-1] in "。！？”…":
        return words[-1] == "。" and "，" not in words and _LABEL.search(words) is not None
    after = text[match.end() : match.end() + 1]
    if _GOES_ON.match(after) or _BEGINS_REPORT.search(words) or words[-1] in "：:，、":
        return False
    return after != "。" or "，" not in words or _DATED.fullmatch(match[0]) is not None


def _is_sentence(text: str, begin: int, match: re.Match[str]) -> bool:
    """Whether the sentence or the words in front of a credit without brackets are a caption."""
    words = _FILE_PICTURE.sub("", text[begin : match.start()].strip())
    if _told_beside(text, Span(begin, match.start()), match.end()):
        return True
    dated = begin > 0 and _DAY_FIRST.match(words) is not None
    longest, pauses = (_LONGEST + 30, 2) if dated else (_LONGEST, 1)
    if not 2 <= len(words) <= longest or not balanced(words) or words.count("，") > pauses:
        return False
    told = _TELLS.match(words) or ("，" in words and _LEADS_ON.match(words))
    return not told and not _SPEAKS.search(words)


_BESIDE, _AGAIN = 200, 0.8  # characters around a picture, and the share of its caption that they say
_TOLD = 20  # characters of a caption that is known by that


def _told_beside(text: str, words: Span, end: int) -> bool:
    """Whether the text around a picture says nearly all that the sentence in front of its credit says."""
    said = words.of(text).strip()
    if not _TOLD <= len(said) <= _LONGEST + 30 or said.count("。") > 1 or not balanced(said):
        return False
    beside = f"{text[max(0, words.start - _BESIDE) : words.start]}|{text[end : end + _BESIDE]}"
    pairs = {said[at : at + 2] for at in range(len(said) - 1) if "，" not in said[at : at + 2]}
    return sum(pair in beside for pair in pairs) >= _AGAIN * len(pairs)


def _cut_shown(editor: Editor, view: View, text: str) -> None:
    """「图为…。」, and one that lost its full stop, up to where the next sentence begins."""
    for match in _SHOWN.finditer(text):
        end = match.end()
        lost = _lost_stop(match["what"]) if "，" in match["what"] else None
        if not match["stop"] and end < len(view.text) and lost is None:
            continue  # a long sentence, or the opening's end in the middle of these words
        if "，" in match["what"]:
            if lost is None and len(match["what"]) > _LONGEST:
                continue
            end = match.start("what") + lost if lost is not None else end
        editor.cut_text(view, match.start(), end, CAPTION_RULE)


_OPENS = re.compile(
    r"(?:通过|在|为)?(?:本次|此次)|近日|日前|目前|随后|据悉|据了解|据介绍|接下来|活动(?:中|现场)"
)


def _lost_stop(words: str) -> int | None:
    """Where a caption ends whose full stop was lost, None where it has none within its first clause."""
    clause = words.find("，")
    if 6 <= (quote := words.find("“")) < clause:
        return quote
    if opened := _OPENS.search(words, 6, max(clause, 6)):
        return opened.start()
    scored = [
        (start_score(words[cut : cut + 4]) + end_score(words[:cut][-3:]), cut) for cut in range(6, clause - 1)
    ]
    best = max(scored, default=(0.0, 0))
    return best[1] if best[0] > 0.8 else None
