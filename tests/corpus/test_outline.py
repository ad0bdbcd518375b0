"""corpus/outline.py: numbered, unnumbered and lead-phrase headings, and the sections under them."""

from __future__ import annotations

import pytest

from corpus.headings import LEAD_LEVEL
from corpus.outline import sections
from tests.corpus.made import LEAD, NEXT, RESULT, docx, read


def outline(text: str) -> list[tuple[int, str]]:
    """Level and heading of every section."""
    return [(section.level, section.heading) for section in sections(text)]


def test_numbered_headings_nest_by_their_numbering() -> None:
    text = f"一、建队伍\n（一）选人\n{LEAD}\n1.看本事\n{RESULT}\n（二）管人\n{NEXT}\n二、立制度\n{LEAD}"
    got = outline(text)
    assert [heading for _, heading in got] == [
        "一、建队伍",
        "（一）选人",
        "1.看本事",
        "（二）管人",
        "二、立制度",
    ]
    levels = dict((heading, level) for level, heading in got)
    assert (
        levels["一、建队伍"]
        == levels["二、立制度"]
        < levels["（一）选人"]
        == levels["（二）管人"]
        < levels["1.看本事"]
    )


def test_a_section_ends_where_the_next_of_its_level_begins() -> None:
    text = f"一、建队伍\n{LEAD}\n（一）选人\n{RESULT}\n二、立制度\n{NEXT}"
    first, inner, second = sections(text)
    assert first.span.end == inner.span.end == second.span.start
    assert first.body.of(text).strip() == f"{LEAD}\n（一）选人\n{RESULT}"
    assert second.span.end == len(text)


@pytest.mark.parametrize(
    "heading",
    [
        "一、建队伍，让事有人办",
        "（二）立制度",
        "3.看成效",
        "第一章 总则",
        "四、抓落实：一件一件办",
        "①建台账",
    ],
)
def test_headings_on_lines_of_their_own(heading: str) -> None:
    assert (heading in [h for _, h in outline(f"{heading}\n{LEAD}")]) is True


@pytest.mark.parametrize("heading", ["建队伍 强本领", "窗口开到村，事情办到家", "“红色物业”进小区"])
def test_unnumbered_headings_of_newspapers(heading: str) -> None:
    assert outline(f"{LEAD}\n{heading}\n{RESULT}\n{NEXT}") == [(2, heading)]


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("（一）建队伍。" + LEAD, "（一）建队伍。"),
        ("一是摸清底数。" + LEAD, "一是摸清底数"),
        ("四级联动强统筹。" + LEAD, "四级联动强统筹"),
        ("“红色物业”共议事。" + LEAD, "“红色物业”共议事"),
    ],
)
def test_headings_that_run_into_their_text(line: str, heading: str) -> None:
    ((_, got),) = outline(f"{line}\n{RESULT}")
    assert got == heading


@pytest.mark.parametrize(
    "text",
    [
        f"{LEAD}\n“代办员来了，我们少跑了路！”\n{RESULT}",
        f"{LEAD}\n今年共办1860件。\n{RESULT}",
        f"{LEAD}\n2023\n{RESULT}",
        f"2023年8月，{LEAD}",
        f"1860件事项全部办结，{RESULT}",
        f"{LEAD}{RESULT}{NEXT}",
    ],
)
def test_what_is_no_heading(text: str) -> None:
    assert outline(text) == []


def test_a_lead_phrase_is_the_innermost_level() -> None:
    text = f"一、建队伍\n四级联动强统筹。{LEAD}\n二、立制度\n{NEXT}"
    assert [level for level, _ in outline(text)] == [1, LEAD_LEVEL, 1]


