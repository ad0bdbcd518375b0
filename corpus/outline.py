"""The headings of a report: numbered ones, unnumbered ones, and lead phrases that name a measure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from types import MappingProxyType

from corpus.lines import NUMBERED, Line, hard_lines, lines_of
from corpus.types import Section, Span

LEAD_LEVEL = 9
_LEVELS = {"a": 1, "b": 3, "c": 4, "d": 5}
_NUMBERED_LEVELS = frozenset(_LEVELS.values())
UNNUMBERED = 2
_RUN_IN = re.compile(r"^[^。！？；\n]{2,42}[。！？：:]")
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
# a document that is cited, with its number; who somebody is
_CITATION = re.compile(
    r"(?P<n>\d{1,2}\s?[.．、]|[（(]\s?\d{1,2}\s?[)）]|[①②③④⑤⑥⑦⑧⑨⑩])?\s?"
    r"(?:《[^《》]{4,90}》(?(n)(?:[（(][^（）()]{2,40}[)）])?|[（(][^（）()]{2,36}号[^（）()]{0,4}[)）])[、；;。]?\s?(?:及解读|规定)?"
    r"|[\u4e00-\u9fff 、]{2,24}公告[（(]?20\d\d年第\d{1,3}号[)）]?)"
)
_OFFICE_HELD = re.compile(
    r"[\u4e00-\u9fff（）、 ]{2,30}(?:[省市县区州镇乡行局厅处科部院校所会]长|支队长|主任|主席|秘书长"
    r"|经理|董事长|总裁|巡视员|调研员)"
)
_LABEL = re.compile(r"【[^【】，。：]{2,10}】")
_CHAPTER, _ARTICLE = (re.compile(rf"第[一二三四五六七八九十百]+{kind}") for kind in ("[章节]", "条"))
_ANNEX = re.compile(r"(?:名词|术语)(?:解释|注释|说明)|附录")
_CITED_LAW = re.compile(
    r"^第[一二三四五六七八九十百]+条(?:第[一二三四五六七八九十]+款)?(?:之[一二三])?(?:的?规定|[、，和及])"
)
TURN = re.compile(r"^各位(?:代表|委员)[！!，,：:]", re.MULTILINE)
_FORM = re.compile(r"(?:电话|邮箱|网址|传真|联系人)[：:]")  # lines of contacts, not of text
_SPEECH = re.compile(r"^“[^”]*$|^“[^”]*”$|(?:说|(?<![通渠街河隧跑赛频轨绿步大公管铁航])道)$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading found in a text, with its outline level (1 is the outermost)."""

    span: Span
    text: str
    level: int


def headings(text: str, marked: Mapping[str, int]) -> list[Heading]:
    """All headings in order. `marked` are those that the file's format itself marks, with their levels."""
    return _outline(text, marked)[0]


def _outline(text: str, marked: Mapping[str, int]) -> tuple[list[Heading], list[_Item]]:
    """The headings, and the numbered lines that are none."""
    lines = lines_of(text)
    hard = {line.span for line in hard_lines(text)} if "\n" in text else set()
    found: list[Heading] = []
    listed: list[_Item] = []
    labels, chapters = _Labels(), False
    items: str | None = None  # the kind of number of the enumeration that the line before belongs to
    for at, line in enumerate(lines):
        following = lines[at + 1] if at + 1 < len(lines) else None
        level = marked.get(line.text)
        known = Heading(line.span, line.text, level) if level is not None else None
        items = _item_kind(line, following, items)
        heading = known or (None if items else _numbered(line)) or _plain(line, following, at) or _lead(line)
        if heading is None and following is not None and (alone := _lead_alone(line, following)):
            heading = alone if {line.span, following.span} <= hard else None
        if heading is not None and heading.level in _LEVELS.values() and _quoted(text, line.span.start):
            heading = None
        if heading is not None and known is None:
            heading = labels.seen(heading) if not _CITATION.fullmatch(line.text) else None
        if heading is not None and heading.level == 1 and chapters and _ARTICLE.match(heading.text):
            heading = Heading(heading.span, heading.text, UNNUMBERED)
        if heading is not None:
            chapters = chapters or _CHAPTER.match(heading.text) is not None
            found.append(_with_label(text, heading, lines[at - 1]) if at else heading)
        elif item := _numbering(line.text):
            listed.append(_Item(line.span.start, *item))
    return found, listed


@dataclass(frozen=True, slots=True)
class _Item:
    """A numbered line that is no heading: where it begins, the kind of its number, the number."""

    at: int
    kind: str
    number: int


