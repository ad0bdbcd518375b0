"""corpus/closing.py: a document's closing words below its last item; invented texts."""

from __future__ import annotations

import pytest

from corpus.outline import sections
from tests.corpus.made import LEAD, NEXT, RESULT, read

ITEMS = "（一）建队伍。{0} （二）立制度。{0} （三）看成效。{0} （四）守底线。{1}"
CLOSING = "各村要把代办工作摆在心上，专人负责，月月调度，做得好的给予表扬。"


def ends(text: str) -> dict[str, str]:
    """The last words of every section's text."""
    return {section.heading: section.span.of(text).rstrip()[-12:] for section in sections(text)}


def test_a_paragraph_more_than_the_other_items_have_closes_the_whole_document() -> None:
    text = f"一、总体安排 {ITEMS.format(LEAD, RESULT)} {CLOSING}"
    got = ends(text)
    assert got["（四）守底线。"] == got["一、总体安排"] == RESULT[-12:]


def test_items_whose_text_stands_below_them() -> None:
    items = "\n".join(f"{n}、办好第{n}件事\n{LEAD}" for n in "一二三四")
    assert ends(f"{items}\n{CLOSING}")["四、办好第四件事"] == LEAD[-12:]
    listed = f"{items}：\n（一）各村要专人负责。\n（二）各组要月月调度。"
    assert ends(listed)["四、办好第四件事"].endswith("月月调度。")


@pytest.mark.parametrize(
    "closing",
    [
        "本通知自印发之日起施行，有效期一年，由东关镇解释。",
        "以上措施由东关镇便民服务中心负责解释，长期有效。",
    ],
)
def test_words_that_close_a_document(closing: str) -> None:
    text = f"一、建队伍。{LEAD} {RESULT} 二、立制度。{LEAD} {RESULT} {closing}"
    assert ends(text)["二、立制度。"] == RESULT[-12:]
    assert [p.heading_path for p in read(text).passages[0]][-1] == ()


@pytest.mark.parametrize(
    "text",
    [
        f"一、建队伍。{LEAD} {RESULT} 二、立制度。{LEAD} {NEXT}",  # items of two paragraphs
        f"{ITEMS.format(LEAD, RESULT)} 特此公告。",  # too short to stand alone
        f"{ITEMS.format(LEAD, RESULT)} 联系人：东关镇便民服务中心，电话：0000-0000000。",
        f"{ITEMS.format(LEAD, '代办员要做到：')} {CLOSING}",  # what a colon announces
        f"一、建队伍。{LEAD} 二、附则 {RESULT} 本办法自印发之日起施行，由东关镇便民服务中心负责解释。",
    ],
)
def test_what_still_belongs_to_the_last_item(text: str) -> None:
    assert list(ends(text).values())[-1] == text[-12:]


def test_what_follows_the_last_who_answers_for_an_item_closes_the_document() -> None:
    items = "".join(
        f"（{n}）办好{what}。{LEAD}（责任单位：县民政局、各镇） "
        for n, what in zip("一二三", ["取件", "登记", "回访"], strict=True)
    )
    text = f"一、做好代办 {items}各镇、各部门要密切配合，专人盯办，让群众少跑路。 "
    *_, last = sections(text)
    assert last.heading.startswith("（三）")
    assert "密切配合" not in last.span.of(text)
