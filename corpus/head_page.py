"""The head of a page saved as one line: site name, index block, title, document number, addressee."""

from __future__ import annotations

import re
from itertools import pairwise

from corpus.boundary import balanced
from corpus.editor import Editor
from corpus.lines import NUMBERED
from corpus.metadata import ORGANISATION, Found, iso_date, loosely, squeezed
from corpus.titles import (
    COMPLETE,
    DOC_NUMBER,
    continues_title,
    goes_on_in_step,
    is_title,
    leaves_open,
    only_offices,
)
from corpus.types import Span

_B = r"[ \t\u3000\xa0\u2002\u2003]"
_KEY = (
    r"(?:索{b}*引{b}*号|信息分类|主题分类|分{b}*类|附加码|发布机构|发文机[构关]|公开主体|发文日期|发布日期|成文日期|"
    r"生成日期|公开日期|名{b}*称|标{b}*题|文{b}*号|发文字号|有{b}*效{b}*性|时{b}*效|主题词|公开方式|实施日期|"
    r"废止日期|关{b}*键{b}*词|发文单位|发布文号|发文文号|发布部门|效力级别)"
).replace("{b}", _B)
_INDEX_BLOCK = re.compile(
    rf"(?:[\[【]{_KEY}[\]】]{_B}*[^\s\[【]*\s*){{2,}}|(?:{_KEY}\s*[：:]{_B}*(?:(?!{_KEY})[^\s：:])*\s*){{2,}}"
)
_ISSUER = re.compile(r"(?:发布机构|发文机[构关]|公开主体)[\]】]?\s*[：:]?\s*([^\s：:\[\]]{2,30})")
_SITE = re.compile(
    r"^(?:首页|政策文件|最新文件|通知公告|政务公开|规范性文件|政策解读|部门解读"
    r"|[\u4e00-\u9fff]{2,24}(?:人民政府|税务局|委员会|[厅局]|门户网站|政府网))$"
)
_LETTERHEAD = re.compile(
    rf"(?P<who>[\u4e00-\u9fff]{{4,24}})文件{_B}+[\u4e00-\u9fff]{{2,10}}[〔﹝\[（(]20\d\d[〕﹞\]）)]{_B}?第?\d{{1,5}}号"
)
_FRONT = 600  # characters in which a letterhead stands, also below a summary
_META = re.compile(
    r"(?:作者\s*[：:]\s*[\u4e00-\u9fff]{2,4}\s+)?"
    r"(?:(?P<t>20\d{2}[年-]\d{1,2}[月-]\d{1,2}日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?)\s*(?=来源))?"
    r"(?:来源\s*[：:]\s*(?P<s>\S{2,20})\s*)?"
    r"(?:(?:发布)?(?:时间|日期)\s*[：:]\s*(?P<d>[\d年月日\-/.]{8,11})(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?\s*)?"
    r"(?:\|?\s*编辑\s*[：:]\s*[\u4e00-\u9fff]{2,4}\s)?"
)
_ADDRESS = re.compile(  # 各县（市、区）局：; 某某总局各省…税务局：; 甲、乙、丙省商务主管部门：
    r"(?:全文有效\s+)?(?:(?:[\u4e00-\u9fff]{2,10}[局委部厅院行])?(?:各|有关)[^。；！？]{2,260}?"
    r"|(?:[\u4e00-\u9fff]{2,4}、){2,30}[\u4e00-\u9fff]{2,5}(?:省|市)?[\u4e00-\u9fff、（）]{2,30}?(?:主管部门|[局厅委]))[：:](?=\s)"
)
_OFFICES = re.compile(  # an addressee that does not begin with 各
    r"(?!为|根据|按|经|现)(?:[^。；！？：:，、]{2,40}(?:[局厅委办部室队院校行会]|政府|单位|中心|公司|机构|集团|部门|组织|省|市|区|县)(?:（[^（）]{2,12}）)?[，、]\s?){1,20}"
    r"[^。；！？：:，、]{2,40}(?:[局厅委办部室队院校行会]|政府|单位|中心|公司|机构|集团|部门|组织|职工)[：:](?=\s)"
)
_NUMBER = re.compile(
    r"(?:[\u4e00-\u9fff]{2,12}\s){0,3}[\u4e00-\u9fff]{2,12}公告\s?20\d{2}年第\d{1,4}号(?=\s)"
    r"|[\u4e00-\u9fff]{2,16}文件\s+[\u4e00-\u9fff]{2,16}[〔﹝\[（(]\d{4}[〕﹞\]）)]\s?第?\d{1,5}号(?=\s)"
    r"|[—-]{6,}(?=\s)|[（(]20\d{2}年\d{1,2}月\d{1,2}日(?:更新|发布)?[)）]"
)
# the official title, in one piece or several, where a page has a headline above it
_OFFICIAL = re.compile(
    r"(?:[^\s。，；：！？《》]{2,24}\s+){0,4}[^\s。，；：！？《》]{0,40}(?:关于|印发|转发)[^。，；：！？]{4,130}?"
    r"(?:通知|公告|通告|意见|办法|措施|方案|决定|通报|公开信|指南|规定)[）)》”]?(?=\s)"
)
_ORIGINAL = re.compile(r"原标题\s*[：:]\s*\S+\s")