_FIRST_HALF = re.compile(r"(?!附件|来源|备注|说明)[\u4e00-\u9fff]{2,12}(?<![人话箱址式下间点住答问注])[：:]")


def _with_label(text: str, heading: Heading, before: Line) -> Heading:
    """A heading with its first half, which stands on the line before: 「税收扶持：」「多措并举助企」."""
    near = heading.span.start - before.span.end == 1
    if heading.level != UNNUMBERED or not near or not _FIRST_HALF.fullmatch(before.text):
        return heading
    span = Span(before.span.start, heading.span.end)
    return Heading(span, text[span.start : span.end], UNNUMBERED)


_FIGURES = frozenset("一二三四五六七八九十0123456789（(")


def _numbering(text: str) -> tuple[str, int] | None:
    """The kind and the value of the number that a line begins with, for those that run on."""
    match = NUMBERED.match(text) if text[0] in _FIGURES else None
    if match is None or match.lastgroup not in ("a", "b", "c"):
        return None
    if digits := re.search(r"\d+", match[0]):
        return match.lastgroup, int(digits[0])
    value = 0
    for figure in re.findall("[一二三四五六七八九十]", match[0]):
        value = max(value, 1) * 10 if figure == "十" else value + "一二三四五六七八九".index(figure) + 1
    return match.lastgroup, value


class _Labels:
    """Labels of a guide (【享受主体】 … 【政策依据】) stand below the numbered entry that they describe."""

    def __init__(self) -> None:
        self.entry: Heading | None = None  # the numbered heading above the first label
        self.inside = False  # whether a label has been seen below it

    def seen(self, heading: Heading) -> Heading | None:
        """The heading with its level; None for a numbered line below a label: an item of its list."""
        if heading.text[0] == "【" and _LABEL.fullmatch(heading.text):
            self.inside = True
            above = self.entry.level if self.entry else 1
            return Heading(heading.span, heading.text, above + 1)
        number = _numbering(heading.text)
        if number is None or heading.level not in (1, 3, 4):
            return None if self.inside and heading.level == _LEVELS["d"] else heading
        if self.inside and self.entry is not None and number[0] == "c" and not self._next(number):
            return None
        self.entry, self.inside = heading, False
        return heading

    def _next(self, number: tuple[str, int]) -> bool:
        """Whether a number goes on with those of the entries; one or two of them may have been missed."""
        kind, value = (self.entry and _numbering(self.entry.text)) or ("", 0)
        return number[0] == kind and value < number[1] <= value + 3


# a heading whose line break became a blank; a longer one in front of a label
_BLANK_BEHIND = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、[ \u3000])?(?:\S{4,40}(?=[ \u3000\xa0])|\S{4,64}(?=[ \u3000\xa0]【))"
)


def _numbered(line: Line) -> Heading | None:
    match = NUMBERED.match(line.text)
    if not match:
        return None
    level = _LEVELS[match.lastgroup or "a"]
    if match[0].rstrip().endswith("条") and len(line.text) > 60:
        return _article(line, match, level)
    blank = _BLANK_BEHIND.match(line.text)
    told = blank is not None and "，" in line.text[blank.end() :]
    if len(line.text) <= 60 and "。" not in line.text[:-1] and not told:
        return Heading(line.span, line.text, level)
    run = _RUN_IN.match(line.text[match.end() :])
    if run and told and blank is not None and "，" not in blank[0]:
        run = None
    if run:
        end = match.end() + run.end()
        return Heading(Span(line.span.start, line.span.start + end), line.text[:end], level)
    if blank and not re.search(r"[。；]", blank[0]):
        return Heading(Span(line.span.start, line.span.start + blank.end()), blank[0], level)
    return None


_NAMED = re.compile(r"[^，。；：！？]{2,20}[。：]")


def _article(line: Line, number: re.Match[str], level: int) -> Heading:
    """An article's number, with its name where it has one: 第七条 蔬菜面积（8分）。"""
    named = _NAMED.match(line.text, number.end())
    end = named.end() if named else len(number[0].rstrip())
    return Heading(Span(line.span.start, line.span.start + end), line.text[:end], level)


# 四、做好认定 各地要落实…: a heading whose line break became a blank
_HEADED = re.compile(r"[一二三四五六七八九十]{1,3}、[^\s，。；：]{4,24}[ \u3000\xa0](?=[^\s]{20})")


