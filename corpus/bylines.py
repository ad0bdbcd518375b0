"""Datelines (新华社北京2月8日电) and bylines (本报记者 … 通讯员 …), often glued to title and body."""

from __future__ import annotations

import re

from corpus.boundary import balanced, end_score, start_score
from corpus.editor import Editor
from corpus.gazetteer import gazetteer
from corpus.metadata import MEDIA, Found
from corpus.persons import name_end
from corpus.rules import NAME, SURNAME
from corpus.types import Span

_B = r"[ \t\u3000\xa0\u2002\u2003]"
_ROLE = r"(?:见习|实习|首席|特约|全媒体?|融媒体?|主任)*(?:记者|通讯员|实习生|特约撰稿人)"
# what each pattern must hold is looked for first: the many ways to read a medium's name are tried only then
_DATELINE = re.compile(
    rf"(?=[\s\S]{{0,90}}?(?:讯|电|消息))(?P<media>{MEDIA}){_B}?(?:[\u4e00-\u9fff]{{2,4}})?"
    rf"(?P<day>(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日)?{_B}?(?:讯|电|消息)"
    rf"{_B}?(?:[（(](?P<who>[^（）()]{{2,50}})[)）])?"
)
_WRITERS_MEDIUM = re.compile(rf"(?P<media>{MEDIA})[、，/]?\S{{0,8}}记者")  # 本报讯（某某日报记者 李明）
# the writer's name before the day: 某某网（记者 李明）8月7日报道
_WRITER_FIRST = re.compile(
    rf"(?P<media>{MEDIA})[（(](?:记者|通讯员)[^（）()]{{2,30}}[)）](?:\d{{1,2}}月\d{{1,2}}日)?(?:报道|讯|电){_B}*"
)
_BOXED = re.compile(r"□\s?(?=[\u4e00-\u9fff])")  # □李明: who wrote
_AMID_TITLES = re.compile(
    rf"(?:^|\s)(?P<media>{MEDIA}){_B}?(?:[\u4e00-\u9fff]{{2,4}})?\d{{1,2}}月\d{{1,2}}日{_B}?(?:电|讯)"
)
_BYLINE = re.compile(
    r"(?=[\s\S]{0,90}?(?:记者|通讯员|实习生|撰稿人))"
    rf"(?P<media>(?:{MEDIA}{_B}?[/、|｜]?{_B}?){{1,2}}|[\u4e00-\u9fff]{{2,4}}(?=全媒体?记者))?(?P<role>{_ROLE})[：:]?{_B}?"
)
_INNER = re.compile(
    rf"(?<=[\s。！？”)）])(?P<x>(?P<media>{MEDIA}){_B}?(?:[\u4e00-\u9fff]{{2,4}})?"
    rf"(?:(?:(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日)?(?:讯|电){_B}?"
    rf"[（(](?:[^（）()]{{0,8}}(?:记者|通讯员))[^（）()]{{2,40}}[)）]|\d{{1,2}}月\d{{1,2}}日[电讯]{_B}))"
)
_DAY = r"(?:(?:\d{4}年)?\d{1,2}月\d{1,2}日)"
# what the media of above do not know: two names joined, a site's department, a day without a medium
_LOOSE_DATELINE = re.compile(
    r"(?P<media>[\u4e00-\u9fff·•、\-—]{1,16}?(?:网站?|报社?|社|融媒|台|客户端|新闻|发布|经纬)(?:[-—·•][\u4e00-\u9fff]{2,8}?)?)"
    rf"(?:{_DAY}[讯电]|{_DAY}消息|讯)(?![息号录问道])[：:]?{_B}*(?:[（(][^（）()]{{2,50}}[)）])?{_B}*"
    rf"|{_DAY}(?:\d{{1,2}}时\d{{1,2}}分)?(?:，?[\u4e00-\u9fff]{{2,6}}?)?"
    rf"(?:(?:报道|讯)[：:]{_B}*|(?:报道|讯|消息){_B}+|讯(?=[\u4e00-\u9fff“]))"
    rf"|(?P<place>[\u4e00-\u9fff]{{2,5}})报道{_B}*(?=[\u4e00-\u9fff“])"
)
# what stands between title and dateline in one to three short sentences: captions
_CAPTIONS = re.compile(
    r"\s{0,4}(?:(?!近日|日前|目前|\s)[^。，：！？“”]{2,40}。\s{0,4}){1,3}(?:[（(]来源[：:](?P<source>[^（）()]{2,16})[)）])?\s{0,4}"
)
_NAMED_MEDIUM = re.compile(
    r"本报|华西社区报|北青社区报|新京报|大象新闻|天眼新闻|(?:河南|湖北|四川|贵州|浙江|南方|广州|海南|解放|新华|安徽|大众"
    r"|福建|江西|湖南|云南|陕西|山西|河北|北京)日报|(?:羊城|新民|北京)晚报|水母网|三秦都市报|楚天都市报|南方都市报|华西都市报|大河报|华商报|新华|人民[网日]|中新[网社]|红网|极目|齐鲁|央[视广]|光明|中国|扬子|澎湃|大众网|荆楚网|法治|深圳"
)
_IN_A_SENTENCE = re.compile(
    r"(?:\d{1,2}月)?\d{1,2}日(?:[上下]午)?(?:从|在|了解|获悉|采访|看到|来到|走进)"
    r"|了解|获悉|从|在|看到|来到|走进|昨|今|近|日前|采访|发现|注意|跟随|一行"
)
_LEARNED = re.compile(
    rf"{NAME}从[^，。]{{2,24}}(?:获悉|了解到|看到)"
)  # 记者某某从某局获悉: the sentence itself
_GIVEN = re.compile(
    r"(?:文章)?来源\s*[：:]\s*(?:(?P<s>[\u4e00-\u9fff]{2,8}?网[-－—·][\u4e00-\u9fff]{2,4}频道"
    r"|[^\s。，]{2,16}(?=\s)|[\u4e00-\u9fff]{2,6}(?:日报|晚报|发布))|原创稿)\s*"
)
_ORIGINAL = re.compile(r"原创稿\s?(?=[\u4e00-\u9fff])")
_WROTE = re.compile(rf"(?:文|图|文图|图文|作者|撰文|供稿)\s?[/／:：]\s?(?:{MEDIA})?(?:记者)?\s?")


