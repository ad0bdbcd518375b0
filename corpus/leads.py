"""Lead phrases in the middle of a paragraph: short sentences of one build that name the measures."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise

_LEAD = re.compile(
    r"(?:^|(?<=[。！？])|(?<=[。！？]”))(?P<a>[^，。；：！？\s“”]{2,12}(?:“[^“”，。]{1,8}”[^，。；：！？\s“”]{0,8})?)"
    r"(?:，(?P<b>[^，。；：！？\s]{4,14}))?。"
)
_TELLS = re.compile(
    r"[了着过你我他她它这那们说问答很太吗呢吧啊]|\d"
    r"|^(?:今|近|目前|此|据|活动|当|本|现场|随后|最后|同时|其中|与会|会议|截至|图|下一步|接下来|也|不|是|有|（"
    r"|[一二三四五六七八九十]{1,2}(?:是|要|、))|(?:介绍|表示|坦言|获悉)$"
)
_MAY_TELL = re.compile(  # 孩子们收获满满; believed where two fellows say what is done
    r"(?:不已|满满|不断|热烈|满意|不绝|此起彼伏|连连|好评|赞|洋溢|高涨|十足|成功|感谢|认可|开展|举行|启动|落幕|结束|开始|帮助|支持"
    r"|贡献|力量)$"
)
_APART = 50  # characters from one lead to the next: what stands between says how


def leads(text: str) -> list[int]:
    """Where short sentences begin that name a measure, told by a fellow of the same build further on.

    >>> said = "把窗口开到村里，老人不出村就能办事，代办员上门取材料。" * 2
    >>> leads(f"听民声，征集小心愿。{said}结对子，认领小心愿。{said}")
    [0, 64]
    """
    builds: dict[tuple[int, int], list[re.Match[str]]] = defaultdict(list)
    for match in _LEAD.finditer(text):
        words = match[0][:-1]
        if len(words) > 4 and len(text) - match.end() >= _APART and not _TELLS.search(words):
            builds[len(match["a"]), len(match["b"] or "")].append(match)
    return [match.start() for members in builds.values() for match in _believed(members)]


def _believed(members: list[re.Match[str]]) -> list[re.Match[str]]:
    """The sentences of one build that name measures: at least two, all different, each with its text."""
    sure = [match for match in members if not _MAY_TELL.search(match[0][:-1])]
    members = members if len(sure) > 1 else sure
    if len(members) < 2 or len({match[0] for match in members}) < len(members):
        return []
    apart = all(b.start() - a.end() >= _APART for a, b in pairwise(members))
    return members if apart else []