def _item_kind(line: Line, following: Line | None, items: str | None) -> str | None:
    """The kind of number of an item of an enumeration or a quoted law, which heads nothing."""
    match = NUMBERED.match(line.text)
    if not match or _HEADED.match(line.text):
        return None
    kind = match.lastgroup
    if line.text[-1] in "；;" or _CITED_LAW.match(line.text):
        return kind
    if line.text[-1] != "。" or "。" in line.text[:-1]:
        return None
    if items == kind:
        return kind
    if following is None:
        return None
    sibling = NUMBERED.match(following.text)
    return kind if len(line.text) >= 24 and sibling is not None and sibling.lastgroup == kind else None


def _quoted(text: str, at: int) -> bool:
    """Whether a quotation that began before `at`, within reach, is still open."""
    before = text[max(0, at - 600) : at]
    return before.rfind("“") > before.rfind("”") and text.count("“", 0, at) > text.count("”", 0, at)


def _lead_alone(line: Line, following: Line) -> Heading | None:
    """A lead phrase on a line of its own, with its full stop: 「大力提振消费。」."""
    text = line.text
    if not 6 <= len(text) <= 40 or len(following.text) < 60 or text[-1] != "。":
        return None
    if _NOT_HEADING.search(text) or re.search(r"[。！？；：“]|以下|如下|\d{2}", text[:-1]):
        return None
    return Heading(line.span, text[:-1], LEAD_LEVEL)


def _plain(line: Line, following: Line | None, at: int) -> Heading | None:
    text = line.text
    if following is None or not 4 <= len(text) <= 42 or _NOT_HEADING.search(text) or _SPEECH.search(text):
        return None
    if text[-1] in "。；：:;，" or "。" in text or (text[-1] in "”）)" and len(text) > 34):
        return None
    if len(re.findall(r"[\u4e00-\u9fff]", text)) * 2 < len(text) or (
        len(following.text) < 30 and _FORM.search(following.text)
    ):
        return None
    short = len(following.text) < 12 and not NUMBERED.match(following.text) and not _LABEL.fullmatch(text)
    if short or len(re.findall(r"[，,、]", text)) > 2:
        return None
    if (at == 0 and len(text) < 6) or _NO_HEADING_EITHER.match(text) or _OFFICE_HELD.fullmatch(text):
        return None
    return Heading(line.span, text, 1 if _ANNEX.fullmatch(text) else UNNUMBERED)


def _lead(line: Line) -> Heading | None:
    match = _LEAD.match(line.text)
    if not match or len(line.text) < 50 or re.search(r"\d{2,}|[了着过吧吗呢]$|说$", match["t"]):
        return None
    end = line.span.start + match.end()
    return Heading(Span(line.span.start, end), match["t"], LEAD_LEVEL)


def sections(text: str, marked: Mapping[str, int] = MappingProxyType({})) -> tuple[Section, ...]:
    """Headings with what stands under them, up to the next heading of the same or an outer level.

    >>> text = "一、建机制 成立专班，每周调度一次，事项逐件销号。"
    >>> [s.heading for s in sections(text)]
    ['一、建机制']
    """
    found, listed = _outline(text, marked)
    turns = [match.start() for match in TURN.finditer(text)]
    last = max((head.span.start for head in found if head.level < LEAD_LEVEL), default=0)
    out = []
    for head, below in zip(found, _ends(found, len(text)), strict=True):
        turn = bisect_right(turns, head.span.end if head.level > 1 else max(head.span.end, last))
        end = min([below, *turns[turn : turn + 1], *_next_item(head, below, listed)])
        out.append(
            Section(head.text.strip(), head.level, Span(head.span.start, end), Span(head.span.end, end))
        )
    return tuple(out)


def _next_item(head: Heading, below: int, listed: Sequence[_Item]) -> list[int]:
    """Where the numbered line begins that follows a numbered heading by count, though itself no heading."""
    number = _numbering(head.text) if listed and head.level in _NUMBERED_LEVELS else None
    if number is None:
        return []
    first = bisect_right(listed, head.span.start, key=_item_at)
    last = bisect_right(listed, below, key=_item_at)
    wanted = (number[0], number[1] + 1)
    return [x.at for x in listed[first : min(last, first + _REACH)] if (x.kind, x.number) == wanted][:1]


_item_at = attrgetter("at")
_REACH = 40  # numbered lines that are looked at below one heading


def _ends(found: Sequence[Heading], end: int) -> list[int]:
    """Where what stands under each heading ends: at the next one of its own or an outer level."""
    ends, outer = [end] * len(found), list[Heading]()
    for at, head in reversed([*enumerate(found)]):
        while outer and outer[-1].level > head.level:
            outer.pop()
        ends[at] = outer[-1].span.start if outer else end
        outer.append(head)
    return ends
