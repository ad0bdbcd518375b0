"""corpus/boundary.py: where a title that runs into its report ends, and where a name does."""

from __future__ import annotations

import pytest

from corpus.boundary import balanced, end_score, start_score, title_end
from corpus.persons import name_end
from corpus.titles import polished
from tests.corpus.made import LEAD, read

TITLE = "柳溪县东关镇开展便民代办活动"


def test_a_title_printed_twice_is_certain() -> None:
    assert title_end(TITLE + TITLE + LEAD) == len(TITLE)


@pytest.mark.parametrize(
    "opening", ["近日，柳溪县", "为进一步方便群众，", "8月12日，", "近年来，柳溪县", "“窗口开到村里”"]
)
def test_a_title_ends_where_a_report_usually_begins(opening: str) -> None:
    assert title_end(TITLE + opening + "东关镇把办事窗口开到村里，村民不出村就能办事。") == len(TITLE)


def test_a_title_never_ends_inside_a_number_a_quotation_or_before_a_stop() -> None:
    text = "东关镇“窗口开到村”改革第2023期简报近日，镇里把办事窗口开到村里，村民不出村就能办事。"
    end = title_end(text)
    assert end is not None
    assert balanced(text[:end])
    assert not (text[end - 1].isdigit() and text[end].isdigit())
    assert text[end] not in "，。、；："


@pytest.mark.parametrize(
    ("title", "behind"),
    [
        ("柳溪县：让村民成为办事窗口的管理者", "近日，镇里评出了十二名代办员。"),
        ("东关镇：“小窗口”送服务进村", "“大娘，您这一件办好了。”近日，代办员笑着说。"),
        ("东关镇的代办员和他们的口袋", "初秋的清晨，村口的代办点已经坐满了人，老人等着办事。"),
        ("东关镇把窗口开到村里", "八月盛夏，村口的代办点已经坐满了人，老人等着办事。"),
    ],
)
def test_a_title_does_not_end_inside_a_clause(title: str, behind: str) -> None:
    assert title_end(title + behind) == len(title)


@pytest.mark.parametrize(
    ("title", "behind"),
    [
        ("办事不用再跑远路！柳溪东关街道把窗口开到村口，让代办员上门取件", "近日，镇里评出了十二名代办员。"),
        ("办好每一件小事！柳溪东关街道代办员上门服务", "为进一步方便群众，镇里评出了十二名代办员。"),
        (
            "为老人送上热饭热菜！柳溪东关街道代办员做公益，引领垃圾分类新时尚",
            "说一会儿家常，送一份折页，签一份承诺书，东关街道桥头社区的老人都认得她。",
        ),
        ("东关镇的代办员们获村民赠送一面锦旗", "一面锦旗、一片心意，村民们把锦旗挂在窗口旁边。"),
        ("东关镇代办员：心里装着每一个人的小事", "为了让老人少跑路，镇里评出了十二名代办员。"),
    ],
)
def test_a_title_of_two_halves_goes_on_to_the_opening(title: str, behind: str) -> None:
    assert title_end(title + behind) == len(title)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("代办员为老人上门送清凉近日，柳溪县酷热，", "代办员为老人上门送清凉"),
        ("窗口搬进村 办事不出门为进一步方便群众，", "窗口搬进村 办事不出门"),
        ("柳溪县东关镇为进一步方便群众，", None),
        ("柳溪县人民政府近日，", None),
        ("柳溪日报8月7日讯（记者 李明）近日，柳溪县酷热，", None),
    ],
)
def test_a_headline_that_runs_into_an_opening(head: str, title: str | None) -> None:
    (report,) = read(f"2023-08-17 11:26，正文：{head}镇里评出了十二名代办员。{LEAD}").reports
    assert report.title == title
    assert "镇里评出了十二名代办员" in report.text


def test_text_without_a_title_has_no_end() -> None:
    assert title_end("。" + LEAD) is None
    assert title_end("") is None
    assert title_end("短") is None


def test_scores_tell_openings_and_endings_from_other_words() -> None:
    assert start_score("近日，柳溪") > start_score("的事项一")
    assert end_score("便民服务活动") > end_score("的")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("李明 王芳", "李明"),
        ("王大明，近日", "王大明"),
        ("李明近日，东关镇", "李明"),
        ("李明湖北某县红十字会和东关镇", "李明"),  # 湖北 is not torn for a name of three characters
    ],
)
def test_names_end_at_a_gap_or_before_the_first_word(text: str, name: str) -> None:
    assert text[: name_end(text, 0)] == name


@pytest.mark.parametrize(
    ("text", "whole"), [("“红色物业”", True), ("《办法", False), ("（一）", True), ("”", False), ("", True)]
)
def test_balanced(text: str, whole: bool) -> None:
    assert balanced(text) is whole


def test_a_title_says_what_its_subject_went_to() -> None:
    title = "代办服务助力乡村，师范学子走进柳溪东关"
    body = "在柳溪县团委的支持下，师范学院的代办服务队来到东关镇，教老人用手机办事。"
    assert title_end(title + body) == len(title)


def test_the_title_behind_its_source_label_is_the_title() -> None:
    (report,) = read(f"07/26 10:06，正文：来源标题：{TITLE}近日，{LEAD}").reports
    assert report.title == TITLE