def test_headings_that_the_format_marks_are_taken_at_their_level() -> None:
    file = read(
        docx(
            lambda d: (
                d.add_heading("怎样选人", 1),
                d.add_paragraph(LEAD),
                d.add_heading("选上以后怎样管，怎样考，怎样换，谁说了算", 2),
                d.add_paragraph(RESULT),
            )
        ),
        "报告.docx",
    )
    (report,) = file.reports
    wanted = {"怎样选人": 1, "选上以后怎样管，怎样考，怎样换，谁说了算": 2}
    got = {section.heading: section.level for section in report.sections}
    assert {heading: got.get(heading) for heading in list(wanted)[1:]} == {
        h: v for h, v in list(wanted.items())[1:]
    }


@pytest.mark.parametrize(
    "line",
    [
        "责任单位：县民政局",
        "地址：柳溪县东关镇1号",
        "《办事条例》第十二条",
        "柳溪县人民政府 2023年8月1日",
        "柳溪县领导小组",
    ],
)
def test_labels_citations_and_signatures_are_no_headings(line: str) -> None:
    assert outline(f"{LEAD}\n{line}\n{RESULT}\n{NEXT}") == []


def test_a_glossary_belongs_to_no_section_above_it() -> None:
    assert outline(f"一、建队伍\n{LEAD}\n名词解释\n{RESULT}") == [(1, "一、建队伍"), (1, "名词解释")]


def test_a_name_in_quotation_marks_goes_on_behind_a_blank() -> None:
    told = "代办员上门取材料、送证件，老人不用跑腿，材料齐了当天受理，缺什么一次说清。" * 3
    text = f"{told}“红色窗口” 守护百姓平安今年以来，镇里每村设了代办点。{told}"
    assert (2, "“红色窗口” 守护百姓平安") in outline(text)


GUIDE = (
    "一、增值税\n（一）代办件免税\n【享受主体】\n代办点和上门取件的代办员，都可以申请。\n【享受条件】\n"
    f"1.代办点登记在册。\n{LEAD}\n2.代办员持证上岗。\n{RESULT}\n【政策依据】\n《柳溪县代办件免税办法》（柳政发〔2023〕8号）\n"
    f"（二）取件补贴\n【享受主体】\n{NEXT}"
)


def test_labels_of_a_guide_stand_below_the_entry_that_they_describe() -> None:
    assert outline(GUIDE) == [
        (1, "一、增值税"),
        (3, "（一）代办件免税"),
        (4, "【享受主体】"),
        (4, "【享受条件】"),
        (4, "【政策依据】"),
        (3, "（二）取件补贴"),
        (4, "【享受主体】"),
    ]


def test_entries_numbered_like_the_items_below_their_labels_go_on_counting() -> None:
    text = f"1.代办件免税\n【享受主体】\n{LEAD}\n2.取件补贴\n【享受主体】\n{NEXT}\n9.持证上岗\n{RESULT}"
    assert [h for _, h in outline(text)] == ["1.代办件免税", "【享受主体】", "2.取件补贴", "【享受主体】"]


@pytest.mark.parametrize(
    "line",
    [
        "《柳溪县代办件免税办法》（柳政发〔2023〕8号）",
        "（1）《柳溪县代办件免税办法》（柳政发〔2023〕8号）",
        "柳溪县农业银行柳溪支行副行长",
        "柳溪县税务局公告2023年第8号",
    ],
)
def test_a_citation_and_an_office_head_nothing(line: str) -> None:
    assert line not in [h for _, h in outline(f"{LEAD}\n{line}\n{RESULT}")]


def test_the_name_of_a_document_heads_what_is_quoted_of_it() -> None:
    assert "《代办点办事指引（1.0版）》" in [
        h for _, h in outline(f"{LEAD}\n《代办点办事指引（1.0版）》\n{RESULT}")
    ]


def test_a_heading_ends_where_its_number_goes_on_without_a_heading() -> None:
    text = (
        f"（一）县里负责\n{LEAD}\n2.利率：执行优惠利率。利率最高不超过上限，到期按原利率执行，代办员上门核对每一笔。\n"
        "3.期限：流动资金贷款期限一年，中长期三年，由代办员上门核对每一笔并登记在册。\n"
        "4.担保：抵押、质押中选一种，由代办员上门核对每一笔并登记在册，三天办结。"
    )
    second = next(s for s in sections(text) if s.heading.startswith("2."))
    assert text[second.span.end :].startswith("3.期限")


