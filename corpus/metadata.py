"""Title, date, source and byline: what stands at the two ends of a report, taken out and understood."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.boundary import balanced, end_score, name_end, start_score, title_end
from corpus.clean import HEAD
from corpus.editor import Editor
from corpus.lines import NUMBERED, Line, hard_lines, printed_twice
from corpus.localities import gazetteer
from corpus.types import Record, Span

_B = r"[ \t\u3000\xa0\u2002\u2003]"
_NAME = r"[\u4e00-\u9fff·]{2,4}"
_ROLE = r"(?:见习|实习|首席|特约|全媒体|融媒体)*(?:记者|通讯员|实习生|特约撰稿人)"
_MEDIA = (
    r"(?:本报|本网|本台|新华社|新华网|人民网|中新[网社]|中国新闻网|央[视广]网|光明网|中国[\u4e00-\u9fff]{1,4}[网报]|"
    r"红网(?:时刻(?:新闻)?)?|极目新闻|齐鲁壹点|澎湃新闻|[\u4e00-\u9fff]{2,8}?(?:日报|晚报|早报|晨报|时报|商报|都市报|"
    r"青年报|快报|新报|社区报|法[制治]报|报|融媒体?(?:中心)?|电视台|广播|新闻网|网|客户端|新闻|在线|发布))"
    r"(?:[·\-—/]?[\u4e00-\u9fff]{0,8}(?:客户端|新闻|网|报)|[（(][^（）()]{2,12}[)）])?"
)
DATELINE = re.compile(
    rf"(?P<media>{_MEDIA}){_B}?(?:[\u4e00-\u9fff]{{2,4}})?(?P<day>(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日)?{_B}?(?:讯|电|消息)"
    rf"{_B}?(?:[（(](?P<who>[^（）()]{{2,50}})[)）])?"
)
DATELINE_PAREN = re.compile(rf"(?:讯|电){_B}?[（(](?P<who>[^（）()]{{2,50}})[)）]")
BYLINE = re.compile(rf"(?P<media>(?:{_MEDIA}{_B}?[/、|｜]?{_B}?){{1,2}})?(?P<role>{_ROLE})[：:]?{_B}?")
SOURCE = re.compile(rf"(?:文章)?(?:来源|稿源|转自)\s*[：:]\s*(?P<name>[^\s，。|）)】]{{2,24}})")
_DATES = (
    re.compile(r"(?P<y>(?:19|20)\d{2})\s?[-/.年]\s?(?P<m>\d{1,2})\s?[-/.月]\s?(?P<d>\d{1,2})"),
    re.compile(r"(?<!\d)(?P<y>\d{2})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)"),
)
_DATE_LABEL = re.compile(r"(?:发布|发文|成文|发表|生成|印发|更新)?(?:日期|时间)\s*[：:]\s*(?P<when>[\d年月日./\- ]{8,12})")
SIGNATURE = re.compile(
    rf"(?P<who>(?:[\u4e00-\u9fff（）()]{{3,40}}(?:{_B}|\n)+){{1,8}})"
    rf"(?P<when>(?:19|20)\d{{2}}{_B}?年{_B}?\d{{1,2}}{_B}?月{_B}?\d{{1,2}}{_B}?日)\s*$"
)
_ORG = re.compile(
    r"(?:政府|委员会|办公[厅室]|[局厅部委办会院行署]|指挥部|领导小组|工作组|中心|街道|社区|联合会|法院|检察院|公司|管委会|学校)$"
)
_DOC_NUMBER = re.compile(r"^(?:[\u4e00-\u9fff]{2,16}[〔﹝\[（(]\d{4}[〕﹞\]）)]\s?第?\d{1,5}号|[（(]?(?:\d{4}年)?第\d{1,4}号[)）]?)$")
_ADDRESSEE = re.compile(r"^(?:各|有关|省|市|区|县|尊敬的|广大)[^。；！？]{2,260}[：:]$")
_KEY = (
    r"(?:索{b}*引{b}*号|信息分类|主题分类|分{b}*类|附加码|发布机构|发文机[构关]|公开主体|发文日期|发布日期|成文日期|生成日期|"
    r"公开日期|名{b}*称|标{b}*题|文{b}*号|发文字号|有{b}*效{b}*性|时{b}*效|主题词|公开方式|实施日期|废止日期|关{b}*键{b}*词)"
).replace("{b}", _B)
_INDEX_BLOCK = re.compile(rf"(?:[\[【]{_KEY}[\]】]{_B}*[^\s\[【]*\s*){{2,}}|(?:{_KEY}\s*[：:]{_B}*(?:(?!{_KEY})[^\s：:])*\s*){{2,}}")


@dataclass(slots=True)
class Found:
    """What the ends of a report say of it; filled in from the most telling place to the least."""

    title: str | None = None
    date: str | None = None
    source: str | None = None
    byline: str | None = None
    explicit: bool = False  # the source stood behind 「来源：」 in the head

    def offer_source(self, name: str | None) -> None:
        """Take a source unless a better one is known."""
        name = _source_name(name)
        if name and not self.source:
            self.source = name


def iso_date(text: str) -> str | None:
    """The first full date in any of the usual shapes, ISO 8601.

    >>> iso_date("2023年8月1日"), iso_date("2023-08-17 23:01"), iso_date("23-08-17 06:17"), iso_date("8-12 06:06")
    ('2023-08-01', '2023-08-17', '2023-08-17', None)
    """
    for pattern in _DATES:
        match = pattern.search(text)
        if match:
            year = match["y"] if len(match["y"]) == 4 else "20" + match["y"]
            month, day = int(match["m"]), int(match["d"])
            if 1 <= month <= 12 and 1 <= day <= 31:
                return f"{year}-{month:02d}-{day:02d}"
    return None


def _source_name(name: str | None) -> str | None:
    if not name:
        return None
    name = re.split(r"(?:作者|编辑|责编|记者|通讯员|版权|图片)", name)[0]
    name = re.sub(r"\s|^[■●◆《]+|[》]+$", "", name)
    name = re.sub(r"(?:讯|电)$", "", name)
    name = re.sub(r"\d{1,2}月\d{1,2}日.*$", "", name)
    name = re.sub(r"网站$", "网站", name).strip("：:/|，。、 ")
    name = name.strip("()（）") if name.count("（") + name.count("(") != name.count("）") + name.count(")") else name
    return name if 2 <= len(name) <= 24 and name not in ("本报", "本网", "本台", "综合", "网络", "互联网") else None


def take_head(editor: Editor, region: Span, record: Record | None) -> Found:
    """Cut everything in front of the report's first sentence and keep what it says."""
    found = Found()
    first = editor.view(region).text
    crawled = re.match(r"[^，。]{0,500}?，正文[：:]", first)
    raw_head = first[: (crawled.end() if crawled else 0) + 60]
    if crawled:
        found.date = iso_date(crawled[0])
        named = SOURCE.search(crawled[0])
        found.offer_source(named["name"] if named else None)
    original = "原标题" in raw_head
    known = record.get("title") if record is not None else None
    if known and "\n" not in first.strip():
        _known_title(editor, region, found, known)
    elif "\n" in first.strip():
        _apply_head_rules(editor, region)
        _head_of_lines(editor, region, found, record)
    else:
        _apply_head_rules(editor, region)
        if crawled:
            _head_of_item(editor, region, found, original)
        else:
            _head_of_page(editor, region, found)
    _apply_head_rules(editor, region)
    _take_byline(editor, region, found)
    return found