@pytest.mark.parametrize(
    ("title", "behind"),
    [
        ("东关社区：“暖心行动”让居民安心", "柳溪区东关路街道东关社区居民老张一早就来到窗口，办好了证件。"),
        ("柳溪县东关镇：代办不打烊 为民不停歇", "“大娘，您慢走。”代办员笑着说，这已经是今天的第三位老人。"),
        ("为民代办 | 多措并举开展夏季“上门代办”行动", "自夏季代办行动开展以来，东关镇代办员走村入户。"),
        ("代办员上门 取件送证都放心", "“没想到真能送到家！”村民张某某拿着证件笑着说，这下不用再跑县城了。"),
        ("柳溪县代办开启夏日上门系列活动", "为进一步方便群众，东关镇把办事窗口开到村里。"),
        ("东关镇把代办送到家门口", "自去年11月份启动代办服务以来，东关镇共办件一千多件。"),
        (
            "“代办管家”助力乡村善治",
            "在柳溪柳河深入推进“上门代办”工作的进程中，各村积极探索，办事窗口开到村里。",
        ),
    ],
)
def test_a_title_takes_no_words_of_the_report_and_loses_none(title: str, behind: str) -> None:
    assert title_end(title + behind) == len(title)


def test_a_wide_gap_ends_a_title_and_so_does_a_blank_behind_a_long_one() -> None:
    short = "东关镇打造代办品牌 “小窗口”为老人解忧"
    (report,) = read(
        f"2023-08-02 09:00，正文：原标题：{short}\u2003\u2003柳溪县东关镇村民张某某，{LEAD}"
    ).reports
    assert report.title == short
    long = "柳溪县优秀代办员先进事迹展播：东关街道柳树社区代办员张某某于平凡中铸就不凡"
    (report,) = read(
        f"2023-08-02 09:00，正文：原标题：{long} 作为代办员，张某某始终记得村民的事。{LEAD}"
    ).reports
    assert report.title == long


def test_a_headline_said_again_by_the_article_is_one_title() -> None:
    text = f"柳溪县推出“代办码” 我县推出“代办码” 让办事更方便 {LEAD} {LEAD} "
    (report,) = read(text).reports
    assert report.title == "柳溪县推出“代办码”"


def test_a_medium_does_not_begin_inside_the_title() -> None:
    head = "首个代办日活动举行 保电关键环节多中新网柳溪新闻8月16日电 (王某某)8月15日，首个代办日活动举行。"
    (report,) = read(f"2023-08-17 10:42，正文：原标题：{head}{LEAD}").reports
    assert report.title == "首个代办日活动举行 保电关键环节多"


def test_a_name_ends_in_front_of_a_province() -> None:
    assert name_end("徐某湖北柳溪东关镇和县红十字会共同成立了代办站", 0) == 2


def test_a_title_ends_where_it_says_where_it_was_taken_from() -> None:
    title = "东关镇窗口开到村本文转自【柳溪网】；东关镇——窗口开到村"
    assert polished(title) == "东关镇窗口开到村"


@pytest.mark.parametrize(
    ("title", "behind"),
    [
        (
            "“暖阳团队”来到东关镇，这场义诊把好服务送到村民身边",
            "如何让老人不出村就能看上好医生？近日，镇里请来了三位医生。",
        ),
        (
            "想当村里的小代办员？东关镇这支学生“代办小队”正式上岗",
            "青少年如何更好地帮村里老人办事？自招募以来，四十名学生报了名。",
        ),
        ("柳溪县东关镇：清理房前屋后 同建美丽庭院", "改善人居环境，建设宜居村庄，东关镇清理了四十处旧圈舍。"),
        (
            "柳溪县司法局：在“代办员”身上下功夫 让办事培训零距离",
            "为培养一批懂政策的代办员，县里请来律师讲课。",
        ),
    ],
)
def test_a_title_ends_before_a_question_and_before_a_verb_with_its_object(title: str, behind: str) -> None:
    assert title_end(title + behind) == len(title)


@pytest.mark.parametrize(
    ("title", "behind"),
    [
        ("东关镇：一支支画笔绘出乡村振兴新画卷", "一面面由学生绘制的墙画在镇里火了，有村民在墙前拍照。"),
        ("柳溪县东关镇：党群共建“小窗口”，筑牢便民“大堡垒”", "红色的牌子十分醒目，窗口前的标语提示着村民。"),
        ("柳溪：代办便民，助力社区平安建设", "在东关镇柳岸社区，有一对老夫妻，一直替邻居代办。"),
        ("柳溪学院暑期“三下乡”：“童”心守护 同绘明天", "为照看留守的孩子，东关镇请来了十二名大学生。"),
    ],
)
def test_a_title_ends_with_the_words_that_headlines_end_with(title: str, behind: str) -> None:
    assert title_end(title + behind) == len(title)


def test_a_report_begins_where_the_name_that_opens_its_title_stands_again() -> None:
    title = "柳溪县东关镇新桥社区：“五本账”记着群众事 激活治理一池水"
    text = f"{title}柳溪县东关镇新桥社区以五本账为抓手，挨家记下居民的难处，逐件办结。"
    assert title_end(text) == len(title)


def test_a_title_of_two_halves_as_long_as_each_other_is_kept_whole() -> None:
    title = "柳溪东关：代办送餐暖人心 收到来信赞声多"
    opens = "“谢谢镇上送餐的小伙子这么照应我爹。” 8月1日上午，"
    (report,) = read(f"2023-08-01 10:00，正文：原标题：{title} {opens}{LEAD}").reports
    assert report.title == title
