"""Places that a report of 我县 or 县司法局 only goes to or hears from, though it never says its own name.

「我县组织干部到某县学习」, 「我镇邀请某市专家授课」: unknown stays unknown, the other place is not its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from corpus.chains import Chain
from corpus.gazetteer import CITY, COUNTY, depth
from corpus.namesakes import prefixes
from corpus.types import Levels

_WE = re.compile("(?:我|本|咱)(?P<kind>县(?!城)|区(?!域|内外)|旗|镇|乡(?!亲)|村|街道|社区|市(?!民))")
# an office that leaves out its county's name: 近日，区文旅局…
_OFFICE = re.compile(
    "(?:^|[，。；\\n])(?P<kind>[县区镇乡])(?!域|长|里)[一-鿿]{1,8}?(?:局|委(?!员)|办(?!公|事|理|了)|中心|工会|妇联)"
)
# what stands in front of the name of another place: 邀请某市专家, 赴某县, 与某县结对, 在某县召开的现场会上
_BEFORE = re.compile(
    "(?:邀请|赴|前往|到|去|与|和|同|向|从|在|引进|学习|对口|家住|住在|嫁给?)(?:了|过)?[^，。；、]{0,4}$"
)
_NEVER_OURS = "市"  # 我市 may be in any of its counties: only what is spelled with its province is another's


def of_others(told: Sequence[Chain], text: str) -> list[Chain]:
    """The chains of a report; those of a place that it merely went to or heard from without their votes.

    Args:
        told: chains with one candidate each, or none.
        text: the report; the spans of lead and body are counted in it.
    """
    kinds = {m["kind"][-1] for pattern in (_WE, _OFFICE) for m in pattern.finditer(text)}
    if not kinds:
        return list(told)
    only = kinds == {_NEVER_OURS}
    groups = defaultdict[Levels, list[Chain]](list)
    for chain in told:
        if chain.weight and len(chain.candidates) == 1 and chain.place.province:
            groups[_division(chain)].append(chain)
    others = {levels for levels, chains in groups.items() if all(_is_other(c, text, only) for c in chains)}
    return [replace(c, weight=0.0) if c.candidates and _division(c) in others else c for c in told]


def _division(chain: Chain) -> Levels:
    """The county that a chain lies in, else its city or province."""
    if len(chain.candidates) != 1:
        return (None, None, None, None, None)
    known = [levels for levels in prefixes(chain.place) if not any(levels[COUNTY + 1 :])]
    return known[-1] if known else (None, None, None, None, None)


def _is_other(chain: Chain, text: str, only_city: bool) -> bool:
    if chain.zone not in ("lead", "body") or chain.agency or chain.actor or chain.subject:
        return False
    if depth(chain.place) not in (CITY, COUNTY) or (only_city and not _with_province(chain)):
        return False
    return _BEFORE.search(text, max(0, chain.start - 10), chain.start) is not None


def _with_province(chain: Chain) -> bool:
    return chain.word[:2] == (chain.place.province or "")[:2] and depth(chain.place) == COUNTY