Token = tuple[int, int, str]  # start, end, text


def head_of_page(editor: Editor, region: Span, found: Found) -> None:
    """Cut the head of a page saved as one line; keep title, source and date."""
    _take_index_block(editor, region, found)
    view = editor.view(region)
    tokens = [(m.start(), m.end(), m[0]) for m in re.finditer(r"\S+", view.text[:1600])]
    if not tokens:
        return
    letterhead = _LETTERHEAD.search(view.text, 0, _FRONT)
    found.offer_source(letterhead["who"] if letterhead else None)
    first = _skip_site(view.text, tokens)
    found.site = next((t for _, _, t in tokens[:first] if ORGANISATION.search(t)), None)
    if len(tokens) > first + 2 and tokens[first][2] == tokens[first + 1][2]:
        first += 1  # the issuer printed above the title and again as its beginning
    last = _title_end(tokens, first)
    again = (i for i in range(first + 1, last + 1) if tokens[i][2].startswith(tokens[first][2][:10]))
    first = next(again, first)
    said = last - _said_again(tokens, first, last)
    title = view.text[tokens[first][0] : tokens[said][1]]
    if is_title(title):
        found.title = None if only_offices(title) else title
        editor.cut_text(view, 0, _behind_repeats(view.text, title, tokens[last][1]), "标题")
    elif _SITE.match(tokens[0][2]) and first:
        editor.cut_text(view, 0, tokens[first - 1][1], "网页页头")
    _take_meta(editor, region, found)
    _cut_pieces(editor, region, found.title)


def _take_index_block(editor: Editor, region: Span, found: Found) -> None:
    view = editor.view(region)
    block = _INDEX_BLOCK.search(view.text[:1200])
    if block:
        found.date = found.date or iso_date(block[0])
        issuer = _ISSUER.search(block[0])
        found.offer_source(issuer[1] if issuer else None)
        editor.cut_text(view, block.start(), block.end(), "索引信息")


def _skip_site(text: str, tokens: list[Token]) -> int:
    """The first token that is not the name of a site or a column; offices that issue together are none."""
    at = 0
    while at < min(3, len(tokens) - 1) and _SITE.match(tokens[at][2]):
        at += 1
    names = [name for _, _, name in tokens[: at + 1]]
    if not all(map(_ISSUES.match, names)) or len(set(names)) < len(names):
        return at
    alike = at > 1 and len({name[:2] for name in names[:at]}) == 1
    return 0 if alike or (at and _on_one_line(text, tokens[: at + 1])) else at


