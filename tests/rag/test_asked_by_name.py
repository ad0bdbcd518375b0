"""rag/asked_by_name.py: the sentences that are chosen first."""

from __future__ import annotations

from dataclasses import replace

from rag.evidence import evidence
from rag.sources import sources
from tests.rag.made import KAIPING, RELAY, hit, question


def test_what_only_a_resident_says_of_the_question_is_quoted() -> None:
    told = "“下班后来拿回执，凭验证码自取，真是太方便了！”王先生笑着说。"
    aside = "李阿姨笑着说，现在的日子越过越好了。"
    asked = question("社区代收点 下班后 回执 自取")
    found = evidence(asked, sources(asked, [hit(f"{RELAY}\n{told}\n{aside}", KAIPING)]))
    assert [one.text for one in found] == [RELAY, told]


def test_how_long_it_takes_is_quoted_beside_how_it_is_done() -> None:
    dug = "前后5个月。"
    asked = replace(question("代收点 登记"), asked="代收点怎么登记，大概要多久？")
    assert dug in [one.text for one in evidence(asked, sources(asked, [hit(f"{RELAY}\n{dug}", KAIPING)]))]


def test_what_the_question_puts_in_quotation_marks_is_quoted() -> None:
    six = "大家笑着说，这就是“四敲门”。"
    asked = replace(question("代收点 快件 登记 网格员"), asked="代收点怎么登记，“四敲门”是什么？")
    assert six in [one.text for one in evidence(asked, sources(asked, [hit(f"{RELAY}\n{six}", KAIPING)]))]
