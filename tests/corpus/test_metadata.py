"""corpus/metadata.py and the readers of heads and tails: what stands in the file, or nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from corpus.metadata import iso_date, signers, source_name, title_issuer
from tests.corpus.made import LEAD, NEXT, RESULT, read
from tests.golden import case, rows

ROWS = rows("metadata")


@pytest.mark.parametrize("row", [case(row, "id", "kind") for row in ROWS])
def test_golden(row: dict[str, Any]) -> None:
    (report,) = read(row["raw"]).reports
    assert (report.title, report.date, report.source) == (row["title"], row["date"], row["source"])
    assert "代办事项1860件" in report.text
    assert row["title"] is None or row["title"] not in report.text


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2023年8月1日", "2023-08-01"),
        ("2023-08-17 23:01", "2023-08-17"),
        ("2023.8.7", "2023-08-07"),
        ("2023/08/07", "2023-08-07"),
        ("23-08-17 06:17", "2023-08-17"),
        ("发布于 2023 年 8 月 1 日", "2023-08-01"),
        ("8-12 06:06", None),
        ("2023年13月1日", None),
        ("2023年8月32日", None),
        ("今年以来", None),
        ("", None),
    ],
)
def test_dates_in_the_usual_shapes(text: str, date: str | None) -> None:
    assert iso_date(text) == date


@pytest.mark.parametrize("name", ["本报", "本网", "网络", "互联网", "综合", "", "社", None])
def test_names_that_name_nobody_are_no_source(name: str | None) -> None:
    assert source_name(name) is None


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("王小明贵州日报天眼新闻", "贵州日报天眼新闻"),
        ("窗口前排起队大众网", "大众网"),
        ("人民网-中国共产党新闻网", "人民网-中国共产党新闻网"),
        ("转自柳溪日报", "柳溪日报"),
        ("东关镇供稿", "东关镇"),
        ("柳溪县委宣传部王小明", "柳溪县委宣传部"),
        ("柳溪县委宣传部新闻科", "柳溪县委宣传部新闻科"),
        ("荆楚网（湖北日报网", "荆楚网"),
        ("柳溪县应对某某疫情工作领导小组办公室", "柳溪县应对某某疫情工作领导小组办公室"),
    ],
)
def test_a_source_stands_without_what_ran_into_it(name: str, source: str) -> None:
    assert source_name(name) == source


@pytest.mark.parametrize(
    ("names", "signer"),
    [
        ("柳溪县财政局 柳溪县教育局", "柳溪县财政局、柳溪县教育局"),
        ("财政部 税务总局 银保监会", "财政部、税务总局、银保监会"),
        ("柳溪县人民政府 办公室", "柳溪县人民政府"),
        ("柳溪县应对某某疫情 防控工作指挥部", "柳溪县应对某某疫情防控工作指挥部"),
        ("信息上报二维码 柳溪市某某工作领导小组办公室", "柳溪市某某工作领导小组办公室"),
    ],
)
def test_all_that_signed_are_the_source(names: str, signer: str) -> None:
    assert signers(names) == signer


@pytest.mark.parametrize(
    ("title", "issuer"),
    [
        ("柳溪市人民政府办公厅关于推行便民代办的通知", "柳溪市人民政府办公厅"),
        ("转发柳溪市教育局关于推行便民代办的提示", "柳溪市教育局"),
        ("关于推行便民代办的通知", None),
        ("柳溪市：关于便民代办，您想知道的都在这里", None),
    ],
)
def test_a_title_names_who_issued_it(title: str, issuer: str | None) -> None:
    assert title_issuer(title) == issuer


@pytest.mark.parametrize(
    ("signature", "source"),
    [
        ("柳溪县人民政府防汛抗旱指挥部2023年8月21日", "柳溪县人民政府防汛抗旱指挥部"),
        (" \xa0 \xa0 \xa0 养老保险科 \xa0 \xa0 \xa0 2023年8月21日", "养老保险科"),
    ],
)
def test_a_signature_without_a_gap_or_far_to_the_right_is_read_and_cut(signature: str, source: str) -> None:
    (report,) = read(f"关于推行便民代办的通知 各村： {LEAD}{RESULT}联系人见附件。{signature}").reports
    assert (report.source, report.date) == (source, "2023-08-21")
    assert report.text.endswith("联系人见附件。")


def test_a_source_with_a_long_name_is_whole() -> None:
    office = "柳溪县新型冠状病毒感染的肺炎疫情防控工作指挥部办公室"
    (report,) = read(f"{LEAD}{RESULT} 来源：{office}").reports
    assert report.source == office


def test_signers_count_also_where_more_follows_the_signature() -> None:
    raw = f"{LEAD}{RESULT}请遵照执行。 柳溪县财政局 柳溪县教育局 2020年2月14日 （此件公开发布）"
    (report,) = read(raw).reports
    assert (report.source, report.date) == ("柳溪县财政局、柳溪县教育局", "2020-02-14")


def test_a_dateline_between_a_title_and_itself_names_the_source() -> None:
    title = "东关镇：窗口开到村 办事不出村"
    (report,) = read(f"{title} 新华社北京2月17日电 题：{title} {LEAD}{RESULT}").reports
    assert report.source == "新华社"


def test_what_a_table_says_holds_where_the_text_says_nothing() -> None:
    row = {"title": "东关镇的窗口", "date": "2023-08-17", "source": "柳溪日报", "text": f"{LEAD}\n{RESULT}"}
    (report,) = read(json.dumps(row, ensure_ascii=False), "表.jsonl").reports
    assert (report.title, report.date, report.source) == ("东关镇的窗口", "2023-08-17", "柳溪日报")
    assert report.text == f"{LEAD}\n{RESULT}"


def test_lines_above_the_title_that_a_table_names_belong_to_the_site() -> None:
    row = {
        "title": "东关镇的窗口",
        "date": "2023-08-17",
        "text": f"柳溪县人民政府\n东关镇的窗口\n{LEAD}\n{NEXT}",
    }
    file = read(json.dumps(row, ensure_ascii=False), "表.jsonl")
    assert file.reports[0].text == f"{LEAD}\n{NEXT}"
    assert [r.text for r in file.removed if r.rule == "网页页头"] == ["柳溪县人民政府"]


@pytest.mark.parametrize(
    ("behind", "source"),
    [("封面新闻网（记者 张小龙）8月3日报道 ", "封面新闻网"), (" 柳溪网讯 记者张小龙 ", "柳溪网")],
)
def test_a_medium_that_ran_into_the_title_is_the_source(behind: str, source: str) -> None:
    title = "东关镇开展便民代办服务活动"
    (report,) = read(f"2023-08-01 10:00，正文：原标题：{title}{behind}{LEAD}{RESULT}").reports
    assert (report.title, report.source) == (title, source)
    assert report.text.startswith(LEAD[:8])


def test_a_notice_of_many_offices_is_named_by_all_of_its_title() -> None:
    offices = "民政部 财政部 教育部 司法部 公安部 水利部 商务部"
    (report,) = read(f"{offices} 关于推行上门代办的通知 各省民政厅： {LEAD} {RESULT}").reports
    assert report.title == f"{offices} 关于推行上门代办的通知"


def test_who_signed_in_the_middle_of_a_document_is_its_source() -> None:
    signed = "柳溪县便民工作领导小组（指挥部） 2023年8月1日"
    (report,) = read(f"关于推行上门代办的通告 {LEAD}{RESULT} {signed} 附表见下页。 {NEXT}").reports
    assert (report.source, report.date) == ("柳溪县便民工作领导小组（指挥部）", "2023-08-01")
    assert signed not in report.text


def test_a_word_alone_on_the_first_line_is_the_title_where_the_text_opens_with_it() -> None:
    entry = "柳溪灯是柳溪县东关镇的一种纸灯，每年正月由各村的灯会扎制，挂在村口的老树上。"
    (report,) = read(f"柳溪灯\n\n{entry}\n").reports
    assert (report.title, report.text) == ("柳溪灯", entry)
    (other,) = read(f"灯会\n\n{entry}\n").reports
    assert other.title is None and other.text.startswith("灯会")


def test_a_title_in_pieces_ends_with_the_kind_of_document() -> None:
    title = "柳溪县民政局关于代办服务期间采取支持性收费政策 降低老人办事成本的通知"
    (report,) = read(f"{title} {title} 柳民发〔2024〕8号 各乡镇人民政府： {LEAD}{RESULT}").reports
    assert report.title == title
    assert report.text.startswith(LEAD[:10])


SIGNED_LATE = [
    f"{LEAD}{RESULT} 联系人：王某、李某 联系电话：01234567 柳溪县民政局 2024年5月6日",
    f"{LEAD}{RESULT}{NEXT}   2024年5月6日",
    f"{LEAD}{RESULT} 2024年5月6日 附件1 代办员名单 序号 姓名 1 王某某 2 李某某",
    f"{LEAD}{RESULT} 2024年5月6日 东关镇代办服务工作指南 {NEXT}{LEAD}",
]


@pytest.mark.parametrize("text", SIGNED_LATE)
def test_the_day_with_which_a_document_ends_is_its_date(text: str) -> None:
    (report,) = read(f"关于做好代办服务的通知 各村（社区）： {text}").reports
    assert report.date == "2024-05-06"
    assert "2024年5月6日" not in report.text


def test_a_day_in_the_course_of_a_report_is_not_its_date() -> None:
    (report,) = read(f"关于代办服务的情况 {LEAD} 2024年5月6日 镇里开了会，{RESULT}{NEXT}").reports
    assert report.date is None


def test_a_dateline_behind_a_caption_with_its_source_goes_with_it() -> None:
    text = f"2023-08-02 09:00，正文：培训班。(来源：东关街道办)柳溪日报8月11日讯（通讯员 王某某）{LEAD}"
    (report,) = read(text).reports
    assert report.text == LEAD


@pytest.mark.parametrize(
    ("behind", "source"),
    [
        ("中国柳溪网 记者 王小满 图片来源：柳溪县委宣传部", "中国柳溪网"),
        ("来 源：柳溪县文化和旅游局作 者：小满", "柳溪县文化和旅游局"),
        ("(新华社柳溪2月17日电)", "新华社"),
        ("柳溪新闻传媒中心记者：孙小满", "柳溪新闻传媒中心"),
    ],
)
def test_a_source_is_that_of_the_report_and_whole(behind: str, source: str) -> None:
    (report,) = read(f"{LEAD}{RESULT}{behind}").reports
    assert report.source == source


def test_the_site_in_front_of_a_title_is_its_source() -> None:
    head = "2023-08-12 08:00，正文：原标题：【柳溪党建网】东关镇把窗口开到村里"
    (report,) = read(f"{head} {LEAD}{RESULT}").reports
    assert (report.title, report.source) == ("东关镇把窗口开到村里", "柳溪党建网")


def test_a_title_that_stands_only_behind_the_report_is_found() -> None:
    (report,) = read(f"2023-08-01 10:00，正文：{LEAD}{RESULT}原标题《代办员走进柳溪十二个村》").reports
    assert report.title == "代办员走进柳溪十二个村"
    assert "原标题" not in report.text
    behind = "（原标题：代办员走进柳溪十二个村）来源：柳溪日报 记者 李明"
    (report,) = read(f"2023-08-01 10:00，正文：{LEAD}{RESULT}{behind}").reports
    assert report.title == "代办员走进柳溪十二个村"


def test_a_caption_in_front_of_a_report_is_no_title() -> None:
    head = "，正文：柳溪社区防灾安全教育活动现场大众网记者 李明 通讯员 王芳 济南报道"
    (report,) = read(f"{head}{LEAD}{RESULT}").reports
    assert report.title is None


def test_a_headline_left_as_the_first_heading_is_the_title() -> None:
    (report,) = read(f"代办员走进柳溪十二个村\n\n{LEAD}\n{RESULT}\n").reports
    assert report.title == "代办员走进柳溪十二个村"
    (item,) = read(f"，正文：来源：人民网－湖北频道代办员走进柳溪十二个村{LEAD}{RESULT}").reports
    assert item.title == "代办员走进柳溪十二个村"


def test_a_sentence_that_tells_where_the_meeting_opened_is_left_of_a_caption() -> None:
    opened = "2月3日，柳溪县第十届人民代表大会第四次会议在县会堂开幕。"
    head = "柳溪县政府工作报告\n——2026年2月3日在柳溪县第十届人民代表大会第四次会议上\n"
    (report,) = read(
        f"{head}{opened}县长李某某作政府工作报告。 柳溪日报记者 王某某 摄\n各位代表：\n{LEAD}\n{LEAD}"
    ).reports
    assert report.text.startswith("各位代表")
    (report,) = read(f"{head}{opened}\n{LEAD}\n{LEAD}").reports
    assert report.text.startswith("2月3日")


def test_a_signature_leaves_the_brackets_end() -> None:
    text = f"{LEAD}(责任单位：县民政局、县有关部门) 　　柳溪县人民政府办公室 　　2023年8月3日"
    (report,) = read(text).reports
    assert report.text.endswith("县有关部门)")