def test_a_chapter_that_is_a_sentence_ends_what_stands_below_the_one_before() -> None:
    told = "老人出现不适的，养老院应当及时与家属商量，由代办员联系送医，并且当天登记在册。"
    text = f"一、看好老人\n1.量体温。{LEAD}\n2.备好药。{LEAD}\n二、{told}\n1.小病请医生上门，{told}"
    below = next(s for s in sections(text) if s.heading.startswith("2."))
    assert text[below.span.end :].startswith("二、老人出现不适")


def test_a_list_of_clauses_below_a_numbered_question_is_no_chapter() -> None:
    clauses = "（一）开具证明；\n（二）核对材料，由代办员上门取件，逐条登记。"
    text = f"1、谁来代办？\n{LEAD}\n2、哪些事由镇里代办？\n代办员可以办理下列事项：\n{clauses}\n{LEAD}"
    second = next(s for s in sections(text) if s.heading.startswith("2、"))
    assert "核对材料" in text[second.span.start : second.span.end]


def test_a_question_with_its_answer_in_two_words_is_a_heading() -> None:
    text = f"{LEAD} 老人腿脚不便怎么办？上门代办 作为山区大镇，村民出门办事要走十几里山路，{LEAD}"
    assert "老人腿脚不便怎么办？上门代办" in [h for _, h in outline(text)]


def test_a_sentence_behind_a_heading_whose_line_was_lost_is_no_item() -> None:
    said = "各地要落实好有关规定，代办员要及时登记每一件事项，尽快为老人上门取件，切实保障群众方便。"
    text = f"三、做好补助发放 {said} 四、做好登记认定 {said} 五、做好上门取件 {said}"
    assert [h for _, h in outline(text)] == ["三、做好补助发放", "四、做好登记认定", "五、做好上门取件"]


def test_a_heading_has_its_first_half_from_the_line_before() -> None:
    first, second = "代办服务： 老人办事不出村", "督办考核： 超时的亮红灯"
    text = f"{LEAD}{RESULT} {first} 　　{NEXT}{LEAD} {second} 　　{RESULT}{NEXT}"
    got = outline(text)
    assert [heading for _, heading in got] == [first, second]


@pytest.mark.parametrize("before", ["发布人：", "联系电话：", "附件：", "大家请记住："])
def test_a_label_of_something_else_is_no_first_half(before: str) -> None:
    text = f"{LEAD}{RESULT} {before} 代办服务中心办公室 　　{NEXT}{LEAD}"
    assert not any(heading.startswith(before) for _, heading in outline(text))


def test_labels_of_a_guide_head_what_stands_behind_them_on_one_line() -> None:
    old, ill = "1.老人代办免收费用 【享受主体】 全镇老人", "2.残疾人代办免收费用 【享受主体】 全镇残疾人"
    got = outline(f"一、代办 {old} 【优惠内容】 {RESULT}{LEAD} {ill} 【优惠内容】 {NEXT}{LEAD}")
    labels = [(level, heading) for level, heading in got if heading[0] == "【"]
    assert [heading for _, heading in labels] == ["【享受主体】", "【优惠内容】"] * 2
    assert {level for level, _ in labels} == {dict((h, n) for n, h in got)["1.老人代办免收费用"] + 1}


def test_articles_stand_under_their_chapter() -> None:
    text = (
        f"第一章 总则 第一条 为了方便群众办事，{LEAD} 第二条 {RESULT}"
        f" 第二章 代办 第三条 代办点设置。{LEAD}{NEXT} 第四条 代办员由村里选，{RESULT}{LEAD}"
    )
    got = outline(text)
    assert [heading for level, heading in got if level == 1] == ["第一章 总则", "第二章 代办"]
    assert (2, "第三条 代办点设置。") in got and (2, "第四条") in got


