"""corpus/cuts.py: a long stretch is cut where a reader would, not at the nearest full stop."""

from __future__ import annotations

import pytest

from corpus.costs import leads
from corpus.cuts import LONG, LONGEST, packed, sentence_spans
from corpus.types import Span
from tests.corpus.made import TITLE, read

TOLD = "镇里给每个村配一名代办员，上门取材料、送证件，办结的当天公示，超时的亮红灯，群众打分高的上光荣榜。"


def parts(text: str) -> list[str]:
    """The parts of a text."""
    return [span.of(text) for span in packed(text, Span(0, len(text)))]


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [span.of(text) for span in sentence_spans(text, Span(0, len(text)))]


@pytest.mark.parametrize(
    "who",
    [
        "（县民政局、县财政局牵头，各乡镇〔街道〕配合）",
        "（牵头单位：县发展改革局（县粮食局），各乡镇政府）",
        "（联系人：代办中心值班室；联系电话：01234567）",
    ],
)
def test_who_is_responsible_stays_with_the_item(who: str) -> None:
    assert sentences(f"1.窗口开到村里。{who} 2.办结的当天公示。")[0] == f"1.窗口开到村里。{who}"
    text = "".join(f"{n}.窗口开到第{n}批村里，{TOLD}{TOLD}{who}" for n in range(1, 7))
    assert len(parts(text)) > 2
    assert all(part.endswith("）") for part in parts(text))


@pytest.mark.parametrize("begins", ["（二）立制度", "（2）立制度"])
def test_a_number_in_brackets_belongs_to_the_next_item(begins: str) -> None:
    assert sentences(f"把规矩定下来。{begins}，一件一公示。")[1].startswith(begins)


def test_a_list_in_one_paragraph_is_not_torn_from_its_lead_in() -> None:
    listed = (
        "经过商量，大家定了三条：一、一件一公示。二、三天内办结，超时的亮红灯。三、每月评一次，群众来打分。"
    )
    for shift in range(4):
        text = "东关镇的窗口去年开到了村里。" * shift + TOLD * 5 + listed + TOLD * 4
        assert any(listed in part for part in parts(text))


def test_items_of_a_long_list_begin_their_parts() -> None:
    text = "".join(f"{n}.{TOLD}{TOLD}{TOLD}" for n in range(1, 7))
    got = parts(text)
    assert len(got) > 2
    assert all(part[0].isdigit() for part in got)


@pytest.mark.parametrize(
    "topic",
    [
        "代办队伍持续壮大。",
        "五年来，代办服务纵深推进。",
        "打造专业的代办队伍。",
        "以代办服务为群众解忧。",
        "实施“代办到家”，方便办事群众。",
        "大家定了三条：一是窗口开到村。",
        "具体是这样做的：",
        "同时，加大代办力度。",
        "此外，在优化代办服务方面。",
        "柳树村推行“上门代办”的做法。",
        "要提高代办服务的质效。",
    ],
)
def test_what_announces_the_next_sentences_is_not_left_behind(topic: str) -> None:
    for shift in range(6):
        text = "群众办事要跑镇里好几趟。" * shift + (TOLD * 6 + topic) * 3 + TOLD
        got = parts(text)
        assert len(got) > 2
        assert not any(part.endswith(topic) for part in got)


def test_who_spoke_stays_with_the_quotation_though_the_speaker_goes_on() -> None:
    said = "“有了代办员，我这把年纪不用再跑镇里，三天就把养老认证办好了。”"
    goes_on = "东关镇便民服务中心主任告诉记者，中心每月都派人到村里回访。"
    for shift in range(6):
        text = "村里的老人多，年轻人少。" * shift + TOLD * 5 + said + goes_on + TOLD * 5
        assert any(said + goes_on in part for part in parts(text))


def test_a_quotation_does_not_end_a_part_where_its_speaker_follows() -> None:
    quote = "“没想到窗口开到家门口，跑一趟就办好了！”"
    speaker = "接过证件，平日里不爱说话的老李也笑了。"
    for shift in range(6):
        text = "群众办事要跑镇里好几趟。" * shift + (TOLD * 5 + quote + speaker) * 3 + TOLD
        assert not any(part.endswith(quote) for part in parts(text))


def test_parts_are_in_order_and_hold_every_sentence() -> None:
    text = "".join(f"{TOLD}第{n}批村的窗口开了。" for n in range(40))
    assert "".join(parts(text)) == text
    assert all(len(part) <= LONGEST for part in parts(text))