def byline_start(head: str) -> int | None:
    """Where a byline, a dateline or a named source begins, None where there is none in the head."""
    starts = []
    for match in re.finditer(r"讯|电|消息|记者|通讯员", head):
        low = next(
            (at for at in range(max(0, match.start() - 30), match.start() + 1) if _marks(head, at, match)),
            None,
        )
        if low is not None:
            starts.append(_media_start(head, low, match.start()))
            break
    source = re.search(r"(?:文章)?来源\s*[：:]", head[:90])
    if source:
        starts.append(source.start())
    return min(starts) if starts else None


def _marks(head: str, at: int, keyword: re.Match[str]) -> bool:
    got = _DATELINE.match(head, at) or _BYLINE.match(head, at)
    if got is None or got.end() < keyword.end() or keyword.start() < got.end("media"):
        return False  # a word inside a medium's name that the title runs into: 保电…多|某某网8月1日电
    return _is_marker(got)


def _is_marker(match: re.Match[str]) -> bool:
    """Whether a match signs the report rather than tells what a reporter saw."""
    groups = match.groupdict()
    if groups.get("role"):
        after = match.string[match.end() : match.end() + 8]
        if _IN_A_SENTENCE.match(match.string, match.end()) or _LEARNED.match(match.string, match.end()):
            return False
        return bool(groups["media"]) or bool(re.match(NAME, after))
    return bool(groups.get("who")) or bool(groups.get("media") and groups.get("day"))


_TYPICAL_MEDIUM = (
    5  # characters of a medium's name; a longer one has most likely the title's last words in it
)


def _media_start(head: str, low: int, high: int) -> int:
    """A medium's name has no fixed left edge when a title runs into it: the best title end decides."""
    options = []
    for at in range(low, high + 1):
        got = _DATELINE.match(head, at) or _BYLINE.match(head, at)
        if got and got.end() > high and balanced(head[:at]):
            if _NAMED_MEDIUM.match(head, at):
                return at
            known = 4.0 if gazetteer().resolve(head[at : at + 2]) else 0.0
            blank = 2.0 if at and head[at - 1] in " \u3000\xa0！？" else 0.0
            long = 0.7 * max(0, len(re.split("[-·—/]", got["media"] or "")[0]) - _TYPICAL_MEDIUM)
            options.append((end_score(head[max(0, at - 3) : at]) + known + blank - long, -at))
    return -max(options)[1] if options else low


def dateline_source(head: str) -> str | None:
    """The medium of a dateline that was cut with a title around it: TITLE 某某社某地2月17日电 题：TITLE."""
    match = _AMID_TITLES.search(head)
    return match["media"] if match else None


def take_byline(editor: Editor, region: Span, found: Found) -> None:
    """Cut datelines and bylines at the very start of the body, and one behind a subtitle."""
    for _ in range(4):
        view = editor.view(region)
        start = len(view.text) - len(view.text.lstrip())
        end = _byline_end(view.text[start : start + 160], found)
        if not end:
            break
        editor.cut_text(view, start, start + end, "电头署名")
    view = editor.view(region)
    inner = _INNER.search(view.text[:400])
    if inner:
        captions = _CAPTIONS.fullmatch(view.text, 0, inner.start("x"))
        found.offer_source(captions["source"] if captions else None)
        found.offer_source(_medium(inner["media"]))
        editor.cut_text(view, inner.start("x"), inner.end("x"), "电头署名")
        if captions:
            editor.cut_text(view, 0, inner.start("x"), "图片说明")