def test_a_heading_may_end_with_a_way() -> None:
    assert "开通代办绿色通道" in [h for _, h in outline(f"开通代办绿色通道\n{LEAD}")]
    assert "村民王大娘连连称道" not in [h for _, h in outline(f"村民王大娘连连称道\n{LEAD}")]


def test_a_numbered_entry_above_its_labels_is_context_and_no_passage() -> None:
    who = f"【享受主体】\n全镇六十岁以上的老人都可以申请，不限户籍。{LEAD}"
    text = f"一、代办\n1.老人代办免收费用\n{who}\n【优惠内容】\n{RESULT}{NEXT}"
    (pieces,) = read(f"东关镇代办指南\n{text}").passages
    assert not any(p.text.startswith("1.老人代办免收费用") for p in pieces)
    assert all("1.老人代办免收费用" in p.heading_path for p in pieces)


@pytest.mark.parametrize(
    "line",
    [
        "图为代办员上门取材料",
        "△ 代办员与村民交谈",
        "网传视频截图",
        "镇党委书记周某某（右二）为窗口揭牌",
        "点击观看精彩花絮",
        "直播页面二维码 第八场",
        "更多内容请关注东关发布公众号",
        "尊敬的村民朋友：您好!",
        "感谢您对代办工作的理解与支持！",
        "三部门印发的《关于解决当前实际困难",
        "代办员不仅可以更好地帮助村民，还能",
        "有人在窗口前等着盖章……",
    ],
)
def test_what_stands_beside_a_text_heads_nothing(line: str) -> None:
    assert outline(f"{LEAD}\n{line}\n{RESULT}\n{NEXT}") == []


def test_who_speaks_next_and_entries_of_a_list_head_nothing() -> None:
    assert outline(f"{LEAD}\n东关镇柳树村村民\n王某某：{RESULT}\n{NEXT}") == []
    assert outline(f"{LEAD}\n东关镇便民服务中心\n0000-00000000 周一至周五办理\n{NEXT}") == []
    listed = "东关镇：柳树村、槐树村、杨树村\n西关镇：石桥村、木桥村、竹桥村"
    assert outline(f"{LEAD}\n代办窗口所在村庄\n{listed}") == [(2, "代办窗口所在村庄")]
    question = "代办要带哪些材料？"
    assert outline(f"{LEAD}\n{question}\n王某答：{RESULT}\n{NEXT}") == [(2, question)]


def test_the_first_sentence_below_a_lead_phrase_on_its_own_line_is_text() -> None:
    body = "开展高质量代办行动，推进村村有窗口。" + LEAD
    assert outline(f"健全代办体系。\n{body}\n{NEXT}") == [(LEAD_LEVEL, "健全代办体系")]
    said = "把便民放在心上，努力为群众多办实事，不断改善生活。"
    assert outline(f"{said}\n{body}\n{NEXT}")[-1] == (LEAD_LEVEL, "开展高质量代办行动，推进村村有窗口")


def test_a_list_of_annexes_heads_nothing() -> None:
    listed = f"一、建队伍。{LEAD}\n附件：1.代办事项清单\n2.代办员名单\n联系人：王某某，电话：0000-00000000"
    assert [heading for _, heading in outline(listed)] == ["一、建队伍。"]


@pytest.mark.parametrize("gap", ["\n", " \u3000\u3000"])
def test_a_line_behind_a_dash_heads_the_paragraph_below_it(gap: str) -> None:
    body = "代办工作人人出力。" + LEAD
    text = f"{LEAD}{gap}——汇聚全镇代办合力。{gap}{body}{gap}{NEXT}{RESULT}"
    assert outline(text) == [(LEAD_LEVEL, "——汇聚全镇代办合力")]