def _known_title(editor: Editor, region: Span, found: Found, title: str) -> None:
    """The table names the title; the text may begin with it."""
    _apply_head_rules(editor, region)
    found.title = title
    view = editor.view(region)
    loose = re.match(r"\s*" + r"\s*".join(map(re.escape, re.sub(r"\s", "", title))), view.text)
    if loose:
        editor.cut_text(view, 0, loose.end(), "标题")


def _apply_head_rules(editor: Editor, region: Span) -> None:
    changed = True
    while changed:
        changed = False
        view = editor.view(region)
        start = len(view.text) - len(view.text.lstrip())
        head = view.text[start : start + 600]
        for rule in HEAD:
            match = rule.pattern.match(head) if any(h in head for h in rule.hints) else None
            if match and match.end():
                editor.cut_text(view, start, start + match.end(), rule.name)
                changed = True
                break


def _head_of_item(editor: Editor, region: Span, found: Found, original: bool) -> None:
    """A news item saved as one line: 「日期，正文：原标题：TITLE[TITLE] [byline] BODY」."""
    view = editor.view(region)
    start = len(view.text) - len(view.text.lstrip())
    text = view.text[start:]
    gap = len(view.text) - len(view.text.lstrip()) > 20
    wide = gap and re.match(r"^(?P<t>[^。]{8,50}?)[ \u3000]{2,}(?:(?P<sub>[^。\s]{4,30})[ \u3000]{2,})?", text)
    mark = _byline_start(text[:170])
    end: int | None
    if wide:
        found.title = wide["t"]
        editor.cut_text(view, start, start + wide.end(), "标题")
        return
    if mark is not None and (original or _looks_like_title(text[:mark])):
        end = _split_title(text, mark, original)
    elif original:
        end = title_end(text)
    else:
        repeated = title_end(text)
        headline = re.match(r"^[^，。：“\s]{2,14}[：:][^\s。：”]{6,44}(?= [^\s。]{12,})", text)
        end = headline.end() if headline else repeated if repeated and text[repeated:].lstrip().startswith(text[:repeated]) else None
    if not end:
        return
    title = text[:end].strip()
    found.title = title or None
    stop = end
    rest = text[end:].lstrip()
    if title and rest.startswith(title):
        stop = text.index(title, end) + len(title)
    else:
        squeezed = re.sub(r"\s", "", title)
        loose = re.match(r"\s*".join(map(re.escape, squeezed)), rest) if squeezed else None
        if loose:
            stop = len(text) - len(rest) + loose.end()
    editor.cut_text(view, start, start + stop, "标题")


