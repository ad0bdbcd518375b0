"""Where a person's name ends that the report's first word follows without a gap."""

from __future__ import annotations

import re

from corpus.boundary import start_score
from corpus.gazetteer import CITY, depth, gazetteer

_PROVINCE = re.compile(
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|四川|贵州|云南|西藏|陕西|甘肃"
    "|青海|宁夏|新疆|内蒙古"
)


def name_end(text: str, start: int) -> int:
    """Where a person's name at `start` ends when the report's first word follows without a gap.

    Chinese names have two to four characters; three is the commonest.
    """
    run = start
    while run < len(text) and run - start < 12 and ("\u4e00" <= text[run] <= "\u9fff" or text[run] == "·"):
        run += 1
    if "·" in text[start:run] or (run - start <= 4 and (run >= len(text) or text[run] not in "，。“‘")):
        return run
    options = [n for n in (2, 3, 4) if start + n <= run]
    if len(options) > 1 and text[start + 2] in "从在获":
        return start + 2  # 李明从县民政局获悉
    named = next((n for n in options if n < 4 and _PROVINCE.match(text, start + n)), None)
    if named:
        return start + named  # 徐某湖北竹山某景区
    prior = {2: 0.0, 3: 1.0, 4: -3.0}
    if not options:
        return run
    return start + max(
        options,
        key=lambda n: prior[n] + start_score(text[start + n : start + n + 4]) + _at_place(text, start + n),
    )


def _at_place(text: str, cut: int) -> float:
    """What speaks for a cut in front of a province or city, and against one through its name: 徐|湖北某县."""
    begins, split = (
        any(depth(place) <= CITY for place in gazetteer().resolve(text[at : at + 2])) for at in (cut, cut - 1)
    )
    return 2.0 * (begins - split)
