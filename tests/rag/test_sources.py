"""rag/sources.py: which reports an answer quotes."""

from __future__ import annotations

from dataclasses import replace

from corpus.types import Locality
from rag.sources import sources
from rag.types import Intent
from tests.rag.made import KAIPING, KAIPING_TEXT, LIUHE, LIUHE_TEXT, hit, question


def test_a_far_worse_report_is_not_quoted() -> None:
    asked = question("红管家")
    chosen = sources(
        asked, [hit(LIUHE_TEXT, LIUHE), hit(KAIPING_TEXT, KAIPING, name="乙.txt", score=0.2, number=2)]
    )
    assert len(chosen) == 1


def test_a_report_that_shares_words_but_not_the_meaning_is_not_quoted() -> None:
    hits = [hit(LIUHE_TEXT, LIUHE), hit(KAIPING_TEXT, KAIPING, name="乙.txt", dense=0.7, number=2)]
    assert len(sources(question("红管家"), hits)) == 1
    assert len(sources(question("红管家"), hits, calibrated=False)) == 2


def test_a_further_report_names_what_was_asked_and_has_a_place() -> None:
    asked = question("红管家议事会", concepts=(("议事会", "恳谈会"),))
    best = hit("红管家每月召开议事会，定下停车规矩。", LIUHE)
    same = hit("社区每月召开恳谈会，定下停车规矩。", KAIPING, name="乙.txt", score=0.85, number=2)
    other = hit("红管家每天打扫楼道，收走杂物。", KAIPING, name="丙.txt", score=0.85, number=3)
    nowhere = hit("社区每月召开恳谈会，定下停车规矩。", Locality(), name="丁.txt", score=0.85, number=4)
    chosen = sources(asked, [best, same, other, nowhere])
    assert [source.head.doc for source in chosen] == [best.stored.head.doc, same.stored.head.doc]
    alone = sources(asked, [nowhere])
    assert len(alone) == 1


def test_a_report_that_says_another_part_of_the_words_is_not_quoted() -> None:
    asked = question("独居老人定期巡访")
    best = hit("社区对独居老人定期巡访，每周上门两次。", LIUHE)
    same = hit("街道对独居老人每周巡访，登记在册。", KAIPING, name="乙.txt", score=0.85, number=2)
    other = hit("定期公布账目，接受监督。", KAIPING, name="丙.txt", score=0.85, number=3)
    assert [one.head.doc for one in sources(asked, [best, same, other])] == ["甲.txt", "乙.txt"]


def test_where_a_figure_is_asked_for_the_report_that_holds_one_is_quoted() -> None:
    asked = question("物业费收费率提到多少", Intent.FIGURE)
    without = hit("物业费收费率低，法官上门调解，30户业主补交了物业费。", LIUHE)
    holding = hit("物业费收费率已达93%。", KAIPING, name="乙.txt", score=0.8, number=2)
    assert [one.head.doc for one in sources(asked, [without, holding])] == ["乙.txt"]
    assert [one.head.doc for one in sources(asked, [without])] == ["甲.txt"]


def test_of_cases_that_name_as_much_the_one_with_a_place_stands_first() -> None:
    asked = question("红管家议事会", concepts=(("议事会", "恳谈会"),))
    nowhere = hit("红管家每月召开议事会，定下停车规矩。", Locality())
    placed = hit("红管家每月召开恳谈会，定下停车规矩。", KAIPING, name="乙.txt", score=0.88, number=2)
    assert [one.head.doc for one in sources(asked, [nowhere, placed])] == ["乙.txt", "甲.txt"]
    fact = replace(asked, intent=Intent.FACT)
    assert sources(fact, [nowhere, placed])[0].head.doc == "甲.txt"


def test_where_one_place_names_all_that_was_asked_those_that_name_half_are_left_out() -> None:
    asked = question("残疾人就业", Intent.LIST, many=True, concepts=(("残疾人",), ("就业", "上岗")))
    half = hit("志愿者走访残疾人家庭，送去米和油。", LIUHE)
    both = hit("街道办起工坊，帮残疾人上岗。", KAIPING, name="乙.txt", score=0.8, number=2)
    assert [one.head.doc for one in sources(asked, [half, both])] == ["乙.txt"]
    assert [one.head.doc for one in sources(asked, [half])] == ["甲.txt"]