def _on_one_line(text: str, tokens: list[Token]) -> bool:
    """Whether the first names stand in front of the title: apart by a wide blank, or there again with it."""
    start, end = tokens[0][0], tokens[-1][1]
    wide = all(text[one[1] : two[0]] == "\u3000" for one, two in pairwise(tokens))
    return wide or text.startswith(text[start:end], end + 1)


# 某市财政局 某市发展和改革委员会 某市审计局关于…
_ISSUES = re.compile(r"[\u4e00-\u9fff]{3,24}(?:[局厅部委会行处办]$|公司$|政府$|关于)")


_AGAIN = 6  # last characters that a headline printed twice shares


def _said_again(tokens: list[Token], first: int, last: int) -> bool:
    """Whether the last token says again what the one before says: the site's headline, then the article's."""
    ends = tokens[last][2][-_AGAIN:]
    return last > first and len(ends) == _AGAIN and tokens[last - 1][2].endswith(ends)


_MOST_TOKENS = 9  # a notice that seven offices issue names each of them


# a title in pieces, the first of which ends with what it is about: 关于…某某政策 降低某某成本的通知
_ABOUT_POLICY = re.compile(r"关于[^《》]*(?:政策|措施|方案|规定|细则)$")
_NOTICE = re.compile(r"[^\s，。；：]{2,36}的(?:通知|公告|通告|意见|函|决定|公开信)")


def _title_end(tokens: list[Token], at: int) -> int:
    """The last token of the title: headlines and official titles are often broken over two or three."""
    last = at
    while last + 1 < len(tokens) and last - at < _MOST_TOKENS:
        so_far = "".join(text for _, _, text in tokens[at : last + 1])
        if (
            COMPLETE.search(so_far)
            and not so_far.startswith("关于转发")
            and not leaves_open(so_far)
            and not (_ABOUT_POLICY.search(so_far) and _NOTICE.fullmatch(tokens[last + 1][2]))
        ):
            break
        pieces, following = [text for _, _, text in tokens[at : last + 1]], tokens[last + 1][2]
        if not (goes_on_in_step(pieces, following) or continues_title(so_far, following, last - at)):
            break
        last += 1
    return last


_AFTER_REPEAT = r"(?:(?<=[？！])|(?=\s|$|[\u4e00-\u9fff]{2,10}公告))"


def _behind_repeats(text: str, title: str, stop: int) -> int:
    """Behind up to two more copies of the title, which the office's name may stand in front of."""
    pattern = re.compile(r"\s*" + loosely(title) + r"(?=\s|$)")
    behind_office = re.compile(
        r"\s*(?:[^\s。；，！？《]{2,30}\s+){0,4}[^\s。；，！？《]{0,30}?" + loosely(title) + _AFTER_REPEAT
    )
    for _ in range(2):
        match = pattern.match(text, stop) or (len(title) >= 16 and behind_office.match(text, stop))
        if not match:
            break
        stop = match.end()
    return stop


def _take_meta(editor: Editor, region: Span, found: Found) -> None:
    """Document number, addressee, 「来源 时间 编辑」 between title and body, in any order."""
    for _ in range(6):
        view = editor.view(region)
        start = len(view.text) - len(view.text.lstrip())
        cut = _next_meta(view.text[start : start + 420], found)
        if cut is None:
            return
        editor.cut_text(view, start, start + cut[0], cut[1])


def _next_meta(head: str, found: Found) -> tuple[int, str] | None:
    """(length, rule) of what `head` begins with and is not yet the body."""
    meta = _META.match(head)
    if meta and (meta["s"] or meta["d"]):
        found.offer_source(meta["s"])
        found.explicit = found.explicit or bool(meta["s"])
        found.offer_date(meta["t"] or meta["d"])
        return meta.end(), "来源日期"
    address = _ADDRESS.match(head) or _OFFICES.match(head)
    if address and not re.search(r"[一二三四五六七八九十]、", address[0]):
        return address.end(), "主送机关"
    number = _NUMBER.match(head)
    if number:
        found.offer_date(number[0])
        return number.end(), "发文字号"
    original = _ORIGINAL.match(head)
    if original:
        return original.end(), "原标题"
    official = _OFFICIAL.match(head)
    if official and "《" not in head[official.end() - 1 : official.end()]:
        return official.end(), "标题"
    token = re.match(r"\S+", head)
    if token is None:
        return None
    if DOC_NUMBER.match(token[0]):
        return token.end(), "发文字号"
    return (token.end(), "标题") if _second_title(head, token[0], found) else None