def test_a_sentence_a_little_too_long_stays_whole() -> None:
    text = "，".join(["镇里牵头村里办理"] * 45) + "。"
    assert LONG < len(text) <= LONGEST
    assert parts(text) == [text]


def test_a_lead_in_goes_with_the_measures_that_it_announces() -> None:
    lead_in = "一年来，主要做了以下工作："
    text = f"一、工作回顾\n{TOLD * 5}\n{lead_in}\n一是窗口开到村里。{TOLD * 4}\n二是一件一公示。{TOLD * 4}"
    (pieces,) = read(f"{TITLE}\n{text}").passages
    assert any(p.text.startswith(f"{lead_in}\n一是窗口开到村里。") for p in pieces)
    assert not any(p.text.endswith("：") for p in pieces)


def test_the_second_part_of_a_measure_stands_under_its_lead_phrase() -> None:
    leads = ("四级联动强统筹", "“红色物业”共议事", "代办到家暖人心")
    text = "\n".join(f"{lead}。{TOLD * 9}" for lead in leads)
    (pieces,) = read(f"{TITLE}\n一、做法\n{text}").passages
    assert [p.heading_path[1:] for p in pieces] == [y for lead in leads for y in ((), (lead,))]
    (alone,) = read(f"{TITLE}\n一、做法\n四级联动强统筹。{TOLD * 9}").passages
    assert {p.heading_path for p in alone} == {("一、做法",)}


def test_a_question_that_nobody_asks_opens_what_is_told_behind_it() -> None:
    for shift in range(5):
        text = (
            "窗口去年开到了村里。" * shift
            + TOLD * 4
            + "“今年代办了多少件？办得快不快？”"
            + "在柳树村，"
            + TOLD * 4
        )
        assert not any(part.endswith("？”") for part in parts(text))


def test_what_goes_on_from_an_example_stays_with_it() -> None:
    told = "譬如，西关区给上任不满一年的楼长都配了师傅，头三个月每周碰一次面。" + TOLD
    for shift in range(24):
        text = "县里把课程重新排过一遍。" * shift + TOLD * 4 + told + TOLD * 4
        assert any(told in part for part in parts(text)), shift


def test_a_question_stays_with_its_answer() -> None:
    for shift in range(6):
        text = (
            "窗口去年开到了村里。" * shift
            + (TOLD * 5 + "代办员不够怎么办？请热心的老党员来帮忙。") * 3
            + TOLD
        )
        assert not any(part.endswith("？") for part in parts(text))


def test_a_statement_is_not_cut_from_its_speaker() -> None:
    said = (
        "代办员老李说，办证有两件难事，一是路远，二是人多。“有了村里的窗口，再也不用起大早去镇里了，真方便。”"
    )
    for shift in range(6):
        text = "窗口去年开到了村里。" * shift + (TOLD * 5 + said) * 3 + TOLD
        assert not any(part.startswith("“") for part in parts(text))


def test_what_is_demanded_stays_with_who_demands_it() -> None:
    asked = (
        "会议强调，要把窗口开到每个村里，让老人少跑路。"
        "要把代办员的名字和电话贴在村口，谁来办事都找得到人，随时能问清楚该带什么材料。"
    )
    for shift in range(6):
        text = "窗口去年开到了村里。" * shift + (TOLD * 4 + asked) * 3 + TOLD
        assert not any(part.startswith("要") for part in parts(text))


def test_what_goes_on_from_a_quotation_is_no_sentence_of_its_own() -> None:
    said = "代办员问老人“今天办什么？材料带齐了吗？”等，并帮着填表。"
    assert sentences(said + TOLD)[0] == said


@pytest.mark.parametrize("who", ["代办员老李介绍道。", "村民赵大有赞叹道。", "在窗口，老人焦急地问道。"])
def test_who_spoke_is_one_sentence_with_the_quotation(who: str) -> None:
    said = "“今天办什么？材料都带齐了吗？”"
    assert sentences(said + who + TOLD)[0] == said + who


@pytest.mark.parametrize(
    ("lead", "announces"),
    [
        ("组个联盟，三样“专属”立规矩。", True),
        ("邻里“小药箱” 管好老人血压。", True),
        ("她还添了“专座”，摆在窗边。", False),
    ],
)
def test_a_heading_with_a_coined_name_or_a_blank_announces_what_follows(lead: str, announces: bool) -> None:
    before = "老人都来吃饭。" + lead
    text = before + "区里牵头成立助餐联盟，参加的餐厅都要单辟区域、单配套餐，价格比别人低一成，老人凭卡结账。"
    sentence = Span(len(before) - len(lead), len(before))
    assert leads(text, sentence, Span(len(before), len(text))) is announces