def test_of_several_places_those_that_tell_of_deeds_come_first() -> None:
    asked = question("垃圾分类", Intent.COMPARE, many=True, concepts=(("垃圾分类",),))
    best = hit("社区设立垃圾分类投放点。", LIUHE)
    scene = hit("孩子们听得认真，感受垃圾分类的美好。", LIUHE, name="乙.txt", score=0.9, number=2)
    done = "垃圾分类由街道按月考核。街道设立兑换点，配备3名督导员。每户按月积分，凭积分免费兑换物品。"
    deed = hit(done, KAIPING, name="丙.txt", score=0.85, number=3)
    assert [one.head.doc for one in sources(asked, [best, scene, deed])] == ["甲.txt", "丙.txt", "乙.txt"]


def test_the_report_nearest_in_meaning_is_quoted_too_though_it_is_worded_otherwise() -> None:
    asked = question("骑手没地方吃饭", concepts=(("骑手",),))
    worded = hit("街道给骑手办起驿站，歇脚喝水。", LIUHE, dense=0.63)
    nearest = hit(
        "社区食堂给送餐员留出吃饭的座位，十元一餐。", KAIPING, name="乙.txt", score=0.72, dense=0.67, number=2
    )
    other = hit("商户给快递员腾出座位。", KAIPING, name="乙.txt", score=0.72, dense=0.67, number=2)
    assert [one.head.doc for one in sources(asked, [worded, other])] == ["甲.txt"]  # no word in common
    assert [one.head.doc for one in sources(asked, [worded, nearest])] == ["甲.txt", "乙.txt"]
    assert [one.head.doc for one in sources(asked, [worded, nearest], calibrated=False)] == ["甲.txt"]
    far = replace(nearest, score=0.6)
    assert [one.head.doc for one in sources(asked, [worded, far])] == ["甲.txt"]
    unplaced = hit("食堂给送餐员留座。", Locality(), name="丙.txt", score=0.72, dense=0.67, number=3)
    assert [one.head.doc for one in sources(asked, [worded, unplaced])] == ["甲.txt"]


def test_of_many_cases_that_name_as_much_the_one_nearest_in_meaning_stands_first() -> None:
    asked = question("怎样调解邻里纠纷", many=True)
    louder = replace(hit("邻里纠纷、邻里纠纷，调解邻里纠纷。", LIUHE, score=1.0), dense=0.66)
    nearer = replace(
        hit("两家邻里为滴水争吵，老支书上门调解纠纷。", KAIPING, name="乙.txt", score=0.95, number=2),
        dense=0.7,
    )
    assert [one.head.doc for one in sources(asked, [louder, nearer])] == ["乙.txt", "甲.txt"]
    assert sources(asked, [louder, nearer], calibrated=False)[0].head.doc == "甲.txt"
    one = replace(asked, many=False)
    assert [source.head.doc for source in sources(one, [louder, nearer])] == ["甲.txt", "乙.txt"]


def test_a_case_far_from_the_other_in_meaning_is_no_second_case() -> None:
    asked = question("怎样调解邻里纠纷")
    far = replace(hit("邻里纠纷、邻里纠纷，调解邻里纠纷。", LIUHE, score=1.0), dense=0.52)
    near = replace(
        hit("两家邻里为滴水争吵，老支书上门说和。", KAIPING, name="乙.txt", score=0.95, number=2), dense=0.7
    )
    assert [one.head.doc for one in sources(asked, [far, near])] == ["乙.txt"]


def test_for_figures_a_report_that_tells_more_of_them_goes_before_one_that_says_more_of_the_words() -> None:
    asked = question("网站和手机软件上能办完的事有多少件，跨省能办的有多少件", Intent.FIGURE)
    loud = hit("网站和手机软件改版。开设12个栏目。能办的事在网站和手机软件上一看就懂。", LIUHE, score=1.0)
    told = hit("平台上4万多件事能办完，474件跨省能办。", KAIPING, name="乙.txt", score=0.75, number=2)
    assert sources(asked, [loud, told])[0].head.doc == "乙.txt"
    far = replace(told, score=0.6)
    assert sources(asked, [loud, far])[0].head.doc == "甲.txt"


def test_ways_that_name_what_is_asked_for_may_be_further_in_meaning() -> None:
    asked = question("老人食堂各地怎么办", many=True, concepts=(("食堂", "助餐"),))
    first = hit("村里办起老人食堂，老人每餐付三元。", LIUHE, dense=0.68)
    named = hit("街道给老人办食堂，志愿者送餐。", KAIPING, name="乙.txt", score=0.8, dense=0.55, number=2)
    assert [one.head.doc for one in sources(asked, [first, named])] == ["甲.txt", "乙.txt"]
    unnamed = hit("街道给老人送温暖，志愿者上门。", KAIPING, name="乙.txt", score=0.8, dense=0.55, number=2)
    assert [one.head.doc for one in sources(asked, [first, unnamed])] == ["甲.txt"]


