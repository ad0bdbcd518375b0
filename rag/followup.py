"""Follow-up questions made whole from the conversation: "那经费从哪来？" "第二个地方具体怎么做的？"

Nothing is guessed: what is added are earlier questions' own words, their places, and the reports that the
last answer cited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.types import Locality
from rag import terms
from rag.places import Asked
from rag.types import Citation


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the conversation has been about."""

    standalone: str
    topic: str
    include: tuple[Locality, ...] = ()
    exclude: tuple[Locality, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A question together with what the conversation adds to it."""

    follows: bool
    standalone: str
    topic: str  # of the conversation so far; empty if the question stands alone
    include: tuple[Locality, ...]
    exclude: tuple[Locality, ...]
    unknown: tuple[str, ...]
    subjects: tuple[str, ...] = ()


_OPENS = re.compile(
    r"^(?:(?:可是?|但是?|不过|要是|如果)?[他她它](?!山|乡|人)|那么?(?!个?人|种人|些人)|那人(?:要是|如果|若是|要|不|没|在|怎|咋|从)|他们|它们?|她们|其中|这(?!几年|两年|些年)|该|上面|上述|前面|刚才|刚刚|另外|此外|还有(?:呢|吗|没有|别的|其他)|"
    r"再|具体(?:呢|怎么|是怎么|一点|说说)|为什么|为啥|然后|后来|接下来|结果(?:呢|怎)|效果(?:呢|怎|如何|好)|经费|"
    r"第[一二三四五六七八九十\d]+个|换成|如果是|(?:有)?(?:没有)?(?:别的|其他|其它)(?:县|地方|省|市|社区|村)?(?:呢|也|还|有没有))"
)
_POINTS = re.compile(
    r"他们|它们|她们|上述|刚才|前面(?:说|提|讲)|上面(?:说|提|讲|的)|这(?:个|种|套|些|项)(?:做法|办法|机制|模式|地方|经验|平台|队伍|制度|活动|品牌|工作法|项目)|"
    r"那(?:里|儿|边|个|些|套)(?:地方|县|社区|村|街道|做法|办法)?|当地|该(?:县|市|区|镇|乡|街道|社区|村|地)|第[一二三四五六七八九十\d]+个|最后一个|(?:前|后)(?:两|三)个"
)
# 要是到点没动静，他怎么办: one of whom only what was asked before can tell, for nobody is named in front
_SOMEBODY = "人民户主员工生师者长客商官兵嫂哥姐妈爸爷奶孩童妇家方队邻居"
_HE = re.compile(rf"[^{_SOMEBODY}。？?]{{2,12}}[，,](?:那|可|而)?[他她](?:们)?(?!山|乡|人|俩)")
_SHORT = 8  # characters; a question as short as this leans on the one before unless it names a subject
_SUBJECT = 3  # characters of a term that is a subject; 考核, 培训 and 回访 are asked of any subject
_ALONE = 26  # a question longer than this stands alone unless its first words point back
_ORDINAL = re.compile(r"第([一二三四五六七八九十]|\d{1,2})(?:个|处|家|条|种)")
_LAST = re.compile(r"最后一?(?:个|处|家|条)")
_DIGIT = {c: n for n, c in enumerate("一二三四五六七八九十", start=1)}


def link(asked: str, earlier: Earlier | None, now: Asked, cited: Sequence[Citation]) -> Link:
    """What the conversation adds to `asked`."""
    pointed = _pointed(asked, cited)
    if earlier is None or not (pointed or follows(asked, earlier.topic)):
        return Link(False, asked, "", now.include, now.exclude, now.unknown)
    include, exclude, unknown = _places(now, earlier)
    if pointed:
        include = tuple({c.locality.levels: c.locality for c in pointed if c.locality.known}.values())
        include = tuple(Locality(*place.levels) for place in include)
    subjects = tuple(dict.fromkeys(c.doc for c in pointed))
    standalone = f"{earlier.standalone.rstrip('。？?！! ')}？{asked}"
    return Link(True, standalone, earlier.topic, include, exclude, unknown, subjects)


def follows(asked: str, topic: str = "") -> bool:
    """Whether a question leans on what was asked before, which was about `topic`.

    >>> follows("那经费从哪来？"), follows("老楼装电梯，低层住户不同意怎么办？")
    (True, False)
    >>> follows("谁出钱？"), follows("高空抛物怎么治？")
    (True, False)
    >>> follows("可她就是不肯搬，说在自己家住惯了，那在家里能给她安排些什么照料？")
    True
    >>> follows("要是哪天没开灯，他怎么办？老人家里没有电话，又是怎么想办法解决的？")
    True
    >>> follows("邻居天天吵得凶，他又不肯搬走，像这样的事社区里该请谁去劝才管用？")
    False
    """
    if _OPENS.match(asked) or _HE.match(asked) or (len(asked) <= _ALONE and _POINTS.search(asked)):
        return True
    return len(asked) <= _SHORT and not _names_another(asked, topic)


def _names_another(asked: str, topic: str) -> bool:
    """Whether a short question names a subject of its own: a term that `topic` does not say."""
    if asked.rstrip("？?！!。 ").endswith(("呢", "吗", "没")):
        return False
    said = [word for group in terms.concepts(asked) for word in group if word in asked]
    return any(len(word) >= _SUBJECT and word not in topic for word in said)


def _places(
    now: Asked, earlier: Earlier
) -> tuple[tuple[Locality, ...], tuple[Locality, ...], tuple[str, ...]]:
    """A place of the question itself replaces the earlier one; 别的地方呢 turns away from it."""
    if now.include or now.unknown:
        return now.include, now.exclude, now.unknown
    if now.elsewhere:
        return (), now.exclude or (*earlier.exclude, *earlier.include), ()
    return earlier.include, now.exclude or earlier.exclude, earlier.unknown


def _pointed(asked: str, cited: Sequence[Citation]) -> tuple[Citation, ...]:
    """The citations of the place that an ordinal points at, places counted in the answer's order."""
    if not cited or not ((m := _ORDINAL.search(asked)) or _LAST.search(asked)):
        return ()
    groups: dict[object, list[Citation]] = {}
    for citation in cited:
        groups.setdefault(citation.locality.levels if citation.locality.known else citation.doc, []).append(
            citation
        )
    order = list(groups.values())
    at = len(order) if m is None else _DIGIT.get(m[1]) or int(m[1])
    return tuple(order[at - 1]) if 1 <= at <= len(order) else ()
