"""Headings without a number: lines of newspapers and guides, short sentences that name a measure."""

from __future__ import annotations

import re

from corpus.boundary import balanced
from corpus.headings import LEAD_LEVEL, UNNUMBERED, Heading
from corpus.lines import NUMBERED, Line
from corpus.parts import without_number
from corpus.types import Span

_LEAD = re.compile(
    r"^(?P<t>[“《]?[^，。；：！？\s,;:]{4,18}(?:[，,][^，。；：！？\s,;:]{4,16})?|(?!连日来|据|第|[^，]{2}[中时后前天日]，)[^，。；：！？\s,;:]{3}，[^，。；：！？\s,;:]{4,16})"
    r"。(?=.{24,})",
    re.DOTALL,
)
_NOT_HEADING = re.compile(r"^各位|^[·•\-—*>]|摄$|记者|通讯员|^\d+$|[，、,]$|https?:")
# a label with its value, a law that is cited, an office that signs
_NO_HEADING_EITHER = re.compile(
    r"^(?:责任单位|牵头单位|配合单位|单位名称|站点名称|地址|电话|联系人|联系电话|联系方式|联系科室|邮箱|传真|网址|开户行|户名|账号"
    r"|资料来源|数据来源|来源|时间|地点)\s*[：:]"
    r"|^《[^《》]{2,40}》(?:第[一二三四五六七八九十百]+[条款章])+[\s、，]*$"
    r"|^[\u4e00-\u9fff、 ]{2,30}"
    r"(?:人民政府|办公[厅室]|委员会|指挥部|领导小组|(?<![格布结全当时])[局厅司委])(?:[（(][^（）()]{2,8}[)）])?"
    r"(?:\s*20\d\d年\d{1,2}月\d{1,2}日.{0,12})?$"
)
# who somebody is
_OFFICE_HELD = re.compile(
    r"[\u4e00-\u9fff（）、 ]{2,30}(?:[省市县区州镇乡行局厅处科部院校所会]长|支队长|主任|主席|秘书长"
    r"|经理|董事长|总裁|巡视员|调研员)(?:[ \u3000][\u4e00-\u9fff]{2,3})?"
)
DASHED = re.compile(r"[—－-]{1,2}[^。！？；：“\d]{4,38}。")  # ——汇聚全民合力。
LABEL = re.compile(r"【[^【】，。：]{2,10}】")
_ANNEX = re.compile(r"(?:名词|术语)(?:解释|注释|说明)|附录")
_FORM = re.compile(r"(?:电话|邮箱|网址|传真|联系人)[：:]")  # lines of contacts, not of text
_SPEECH = re.compile(r"^“[^”]*$|^“[^”]*”$|(?:说|(?<![通渠街河隧跑赛频轨绿步大公管铁航])道)$")
# what a picture shows, what to click, a salutation, thanks, the head of a table
_BESIDE_TEXT = re.compile(
    r"图(?:为|说[：:])|[△▲]|\S{0,20}(?:截图|二维码|花絮)(?=$|[ ）)])|(?:点击|扫描|扫码|详细|详情)"
    r"|尊敬的|感谢|\S{1,6}朋友们?[，,：:]|序号\s"
    r"|.*(?:[（(][左右前后中][一二三四五六七八九]?[）)]|(?:>>|》》|↓|公众号|截图[）)]?|[还才便也就都可不只]能)$)"
    r"|\S{4,24}(?:局长|主任|书记|部长|处长|科长|院长)[\u4e00-\u9fff]{2,3}(?:介绍|讲解|出席|回答|发布|通报)"
)
_SPEAKER = re.compile(r"[\u4e00-\u9fff·]{2,4}[：:].*[。！？]")  # who speaks stands behind what he is
_TELEPHONE = re.compile(r"(?:\d{3,4}\s?[-—]\s?)?\d{7,8}\b|1\d{10}\b")
_LISTED = re.compile(r"(?P<what>[^：:，。\s]{2,8})[：:](?=\S{2,60}$)")


def plain(line: Line, following: Line | None, at: int) -> Heading | None:
    """A line without a number that heads what follows; `at` is its place among the lines."""
    text = line.text
    if following is None or not 4 <= len(text) <= 42 or _NOT_HEADING.search(text) or _SPEECH.search(text):
        return None
    if text[-1] in "。；：:;，" or "。" in text or (text[-1] in "”）)" and len(text) > 34):
        return None
    if len(re.findall(r"[\u4e00-\u9fff]", text)) * 2 < len(text) or (
        len(following.text) < 30 and _FORM.search(following.text)
    ):
        return None
    short = len(following.text) < 12 and not NUMBERED.match(following.text) and not LABEL.fullmatch(text)
    if short or _pauses(text) > 2:
        return None
    if (at == 0 and len(text) < 6) or _NO_HEADING_EITHER.match(text) or _OFFICE_HELD.fullmatch(text):
        return None
    if _BESIDE_TEXT.match(text) or not balanced(text) or _one_of_a_list(text, following.text):
        return None
    if at and text.endswith("……"):
        return None
    level = 1 if _ANNEX.fullmatch(text) else UNNUMBERED
    return Heading(line.span, without_number(text), level)


def _pauses(text: str) -> int:
    """Commas of a line; an enumeration beside one counts once: 优化服务，营造安全、方便、快捷的环境."""
    commas, listed = len(re.findall("[，,]", text)), text.count("、")
    return commas + (min(listed, 1) if commas else listed)


def _one_of_a_list(text: str, following: str) -> bool:
    """Whether a line is an entry of a list (某区：某超市), or who speaks in the next (某社区居民|王某：…)"""
    if (_SPEAKER.match(following) and text[-1] not in "？?") or _TELEPHONE.match(following):
        return True
    return _LISTED.match(text) is not None and _LISTED.match(following) is not None


_ANNEX_LABEL = re.compile(r"附件\s?(?:\d{1,2}|[一二三四五六七八九十])?")
_ANNEX_TITLE = re.compile(r"(?!\d{1,2}\s?[.．、])[^。；：，！？]{4,40}")


def annex_title(line: Line, following: Line) -> Heading | None:
    """The label of an annex on a line of its own with the title on the next: 附件1 | 年度民生实事.

    It stands outside the chapters of the document that it belongs to.
    """
    if not (_ANNEX_LABEL.fullmatch(line.text) and _ANNEX_TITLE.fullmatch(following.text)):
        return None
    return Heading(Span(line.span.start, following.span.end), f"{line.text} {following.text}", 1)


def lead_alone(line: Line, following: Line) -> Heading | None:
    """A lead phrase on a line of its own, with its full stop: 「大力提振消费。」."""
    text = line.text
    if not 6 <= len(text) <= 40 or len(following.text) < 60 or text[-1] != "。":
        return None
    if DASHED.fullmatch(text):
        return Heading(line.span, text[:-1], LEAD_LEVEL)
    if _NOT_HEADING.search(text) or re.search(r"[。！？；：“]|以下|如下|\d{2}", text[:-1]):
        return None
    return Heading(line.span, text[:-1], LEAD_LEVEL)


def lead(line: Line) -> Heading | None:
    """The short sentence that a paragraph begins with and that names its measure."""
    match = _LEAD.match(line.text)
    if (
        not match
        or len(line.text) < 50
        or not balanced(match["t"])
        or re.search(r"\d{2,}|[了着过吧吗呢]$|说$", match["t"])
    ):
        return None
    end = line.span.start + match.end()
    return Heading(Span(line.span.start, end), match["t"], LEAD_LEVEL)