def _split_title(text: str, mark: int, original: bool) -> int | None:
    """Where the title ends when a byline or dateline begins at `mark`: there, or before body text in between."""
    head = text[:mark].rstrip()
    half = next((n for n in range(6, len(head) // 2 + 1) if head[n:].strip().startswith(head[:n])), None)
    if half:
        return half
    if "。" not in head and len(head) <= 64:
        return mark if len(head) >= 4 else None
    return title_end(text) if original else None


def _looks_like_title(head: str) -> bool:
    head = head.strip()
    return 8 <= len(head) <= 50 and "。" not in head and not re.match(r"\d|近日|日前|今年|记者", head)


def _byline_start(head: str) -> int | None:
    """Where a byline or dateline begins, None where there is none in the head."""
    starts = []
    for match in re.finditer(r"讯|电|消息|记者|通讯员", head):
        low = max(0, match.start() - 30)
        while low <= match.start():
            got = DATELINE.match(head, low) or BYLINE.match(head, low)
            if got and got.end() >= match.end() and _is_marker(got):
                starts.append(_media_start(head, low, match.start()))
                break
            low += 1
        if starts:
            break
    source = re.search(r"(?:文章)?来源\s*[：:]", head[:90])
    if source:
        starts.append(source.start())
    return min(starts) if starts else None


def _is_marker(match: re.Match[str]) -> bool:
    groups = match.groupdict()
    if "role" in groups and groups["role"]:
        after = match.string[match.end() : match.end() + 8]
        if re.match(r"了解|获悉|从|在|看到|来到|走进|昨|今|近|日前|采访|发现|注意|跟随|一行", after):
            return False
        return bool(groups["media"]) or bool(re.match(rf"{_NAME}", after))
    return bool(groups.get("who")) or bool(groups.get("media") and groups.get("day"))


def _media_start(head: str, low: int, high: int) -> int:
    """A medium's name has no fixed left edge when a title runs into it: the best title end decides."""
    options = []
    for at in range(low, high + 1):
        got = DATELINE.match(head, at) or BYLINE.match(head, at)
        if got and got.end() > high and balanced(head[:at]):
            named = _NAMED_MEDIUM.match(head, at)
            if named:
                return at
            known = 4.0 if gazetteer().resolve(head[at : at + 2]) else 0.0
            space = 2.0 if at and head[at - 1] in " \u3000\xa0！？" else 0.0
            options.append((end_score(head[max(0, at - 3) : at]) + known + space, -at))
    return -max(options)[1] if options else low


_NAMED_MEDIUM = re.compile(r"本报|新华|人民[网日]|中新[网社]|红网|极目|齐鲁|央[视广]|光明|中国|扬子|澎湃|大众网|荆楚网|法治|深圳")


def _take_byline(editor: Editor, region: Span, found: Found) -> None:
    """Datelines and bylines at the very start of the body, as many as there are."""
    for _ in range(4):
        view = editor.view(region)
        start = len(view.text) - len(view.text.lstrip())
        head = view.text[start : start + 160]
        end = _byline_end(head, found)
        if not end:
            break
        editor.cut_text(view, start, start + end, "电头署名")
    view = editor.view(region)
    for match in _INNER_DATELINE.finditer(view.text[:400]):
        found.offer_source(_media_name(match["media"]))
        editor.cut_text(view, match.start("x"), match.end("x"), "电头署名")
        break


def _byline_end(head: str, found: Found) -> int | None:
    dateline = DATELINE.match(head)
    if dateline and (dateline["who"] or dateline["day"] or head[dateline.end() - 1] in " \u3000\xa0"):
        found.byline = found.byline or dateline[0]
        found.offer_source(_media_name(dateline["media"]))
        return dateline.end() + len(head[dateline.end() :]) - len(head[dateline.end() :].lstrip())
    byline = BYLINE.match(head)
    if byline and _is_marker(byline):
        found.byline = found.byline or head[: byline.end() + 12]
        found.offer_source(_media_name(byline["media"]))
        return _names_end(head, byline.end())
    given = re.match(r"(?:文章)?来源\s*[：:]\s*(?:(?P<s>[\u4e00-\u9fff]{2,8}?网[-－—·][\u4e00-\u9fff]{2,4}频道|[^\s。，]{2,16}(?=\s)|[\u4e00-\u9fff]{2,6}(?:日报|晚报|发布))|原创稿)\s*", head)
    if given:
        found.offer_source(given["s"])
        return given.end()
    wrote = re.match(rf"(?:文|图|文图|图文|作者|撰文|供稿)\s?[/／:：]\s?(?:{_MEDIA})?(?:记者)?\s?", head)
    if wrote:
        return _names_end(head, wrote.end())
    return None


def _media_name(media: str | None) -> str | None:
    return media.split("/")[0].strip() if media else None


def _names_end(head: str, at: int) -> int:
    """Behind the last of several names; the last one may run into the first word of the report."""
    while True:
        place = re.match(r"[ \u3000\xa0]*[\u4e00-\u9fff]{2,5}报道[ \u3000\xa0]*", head[at:])
        if place:
            return at + place.end()
        spaced = re.match(rf"[\u4e00-\u9fff]{_B}[\u4e00-\u9fff](?={_B}|[“\n]|$|[\u4e00-\u9fff])", head[at:])
        run = re.match(rf"{_NAME}(?=[ \t\u3000\xa0、，,)）\n]|{_ROLE}|$)", head[at:])
        if run:
            at += run.end()
        elif spaced:
            at += spaced.end()
        else:
            return name_end(head, at)
        gap = re.match(r"[ \t\u3000\xa0、，,]+", head[at:])
        role = re.match(rf"[ \t\u3000\xa0]*{_ROLE}[：:]?[ \t\u3000\xa0]*", head[at:])
        if role:
            at += role.end()
        elif gap and re.match(r"[\u4e00-\u9fff]", head[at + gap.end() :]):
            following = head[at + gap.end() :]
            if not re.match(rf"{_NAME}(?:[ \t\u3000\xa0、]|{_ROLE})|[\u4e00-\u9fff]{{2,3}}\d", following):
                tail_name = name_end(following, 0)
                if start_score(following[:4]) > start_score(following[tail_name : tail_name + 4]):
                    return at + gap.end()
            at += gap.end()
        else:
            return at + (gap.end() if gap else 0)


def _head_of_page(editor: Editor, region: Span, found: Found) -> None:
    """A page saved as one line whose blanks once were line breaks."""
    view = editor.view(region)
    block = _INDEX_BLOCK.search(view.text[:1200])
    if block:
        found.date = found.date or iso_date(re.sub(r"[\]】]", "：", block[0]))
        org = re.search(r"(?:发布机构|发文机[构关]|公开主体)[\]】]?\s*[：:]?\s*([^\s：:\[\]]{2,30})", block[0])
        found.offer_source(org[1] if org else None)
        editor.cut_text(view, block.start(), block.end(), "索引信息")
        view = editor.view(region)
    tokens = [(m.start(), m.end(), m[0]) for m in re.finditer(r"\S+", view.text[:1600])]
    at = _skip_site(tokens)
    if at is None:
        return
    last = _title_tokens(tokens, at)
    again = next((i for i in range(at + 1, last + 1) if tokens[i][2].startswith(tokens[at][2][:10])), at)
    at = again
    title = view.text[tokens[at][0] : tokens[last][1]]
    if not _is_title(title):
        _take_page_meta(editor, region, found)
        return
    found.title = title
    stop = tokens[last][1]
    squeezed = re.sub(r"\s", "", title)
    for _ in range(2):
        rest = view.text[stop:]
        loose = re.match(r"\s*" + r"\s*".join(map(re.escape, squeezed)) + r"(?=\s|$)", rest)
        if not loose:
            break
        stop += loose.end()
    editor.cut_text(view, 0, stop, "标题")
    _take_page_meta(editor, region, found)


_SITE = re.compile(r"^(?:首页|政策文件|最新文件|通知公告|政务公开|规范性文件|[\u4e00-\u9fff]{2,24}(?:人民政府|税务局|委员会|[厅局]|门户网站|政府网))$")


def _skip_site(tokens: list[tuple[int, int, str]]) -> int | None:
    at = 0
    while at < min(3, len(tokens) - 1) and _SITE.match(tokens[at][2]) and not tokens[at][2].endswith(("通知", "公告")):
        at += 1
    return at if at < len(tokens) else None


_COMPLETE = re.compile(r"(?:通知|公告|通告|意见|办法|措施|方案|决定|通报|公开信|指南|问答|规定|倡议书|提示|函|令第?\d*号?|解读|条例|政策|细则|报告|告知书|一封信)[）)》”]?$")


def _title_tokens(tokens: list[tuple[int, int, str]], at: int) -> int:
    """The last token of the title: headlines and official titles are often broken over two or three."""
    last = at
    while last + 1 < len(tokens) and last - at < 3:
        so_far = "".join(t for _, _, t in tokens[at : last + 1])
        following = tokens[last + 1][2]
        if _COMPLETE.search(so_far) and not so_far.startswith("关于转发"):
            break
        if not _continues_title(so_far, following, last - at):
            break
        last += 1
    return last


def _continues_title(so_far: str, following: str, taken: int) -> bool:
    if len(following) > 36 or len(so_far) + len(following) > 90 or re.search(r"[。；：:]", following):
        return False
    if _DOC_NUMBER.match(following) or iso_date(following) or NUMBERED.match(following) or following.startswith(("原标题", "来源", "■", "（", "(")):
        return False
    if re.match(r"近日|日前|为了?(?!.{0,30}(?:通知|意见))|记者|\d+月\d+日|\d+日|据|新华社|今年", following):
        return False
    official = re.search(r"关于|印发|转发", so_far) is not None
    if official:
        return not _COMPLETE.search(so_far) or _COMPLETE.search(following) is not None
    return taken == 0 and len(so_far) <= 26 and len(following) <= 26 and "，" not in following[:-8] and not following.endswith(("。", "，"))


def _is_title(title: str) -> bool:
    bare = re.sub(r"\s", "", title)
    if not 5 <= len(bare) <= 110 or "。" in bare:
        return False
    if bare.endswith(("：", ":", "，", ",")) or _ADDRESSEE.match(bare):
        return False
    return not _ORG_ONLY.match(bare)


_ORG_ONLY = re.compile(r"^[\u4e00-\u9fff]{2,12}(?:省|市|区|县)?(?:人民政府|税务局|卫生健康委员会)$")


def _take_page_meta(editor: Editor, region: Span, found: Found) -> None:
    """Document number, addressee, 「来源 时间 编辑」 between title and body."""
    for _ in range(6):
        view = editor.view(region)
        start = len(view.text) - len(view.text.lstrip())
        head = view.text[start : start + 420]
        token = re.match(r"\S+", head)
        meta = re.match(r"(?:来源\s*[：:]\s*(?P<s>\S{2,20})\s*)?(?:(?:发布)?(?:时间|日期)\s*[：:]\s*(?P<d>[\d年月日\-/.]{8,11})(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?\s*)?(?:\|?\s*编辑\s*[：:]\s*[\u4e00-\u9fff]{2,4}\s)?", head)
        if meta and meta.end() and (meta["s"] or meta["d"]):
            found.offer_source(meta["s"])
            found.explicit = found.explicit or bool(meta["s"])
            found.date = found.date or iso_date(meta["d"] or "")
            editor.cut_text(view, start, start + meta.end(), "来源日期")
        elif token and _DOC_NUMBER.match(token[0]):
            editor.cut_text(view, start, start + token.end(), "发文字号")
        elif (address := re.match(r"(?:各|有关)[^。；！？]{2,260}?[：:](?=\s)", head)) and not re.search(r"[一二三四五六七八九十]、", address[0]):
            editor.cut_text(view, start, start + address.end(), "主送机关")
        elif token and head.startswith("原标题"):
            line = re.match(r"原标题\s*[：:]\s*\S+\s", head)
            if not line:
                return
            editor.cut_text(view, start, start + line.end(), "原标题")
        elif token and _second_title(head, token[0]):
            editor.cut_text(view, start, start + token.end(), "标题")
        elif token and found.title and len(token[0]) > 8 and re.sub(r"\s", "", found.title).endswith(re.sub(r"\s", "", token[0])):
            editor.cut_text(view, start, start + token.end(), "标题")
        else:
            return


def _second_title(head: str, token: str) -> bool:
    """An official title printed again in front of the document number or the addressee."""
    if not (12 <= len(token) <= 90 and _COMPLETE.search(token) and not re.search(r"[，。；]", token)):
        return False
    following = head[len(token) :].split()
    return bool(following) and bool(_DOC_NUMBER.match(following[0]) or re.match(r"各|有关", following[0]))


_SPEAKER = re.compile(r"^[\u4e00-\u9fff]{0,12}(?:省长|市长|主席|县长|区长|州长|书记|主任)[\s\u3000\xa0]*[\u4e00-\u9fff·\s\u3000]{2,12}$")
_PHOTO = re.compile(r"(?:供图|摄|摄影)[）)]?\s*$")
_OCCASION = re.compile(r"^[—-]{1,3}\S|^[（(]?\d{4}年\d{1,2}月\d{1,2}日在.{4,40}上[)）]?(?:\s+\S{2,12}[长席]\s*\S{2,6})?$|.*(?:会议|大会)上[)）]?$")
_CAPTION = re.compile(r"^[^。]{4,60}。?\s*(?:[^。\s]{0,12}记者)\s?[\u4e00-\u9fff\s]{2,6}\s?摄$|^[^，。]{2,20}作政府工作报告。(?:\s?[^。]{0,12}摄)?$")


def _head_of_lines(editor: Editor, region: Span, found: Found, record: Record | None) -> None:
    """A text with line breaks: the short lines in front of the first paragraph."""
    view = editor.view(region)
    lines = hard_lines(view.text)
    if lines and found.title is None:
        half = printed_twice(lines[0].text)
        if half:
            found.title = half
            editor.cut_text(view, lines[0].span.start, lines[0].span.end, "标题")
            view = editor.view(region)
    known = record.get("title") if record else None
    if known and record is not None and len(record.fields) > 1:
        found.title = known
    lines = hard_lines(view.text)
    zone = 0
    while zone < min(len(lines), 40) and not _is_body(lines[zone].text):
        zone += 1
    if known:
        named = [i for i, line in enumerate(lines[:zone]) if re.sub(r"\s", "", line.text) == re.sub(r"\s", "", known)]
        for line in lines[: named[0]] if named else []:
            editor.cut_text(view, line.span.start, line.span.end, "网页页头")
    for at, line in enumerate(lines[:zone]):
        _head_line(editor, view_line=(view, line), found=found, first=at == 0, following=lines[at + 1 : at + 2])


def _is_body(text: str) -> bool:
    if re.match(r"^各位(?:代表|委员)", text) or NUMBERED.match(text):
        return True
    if _CAPTION.match(text) or (len(text) <= 120 and _PHOTO.search(text)) or _OCCASION.match(text) or re.match(r"(?:发布)?(?:日期|时间)|来源", text):
        return False
    return len(text) >= 40 and re.search(r"[，。,；]", text) is not None or text[-1:] in "。！？" and len(text) > 14


def _head_line(editor: Editor, view_line: tuple, found: Found, first: bool, following: list[Line]) -> None:
    view, line = view_line
    text = line.text
    squeezed = re.sub(r"\s", "", text)
    rule = None
    source = SOURCE.search(text) or re.match(r"^(?:来源|文章来源)\s*[：:]\s*$", text)
    if _OCCASION.match(text) and not first:
        rule = "副标题"
    elif source or (iso_date(text) and len(squeezed) < 60 and not re.search(r"会议|报告", squeezed)) or _DATE_LABEL.search(text):
        found.date = found.date or iso_date(text)
        if source and source.groupdict().get("name"):
            found.offer_source(source["name"])
        elif source and following:
            found.offer_source(following[0].text)
            editor.cut_text(view, following[0].span.start, following[0].span.end, "来源日期")
        rule = "来源日期"
    elif found.title and (re.sub(r"\s", "", found.title) == squeezed or (len(squeezed) >= 6 and found.title.endswith(squeezed))):
        rule = "标题"
    elif re.match(r"^(?:本报)?(?:记者|通讯员)(?:[ \u3000\xa0]|$|[：:])", text) or re.match(r"^本报记者", text):
        found.byline = text
        rule = "电头署名"
    elif re.match(r"^(?:发布日期|发布时间|来源|作者|发布者|编辑)\s*[：:]", text) and len(text) <= 60:
        rule = "来源日期"
    elif re.match(r"^[■●◆]", text) or (found.title is None and text.startswith("中共") and squeezed.endswith(("委", "组织部", "委员会"))):
        if text[0] in "■●◆":
            found.offer_source(text)
        found.byline = text
        rule = "署名单位"
    elif _SPEAKER.match(text):
        rule = "报告人"
    elif _CAPTION.match(text) or (len(text) <= 120 and _PHOTO.search(text)):
        rule = "图片说明"
    elif re.match(r"^(?:发表时间|阅读量|浏览次数|点击数?|字体)\s*[：:]?\s*\d*$|^[【】|>×]$|^[大中小]$", text):
        rule = "网页按钮"
    elif found.title is None and _is_title(text) and len(squeezed) <= 70 and not NUMBERED.match(text):
        found.title, tail = _without_site_tail(text)
        rule = "标题"
    elif found.title and len(squeezed) <= 24 and following and re.search(r"人民代表大会|政府工作报告", found.title + text) and not first:
        rule = "副标题"
    if rule:
        editor.cut_text(view, line.span.start, line.span.end, rule)


def _without_site_tail(title: str) -> tuple[str, str]:
    """A page title often ends with the site's or the column's name: 「TITLE-当前热点」, 「TITLE_某网」."""
    match = re.match(r"^(?P<t>.{8,}?)\s?[-_—|｜]\s?(?P<tail>[\u4e00-\u9fff]{2,10})$", title)
    return (match["t"], match["tail"]) if match else (title, "")


_INNER_DATELINE = re.compile(
    rf"(?<=[\s。！？”])(?P<x>(?P<media>{_MEDIA}){_B}?(?:[\u4e00-\u9fff]{{2,4}})?(?:\d{{1,2}}月\d{{1,2}}日)?(?:讯|电){_B}?"
    rf"[（(](?:[^（）()]{{0,8}}(?:记者|通讯员))[^（）()]{{2,40}}[)）])"
)
_DATE_ALONE = re.compile(rf"[。；](?:{_B}|\n)+(?P<when>20\d{{2}}{_B}?年{_B}?\d{{1,2}}{_B}?月{_B}?\d{{1,2}}{_B}?日)\s*$")
_ORG_ALONE = re.compile(rf"[。；](?:{_B}|\n)+(?P<who>[\u4e00-\u9fff]{{4,30}}(?:政府|委员会|办公[厅室]|[局厅]|指挥部))\s*$")
_QUOTED_MEDIUM = re.compile(r"(?P<m>[\u4e00-\u9fff]{2,10}?(?:报|新闻|客户端|网|台))记者(?=从|了解|昨|今|近|日前|\d|获悉|在|来到|走进)")
_SIGNED_INSIDE = re.compile(
    rf"(?<=[。\s])(?P<who>[\u4e00-\u9fff]{{4,30}}(?:政府|委员会|办公[厅室]|[局厅委院]|指挥部)){_B}+(?P<when>20\d{{2}}年\d{{1,2}}月\d{{1,2}}日)(?={_B}|[（(]|$)"
)


def _behind_sentence(text: str, at: int) -> bool:
    return text[:at].rstrip()[-1:] in "。！；"


def take_tail(editor: Editor, region: Span, cut: list[str], found: Found) -> None:
    """Sources and dates in what cleaning cut behind the last sentence; a signature that is still there."""
    joined = "\n".join(cut)
    named = next((m for m in SOURCE.finditer(joined) if "注明" not in joined[max(0, m.start() - 6) : m.start()]), None)
    if named and not found.explicit:
        found.source = _source_name(named["name"]) or found.source
    paper = re.search(r"《\s?(?P<n>[\u4e00-\u9fff\s]{2,12})\s?》\s*[（(]\s*(?P<d>\d{4}年\d{1,2}月\d{1,2}日)", joined)
    if paper:
        found.offer_source(paper["n"])
        found.date = found.date or iso_date(paper["d"])
    for text in cut:
        byline = re.search(rf"(?P<m>{_MEDIA}|[\u4e00-\u9fff]{{2,10}}(?:报|网|新闻|客户端|壹点|中心))[/、]?[^，。]{{0,12}}?记者", text)
        bracket = re.match(r"\s*[（(](?P<n>[^（）()\s]{2,12}(?:报|网|社|新闻|客户端|台|发布|中心))[)）]", text)
        found.offer_source(bracket["n"] if bracket else (byline["m"] if byline else None))
    app = re.search(r"“(?P<n>[\u4e00-\u9fff]{2,8})”\s?(?:APP|客户端)", joined)
    found.offer_source(app["n"] if app else None)
    view = editor.view(region)
    inside = _SIGNED_INSIDE.search(view.text)
    if inside:
        found.date = found.date or iso_date(inside["when"])
        found.offer_source(inside["who"])
    dated = _DATE_ALONE.search(view.text)
    signed = None if dated else SIGNATURE.search(view.text[-420:])
    if dated:
        found.date = found.date or iso_date(dated["when"])
        editor.cut_text(view, dated.start("when"), len(view.text), "落款")
    alone = None if dated or signed else _ORG_ALONE.search(view.text)
    if alone:
        found.offer_source(alone["who"])
        editor.cut_text(view, alone.start("who"), len(view.text), "落款")
    if signed and (_ORG.search(signed["who"].split()[-1]) or _behind_sentence(view.text[-420:], signed.start())):
        shift = max(0, len(view.text) - 420)
        found.date = found.date or iso_date(signed["when"])
        found.offer_source(signed["who"].split()[0])
        editor.cut_text(view, shift + signed.start(), len(view.text), "落款")
    written = _QUOTED_MEDIUM.search(view.text[:200])
    found.offer_source(written["m"] if written else None)