def _second_title(head: str, token: str, found: Found) -> bool:
    """The title's end, or an official title printed again in front of its number or its addressee."""
    if found.title and len(token) > 8 and squeezed(found.title).endswith(token):
        return True
    if not (12 <= len(token) <= 90 and COMPLETE.search(token) and not re.search(r"[，。；]", token)):
        return False
    following = head[len(token) :].split()
    return bool(following) and bool(DOC_NUMBER.match(following[0]) or re.match(r"各|有关", following[0]))


_PIECE = re.compile(r"[^\s。，；：，!！?？]{4,40}[！!？?]?")
_DATELINE = re.compile(r"[\u4e00-\u9fff]{2,8}(?:\d{1,2}月\d{1,2}日)?(?:讯|电|消息)(?:[（(]|$)")
# a line of clauses without an end in front of a report: 让数据多跑路，让群众少跑腿 记者昨天…
_CLAUSES = re.compile(
    r"\s*(?!近日|日前|为|随着|据|今|昨|\d)[^\s。；：:！？，…]{4,30}(?:，\s?[^\s。；：:！？，…]{4,30}){1,2}\s+(?=记者|近日|日前|根据|为|在|由|据|[今昨]|\d)"
)
_MOST_PIECES = 6  # more are a list


def _cut_pieces(editor: Editor, region: Span, title: str | None) -> None:
    """Lines of a headline between title and report; the last one stays where it may be the first heading."""
    view = editor.view(region)
    pieces: list[Token] = []
    for match in re.finditer(r"\S+", view.text[:400]):
        dateline = _DATELINE.match(match[0]) is not None
        if dateline or not _PIECE.fullmatch(match[0]) or NUMBERED.match(match[0]) or match[0][0] in "【《":
            break
        pieces.append((match.start(), match.end(), match[0]))
    else:
        return
    clauses = _CLAUSES.match(view.text) if not pieces else None
    if clauses and balanced(clauses[0]):
        editor.cut_text(view, 0, clauses.end(), "副标题")
        return
    cut = pieces if dateline or (pieces and _is_subtitle(view.text, pieces[-1], title)) else pieces[:-1]
    if cut and len(pieces) <= _MOST_PIECES:
        editor.cut_text(view, 0, cut[-1][1], "副标题")


_PART = 12  # characters of one of the parts of a headline that are as long as one another
_SHARED = 6  # characters of the title that a line of its own says again
# what may be a heading, further on; who signs
_HEADS = re.compile(r"(?<=[。！？”] )\s*[^\s，。；：！？]{4,30}[？！]?(?= )")
_SIGNS = re.compile("记者|通讯员|[讯电]|[？！?!]$")


def _is_subtitle(text: str, piece: Token, title: str | None) -> bool:
    """Whether the line in front of a report goes with its title: says that again, or no heading follows."""
    said = squeezed(title or "")
    parallel = re.search(rf"(?:^|\s)\S{{{len(piece[2])}}}\s*$", f"{title or ''} {text[: piece[0]]}")
    if parallel and len(piece[2]) <= _PART:
        return True
    again = range(min(3, len(piece[2]) - _SHARED + 1))  # 我省推行代办 below 某省推行代办
    if any(piece[2][at:] in said for at in again):
        return True
    return not _SIGNS.search(piece[2]) and _HEADS.search(text, piece[1]) is None