def test_words_to_the_audience_end_a_section_unless_the_next_one_counts_on() -> None:
    said = f"各位代表！{NEXT}"
    text = f"一、今年工作\n（一）建队伍\n{LEAD}\n{said}\n（二）立制度\n{RESULT}\n{said}"
    ends = {section.heading: section.span.of(text).rstrip()[-12:] for section in sections(text)}
    assert ends["（一）建队伍"] == NEXT[-12:]
    assert ends["（二）立制度"] == RESULT[-12:]


def test_the_number_of_a_question_belongs_to_the_question() -> None:
    text = f"{LEAD} 问题6： 代办员上门要收费吗？ 王某答：{RESULT}{NEXT}"
    assert outline(text) == [(2, "问题6： 代办员上门要收费吗？")]


def test_a_sentence_behind_the_blank_is_no_part_of_its_heading() -> None:
    text = f"一、背景 {LEAD} 二、主要内容 《措施》一共有八个方面二十条。 三、执行时限 {LEAD}"
    assert [heading for _, heading in outline(text)][1] == "二、主要内容"


def test_a_blank_inside_a_title_that_is_cited_ends_no_heading() -> None:
    item = "（一）按照《柳溪县人民政府 东关镇人民政府关于印发代办工作办法的通知》要求办理，老人免费，"
    assert not [heading for _, heading in outline(f"{item}{LEAD}") if heading.startswith("（一）")]


def test_who_says_something_heads_nothing() -> None:
    said = "“把窗口开到村里，老人不出村就能办事，真省心！”"
    text = f"{LEAD}《柳溪县代办办法》提出，县镇两级{said}{LEAD}"
    assert outline(text) == []


def test_an_annex_stands_outside_the_chapters_under_its_label_and_title() -> None:
    text = f"一、建队伍\n{LEAD}\n二、立制度\n{NEXT}\n附件\n年度代办实事\n1.{RESULT}"
    assert (1, "附件 年度代办实事") in outline(text)
    listed = f"一、建队伍\n{LEAD}\n附件：\n1.代办事项一览表\n2.代办员名单"
    assert not any("附件" in heading and "代办事项" in heading for _, heading in outline(listed))


def test_a_question_right_below_a_heading_opens_its_text() -> None:
    asked = "老人出不了门，手续办不成怎么办？"
    text = f"{LEAD}{RESULT} 上门代办——把窗口搬到炕头 {asked} {NEXT}{LEAD} "
    (heading,) = outline(text)
    assert heading[1] == "上门代办——把窗口搬到炕头"


def test_a_verb_is_not_parted_from_its_object_behind_a_quoted_word() -> None:
    told = f"在柳溪，东关镇代办中心为行动不便的老人提供“一对一” 上门取件，{LEAD}"
    assert outline(f"{RESULT} {told} {NEXT}") == []


def test_a_numbered_heading_of_two_clauses_heads_a_paragraph_of_one_sentence() -> None:
    one = "代办员按村里的安排，协助老人做好办事前的各项准备，帮助解决遇到的问题。"
    text = f"{LEAD} 一、主动靠前服务，把窗口开到村口 {one} 二、落实惠民政策，让老人少跑一趟 {one} {NEXT}"
    assert [heading for _, heading in outline(text)] == [
        "一、主动靠前服务，把窗口开到村口",
        "二、落实惠民政策，让老人少跑一趟",
    ]


def test_a_heading_without_a_number_may_hold_an_enumeration_or_stand_above_a_short_sentence() -> None:
    listed = "用心用情办好小事，营造安全、方便、快捷、高效的办事环境"
    short = "常年跑腿的代办员也要养家糊口。"
    text = f"{LEAD} {listed} 当前正值农忙时节，{NEXT} 政策倾斜，给代办员添补助 {short} {RESULT}"
    assert [heading for _, heading in outline(text)] == [listed, "政策倾斜，给代办员添补助"]


def test_who_speaks_with_office_and_name_heads_nothing() -> None:
    said = "“通过把窗口开到村里，老人不出村就能办事，下一步还要上门。”"
    assert outline(f"{LEAD} 柳溪县民政局副局长 李清 {said}{NEXT}{LEAD}") == []