def test_a_report_that_leads_in_words_and_meaning_stands_first_however_much_others_name() -> None:
    asked = question("老人门敲不开怎么办", concepts=(("独居老人", "老人"), ("上门服务", "上门")))
    leading = hit("敲门没人应，社工翻窗进屋，扶起老人。", LIUHE, dense=0.71)
    named = hit("物业上门为老人换马桶。", KAIPING, name="乙.txt", score=0.85, dense=0.68, number=2)
    assert sources(asked, [leading, named])[0].head.doc == "甲.txt"
    level = replace(named, score=0.88)
    assert sources(asked, [leading, level])[0].head.doc == "乙.txt"
    nearer = replace(named, dense=0.73)
    assert sources(asked, [leading, nearer])[0].head.doc == "乙.txt"
    ahead = replace(nearer, score=0.8)  # by far, in words: it may be a little further in meaning
    assert sources(asked, [leading, ahead])[0].head.doc == "甲.txt"
    behind = replace(level, dense=0.66)  # a little in words and a little in meaning
    assert sources(asked, [leading, behind])[0].head.doc == "甲.txt"


def test_a_report_by_far_the_nearest_in_meaning_stands_first_however_it_is_worded() -> None:
    asked = question("水边一只大白鸟翅膀断了该打什么电话", Intent.FACT)
    loud = hit("水边禁止下网，该打的电话贴在岸边。", LIUHE, dense=0.55)
    told = hit(
        "热线接报一只白鹭受伤，救助站派车接走。", KAIPING, name="乙.txt", score=0.7, dense=0.7, number=2
    )
    assert [one.head.doc for one in sources(asked, [loud, told])] == ["乙.txt"]
    near = replace(told, dense=0.63)
    assert sources(asked, [loud, near])[0].head.doc == "甲.txt"


def test_what_was_ordered_in_an_epidemic_is_no_row_where_nothing_of_one_is_asked() -> None:
    asked = question("红白事大操大办各地怎么管", many=True)
    first = hit("村里立下章程，红白事一律从简，大操大办的不评文明户。", LIUHE)
    ordered = hit("红白事一律停办，大操大办的劝散。", KAIPING, name="乙.txt", score=0.88, number=2)
    head = replace(ordered.stored.head, title="关于防控肺炎疫情的紧急通告")
    ordered = replace(ordered, stored=replace(ordered.stored, head=head))
    assert [one.head.doc for one in sources(asked, [first, ordered])] == ["甲.txt"]
    spoken = replace(asked, asked="疫情期间红白事各地怎么管")
    assert [one.head.doc for one in sources(spoken, [first, ordered])] == ["甲.txt", "乙.txt"]


def test_a_street_and_its_village_are_not_two_places() -> None:
    street = replace(KAIPING, town="赤坎街道")
    village = replace(street, community="江南社区")
    best = hit("赤坎街道每周六办便民集市，理发、义诊、维修免费。", street)
    inside = hit("江南社区办便民集市，理发、义诊都有。", village, name="乙.txt", number=2)
    other = hit("六合区每月办便民集市，磨刀、维修、理发免费。", LIUHE, name="丙.txt", number=3)
    asked = question("便民集市", Intent.LIST, many=True)
    chosen = sources(asked, [best, inside, other])
    assert {source.head.doc for source in chosen} == {"甲.txt", "丙.txt"}


def test_a_report_nearer_in_meaning_and_first_in_the_words_search_stands_first() -> None:
    asked = question("那汤是谁熬的，孩子能参加吗", Intent.FACT, concepts=(("孩子",), ("上门",)))
    loud = hit("孩子跟着志愿者上门送菜。", LIUHE, dense=0.6)
    told = hit("志愿者五点起来熬汤，送到楼里。", KAIPING, name="乙.txt", score=0.7, dense=0.67, number=2)
    worded = replace(told, parts=(("words", 1.0),))
    assert sources(asked, [loud, worded])[0].head.doc == "乙.txt"
    assert sources(asked, [loud, replace(told, parts=(("words", 0.8),))])[0].head.doc == "甲.txt"
    assert sources(asked, [loud, replace(worded, dense=0.63)])[0].head.doc == "甲.txt"
