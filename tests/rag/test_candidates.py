"""rag/candidates.py: which sentences may be quoted at all. Texts and places are invented."""

from __future__ import annotations

from dataclasses import replace

from rag.candidates import candidates
from rag.sources import Source, gram_weights
from tests.rag.made import LIUHE, hit, question


def test_the_next_point_of_a_measure_may_stand_in_the_passage_beside() -> None:
    asked = question("说什么也不肯拆的最后怎么办？")
    deed = "街道会同物业、公安、房管办成立工作专班，委托施工单位代为恢复，每周调度一次。"
    point = hit(f"三是代为整改。{deed}", LIUHE, number=2)
    other = hit(deed, LIUHE, number=2)
    first = hit("一是摸底。居委会登记每户的情况，拆不拆都记在册。二是劝说。", LIUHE)
    weak = []
    for beside in (point, other):
        source = Source(first.stored.head, (first, replace(beside, beside=True)), 0.9)
        found = candidates(asked, source, gram_weights(asked, [first]))
        weak.append([one.weak for one in found if one.hit.beside])
    assert weak == [[False], [True]]
