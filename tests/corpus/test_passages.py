"""corpus/passages.py: one measure a passage, within its section, at sentence ends, with its raw offsets."""

from __future__ import annotations

import pytest

from corpus.cuts import LONG, SHORT, sentence_spans
from corpus.lines import soft_lines
from corpus.passages import context_line
from corpus.types import Locality, Passage, Span
from tests.corpus.made import LEAD, NEXT, RESULT, TITLE, read

LONG_TEXT = "".join(
    f"第{n}项由镇里牵头、村里办理，三天内办结，超时的亮红灯，办结的当天公示。" for n in range(1, 41)
)


def passages(text: str) -> tuple[Passage, ...]:
    """The passages of the only report."""
    (pieces,) = read(f"{TITLE}\n{text}").passages
    return pieces


def test_every_measure_has_a_passage_with_its_heading_path() -> None:
    parts = (LEAD + RESULT, NEXT + LEAD[:40] + "。" + RESULT, RESULT + LEAD)
    text = "一、建队伍\n（一）选人\n{}\n（二）管人\n{}\n二、立制度\n{}".format(*parts)
    got = passages(text)
    assert [p.text for p in got] == list(parts)
    assert [p.heading_path for p in got] == [
        ("一、建队伍", "（一）选人"),
        ("一、建队伍", "（二）管人"),
        ("二、立制度",),
    ]


def test_a_lead_phrase_names_the_measure_and_stays_in_the_text() -> None:
    text = f"四级联动强统筹。{LEAD}{RESULT}\n“红色物业”共议事。{NEXT}{RESULT}{LEAD}"
    got = passages(text)
    assert [p.measure for p in got] == ["四级联动强统筹", "“红色物业”共议事"]
    assert all(p.text.startswith(p.measure or "?") for p in got)


def test_a_bare_address_to_the_audience_goes_with_what_is_said() -> None:
    got = passages(f"一、做法\n{LEAD * 4}\n各位代表！\n四级联动强统筹。{LEAD * 4}{RESULT}")
    assert not any(p.text == "各位代表！" for p in got)
    assert any(p.text.startswith("各位代表！\n四级联动") for p in got)


def test_short_neighbours_of_one_section_are_one_passage() -> None:
    (only,) = passages(
        "镇里配了代办员，老人不用跑腿。\n代办不收费，村民都说好。\n值班表贴在门上，谁都看得见。"
    )
    assert len(only.text) < SHORT


def test_short_measures_together_stand_under_the_heading_that_they_share() -> None:
    first, second = "1.选人。每村一名代办员。", "2.管人。每月评一次。"
    got = passages(f"一、建队伍\n{first}\n{second}\n二、立制度\n{RESULT}{LEAD}")
    assert [(p.heading_path, p.text) for p in got][:1] == [(("一、建队伍",), f"{first}\n{second}")]


def test_a_heading_on_its_own_line_goes_with_its_words_when_measures_are_put_together() -> None:
    got = passages(
        f"一、建队伍\n（一）选人\n每村一名代办员。\n（二）管人\n每月评一次。\n二、立制度\n{RESULT}{LEAD}"
    )
    assert got[0].heading_path == ("一、建队伍",)
    assert got[0].text == "（一）选人\n每村一名代办员。\n（二）管人\n每月评一次。"


def test_the_lead_of_a_section_is_not_the_end_of_the_one_before() -> None:
    lead = "（二）立制度。把规矩定下来，让群众看得见。"
    got = passages(f"一、做法\n（一）建队伍。{LEAD}\n{lead}\n一件一公示。{RESULT}{NEXT}")
    assert not any(lead in p.text and LEAD in p.text for p in got)


def test_a_short_sentence_that_says_what_is_done_begins_a_passage() -> None:
    told = (
        "镇里给每个村配一名代办员，上门取材料、送证件，办结的当天公示，超时的亮红灯，群众打分高的上光荣榜。"
    )
    text = "".join(f"{does}的代办队伍。{told}{told}{told}" for does in ("打造专业", "健全村级", "壮大志愿"))
    got = passages(text)
    assert len(got) > 1
    assert not any(p.text.endswith("的代办队伍。") for p in got)


def test_who_spoke_stays_with_the_quotation() -> None:
    said = "“不收费，真的不收费。”与代办员商量了一个上午以后，村民王大娘说。"
    assert any(span.of(said) == said for span in sentence_spans(said, Span(0, len(said))))