def _byline_end(head: str, found: Found) -> int | None:
    dateline = _DATELINE.match(head)
    if dateline and (dateline["who"] or dateline["day"] or head[dateline.end() - 1] in " \u3000\xa0"):
        found.byline = found.byline or dateline[0]
        found.offer_source(_medium(dateline["media"]))
        named = _WRITERS_MEDIUM.match(dateline["who"] or "")
        found.offer_source(named["media"] if named else None)
        rest = head[dateline.end() :]
        return dateline.end() + len(rest) - len(rest.lstrip())
    first, boxed = _WRITER_FIRST.match(head), _BOXED.match(head)
    if first:
        found.offer_source(_medium(first["media"]))
        return first.end()
    if boxed:
        return _names_end(head, boxed.end())
    byline = _BYLINE.match(head)
    if byline and _is_marker(byline):
        found.byline = found.byline or head[: byline.end() + 12]
        found.offer_source(_medium(byline["media"]))
        return _names_end(head, byline.end())
    original = _ORIGINAL.match(head)
    if original:
        return original.end()
    given = _GIVEN.match(head)
    if given:
        found.offer_source(given["s"])
        return given.end()
    glued = _GLUED_SOURCE.match(head)
    if glued and (end := _source_end(head, glued.end())):
        found.offer_source(head[glued.end() : end])
        return end
    loose = _LOOSE_DATELINE.match(head)
    if loose and (loose["place"] is None or gazetteer().resolve(loose["place"])):
        found.offer_source(_medium(loose["media"]))
        return loose.end()
    wrote = _WROTE.match(head)
    return _names_end(head, wrote.end()) if wrote else None


def _source_end(head: str, start: int) -> int | None:
    """Where a source ends that runs into the report (来源：某某网近日，…); None where that is unlikely."""
    options = []
    for end in range(start + 2, min(start + 16, len(head) - 8)):
        if head[end - 1] in "，。：；（）()“”、":
            break
        if head[end - 1] in "在从为自":
            continue
        score = start_score(head[end : end + 4]) + (2.0 if _MEDIA_ENDS.search(head, start, end) else 0.0)
        score += 3.0 if _NEXT_CREDIT.match(head, end) else 0.0
        score += 1.5 if gazetteer().resolve(head[end : end + 2]) else 0.0
        options.append((score, end))
        if _NEXT_CREDIT.match(head, end):
            break
    best = max(options, default=(0.0, 0))
    return best[1] if best[0] > _LIKELY_SOURCE else None


_GLUED_SOURCE = re.compile(r"(?:文章)?来源\s*[：:]\s*(?=[\u4e00-\u9fff])")
_MEDIA_ENDS = re.compile(r"(?:报|网|社|台|客户端|发布|在线|新闻|视窗|融媒|频道)$")
_NEXT_CREDIT = re.compile(r"原标题|本报|本网|记者|通讯员|作者|责任编辑")
_LIKELY_SOURCE = 1.0


def _medium(media: str | None) -> str | None:
    return media.split("/")[0].strip() if media else None


_SPACED_NAME = re.compile(rf"[\u4e00-\u9fff]{_B}[\u4e00-\u9fff](?={_B}|[“\n]|$|[\u4e00-\u9fff])")
_PLAIN_NAME = re.compile(rf"{NAME}(?=[ \t\u3000\xa0、，,)）\n]|{_ROLE}|$)")
_BETWEEN = re.compile(r"[ \t\u3000\xa0、，,]+")
_NEXT_ROLE = re.compile(rf"[ \t\u3000\xa0]*{_ROLE}[：:]?[ \t\u3000\xa0]*")
_NEXT_NAME = re.compile(rf"{NAME}(?:[ \t\u3000\xa0、]|{_ROLE})|[\u4e00-\u9fff]{{2,3}}\d")
_PICTURES_FROM = re.compile(rf"{_B}*(?:图据|图源|供图[：:]){_B}*")
_REPORTS_FROM = re.compile(r"[ \u3000\xa0]*[\u4e00-\u9fff]{2,5}报道[ \u3000\xa0]*")


def _names_end(head: str, at: int) -> int:
    """Behind the last of several names; the last one may run into the first word of the report."""
    while True:
        place, pictured = _REPORTS_FROM.match(head, at), _PICTURES_FROM.match(head, at)
        if place:
            return place.end()
        if pictured:
            return _source_end(head, pictured.end()) or name_end(head, pictured.end())
        name = _PLAIN_NAME.match(head, at) or _SPACED_NAME.match(head, at)
        if name is None:
            return name_end(head, at)
        at = name.end()
        role, gap = _NEXT_ROLE.match(head, at), _BETWEEN.match(head, at)
        if role:
            at = role.end()
        elif gap and re.match(r"[\u4e00-\u9fff]", head[gap.end() :]):
            if _body_begins(head[gap.end() :]):
                return gap.end()
            at = gap.end()
        else:
            return gap.end() if gap else at


# the rest of a name and a word behind it: four characters behind a surname
_NAME_AND_WORD = re.compile(rf"{SURNAME}[\u4e00-\u9fff]{{4}}")


def _body_begins(text: str) -> bool:
    """Whether `text` reads like a report's first words rather than one more name."""
    if _NEXT_NAME.match(text):
        return False
    if _NAME_AND_WORD.match(text) and start_score(text[:4]) == start_score(text[:1]):
        return False  # of its first word no more is known than the character, which is a surname
    end = name_end(text, 0)
    return start_score(text[:4]) > start_score(text[end : end + 4])