def test_no_passage_crosses_a_section() -> None:
    text = f"一、建队伍\n{LEAD}\n二、立制度\n{RESULT}\n三、看成效\n{NEXT}{LEAD}"
    (report,) = read(f"{TITLE}\n{text}").reports
    for passage in passages(text):
        for section in report.sections:
            edge = section.span.start
            assert not passage.span.start < edge < passage.span.end or len(passage.text) <= LONG


def test_long_measures_are_cut_at_sentence_ends_into_about_equal_parts() -> None:
    got = passages(LONG_TEXT)
    assert "".join(p.text for p in got) == LONG_TEXT
    assert all(p.text.endswith("。") and p.text.startswith("第") for p in got)
    assert all(SHORT < len(p.text) <= LONG + SHORT for p in got)


@pytest.mark.parametrize("mark", ["，", "、", "；"])
def test_a_sentence_that_never_ends_is_cut_at_weaker_stops(mark: str) -> None:
    got = passages(mark.join(f"第{n}项由镇里牵头村里办理" for n in range(200)))
    assert len(got) > 3
    assert all(len(p.text) <= 2 * LONG for p in got)


@pytest.mark.xfail(reason="a stretch without any punctuation stays one passage, however long", strict=True)
def test_a_stretch_without_any_stop_is_cut_all_the_same() -> None:
    assert all(len(p.text) <= 2 * LONG for p in passages("治" * 5000))


def test_breaks_and_cuts_say_where_characters_were_left_out() -> None:
    first = "镇里配了代办员，老人不用跑腿【打印】，代办不收费，材料齐了就受理，村民"
    raw = f"{TITLE}\n{first}\n都说办得好，办得快，办得省心，往后还要办下去。"
    ((only,),) = read(raw).passages
    at = only.text.index("，代办不收费")
    joined = only.text.index("都说办得好")
    assert only.breaks == ((at, 4), (joined, 1))
    assert only.cuts == (at,)
    assert only.raw_span.of(raw).startswith("镇里配了") and only.raw_span.of(raw).endswith("办下去。")


def test_sentences_keep_their_closing_marks_and_quotations_stay_whole() -> None:
    text = "“不收费。真的不收费！”王大娘说。镇里定了规矩：一件一公示。好"
    got = [span.of(text) for span in sentence_spans(text, Span(0, len(text)))]
    assert "".join(got) == text
    assert got[0].startswith("“不收费。真的不收费！”")
    assert got[-1] == "好"


def test_the_context_line_names_place_title_and_headings() -> None:
    assert (
        context_line(Locality("辽宁省", "阜新市", "彰武县"), "一网统管", ("主要做法", "建机制"))
        == "辽宁省阜新市彰武县｜一网统管｜主要做法｜建机制"
    )
    assert context_line(Locality(), None, ()) == ""


def test_the_bare_number_of_a_part_parts_passages_and_is_not_shown() -> None:
    got = passages(f"（一）\n{LEAD}{RESULT}\n（二）\n{NEXT}{RESULT}")
    assert [(p.text, p.heading_path) for p in got] == [(LEAD + RESULT, ()), (NEXT + RESULT, ())]


def test_a_numbered_heading_that_is_all_its_section_says_is_text() -> None:
    got = passages(
        f"一、谁来代办\n（一）村里的代办员\n（二）镇里的值班员\n二、代办什么\n{RESULT}{LEAD}\n三、找谁商量"
    )
    assert got[0].heading_path == ("一、谁来代办",)
    assert got[0].text == "（一）村里的代办员\n（二）镇里的值班员"
    assert got[-1].text.endswith("三、找谁商量")


def test_the_number_of_an_article_without_a_name_stays_in_the_text() -> None:
    told = LEAD.replace("，", "、", 1) + RESULT
    got = passages(f"第一章 总则\n第一条 {told}\n第二条 {told}")
    assert [p.text[:3] for p in got] == ["第一条", "第二条"]


def test_a_quotation_is_not_parted_from_who_said_it() -> None:
    said = "“老人想少跑路，我们就把窗口开到村口；此外还添了座椅和老花镜。” 东关镇代办中心工作人员介绍。"
    assert [line.text for line in soft_lines(f"{LEAD} {said}{RESULT}")] == [LEAD, f"{said}{RESULT}"]
