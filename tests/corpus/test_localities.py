"""Place names, and the place that a report is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.gazetteer import depth, gazetteer, stem
from corpus.localities import locate
from corpus.types import NOWHERE, Locality
from tests.golden import case, rows


def _levels(text: str) -> tuple[str | None, ...]:
    names = [x or None for x in text.split("|")]
    return tuple(names + [None] * (5 - len(names)))


@pytest.mark.parametrize("row", [case(row, "id") for row in rows("localities")])
def test_golden(row: dict[str, str]) -> None:
    default = Locality(*_levels(row["default"])[:3]) if "default" in row else NOWHERE  # type: ignore[arg-type]
    placed = locate(row["title"], row["text"], source=row.get("source"), default=default)
    assert placed.locality.levels == _levels(row["want"]), placed


def test_a_resolved_place_has_code_confidence_and_evidence() -> None:
    place = locate("彰武县推行积分制", "彰武县的积分可以换米面。").locality
    assert place.code == "210922"
    assert 0 < place.confidence <= 1
    assert place.evidence == ("彰武县",)


def test_a_community_has_the_code_of_its_town() -> None:
    place = locate("淮北市烈山区任楼街道西园社区设立夜谈会", "").locality
    town = gazetteer().resolve("任楼街道", Locality("安徽省", "淮北市", "烈山区"))[0]
    assert (place.community, place.code) == ("西园社区", town.code)


@pytest.mark.parametrize(
    ("called", "county"),
    [("松桃县", "松桃苗族自治县"), ("青龙县", "青龙满族自治县"), ("三江县", "三江侗族自治县")],
)
def test_an_autonomous_county_goes_by_its_short_name_with_县(called: str, county: str) -> None:
    """Also where that name without 县 is an ordinary word, or that of several places."""
    assert locate(f"{called}推行积分制", f"{called}的积分可以换米面。").locality.county == county


@pytest.mark.parametrize(
    "text",
    [
        "她从马里兰州回国后，在社区办起了书屋。书屋每周开放三天。",
        "铁路西起龙口西站，东至珠玑站，沿线设了七个宣传点。",
        "村委会副主任尼玛多吉说，大家轮流打扫，尼玛带头。",
        "讲解员讲起井冈山会师，孩子们听得入神，井冈山的故事讲了一下午。",
        "总部在吉隆坡的公司捐了两台车，吉隆坡来的志愿者也参加了。",
    ],
)
def test_a_bare_name_in_other_words_is_no_place(text: str) -> None:
    assert not locate(None, text).locality.known  # invented sentences


@pytest.mark.parametrize(
    "text",
    [
        "近日，彰武推进老旧小区改造，居民代表全程监督。",
        "彰武县请来木匠。后来彰武又请了瓦匠。",
        "彰武民政局上门为老人办证，老人说彰武的办法好。",
    ],
)
def test_a_bare_name_that_acts_is_a_place(text: str) -> None:
    assert locate(None, text).locality.county == "彰武县"


def test_an_experience_named_after_a_place_is_followed_elsewhere() -> None:
    text = "近年来，彰武县践行“浦江经验”，县领导每月下访。“浦江经验”让矛盾少了。"  # invented
    assert locate("践行“浦江经验” 为民解难", text).locality.county == "彰武县"


def test_places_merely_mentioned_are_kept_apart() -> None:
    placed = locate("彰武县请来医生", "彰武县请来医生义诊，医生来自晋城。")
    assert placed.mentioned == ("晋城",)


def test_a_joint_report_covers_both_places() -> None:
    placed = locate("彰武县、清徐县结成对子", "两县互派干部。")
    assert [placed.locality.county, *(x.county for x in placed.also)] == ["彰武县", "清徐县"]
    assert placed.mentioned == ()


def test_the_government_named_in_front_decides_where_nothing_else_does() -> None:
    text = "为有序开工，根据国务院和省政府的要求，现通知如下。各区每天报一次。"
    assert locate("市政府办公厅关于有序开工的通知", text).locality == NOWHERE
    place = locate("市政府办公厅关于有序开工的通知", text, head="贵阳市人民政府办公厅文件 ").locality
    assert place.levels[:2] == ("贵州省", "贵阳市")


def test_default_is_a_guess_down_to_the_city() -> None:
    place = locate(None, "大家都说好。", default=Locality("山西省", "太原市", "小店区")).locality
    assert place.levels == ("山西省", "太原市", None, None, None)
    assert place.confidence < 0.5


@pytest.mark.parametrize(
    ("word", "full"),
    [
        ("阜新县", ["辽宁省·阜新市·阜新蒙古族自治县"]),
        ("延边州", ["吉林省·延边朝鲜族自治州"]),
        ("浦东", ["上海市·浦东新区"]),
        ("内蒙古", ["内蒙古自治区"]),
        ("太原", ["山西省·太原市"]),
        ("彰武", ["辽宁省·阜新市·彰武县"]),
        ("两江新区", ["重庆市·两江新区"]),
        ("没有此县", []),
    ],
)
def test_resolve(word: str, full: list[str]) -> None:
    assert [x.full for x in gazetteer().resolve(word)] == full


def test_resolve_within() -> None:
    assert len(gazetteer().resolve("新城区")) == 2
    assert [x.city for x in gazetteer().resolve("新城区", Locality("陕西省"))] == ["西安市"]


def test_mentions_are_the_longest_from_left_to_right() -> None:
    found = gazetteer().mentions("辽宁省阜新市阜新蒙古族自治县和准旗")
    assert [m.word for m in found] == ["辽宁省", "阜新市", "阜新蒙古族自治县", "准旗"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("住在光山县孙铁铺镇江湾村的乡村医生", ["光山县", "孙铁铺镇", "江湾村"]),
        ("木林镇后王各庄村成立车队", ["木林镇", "后王各庄村"]),
        ("组织社区、各社区、该社区和农村、全村、乡村", []),
        ("长宁区仙霞新村街道", ["长宁区", "仙霞新村街道"]),
        ("创新乡村、重大理论、沟通化解、扩大同心圆、市区域市场", []),
        ("张家港经开区（杨舍镇）棋杆社区", ["张家港", "杨舍镇", "棋杆社区"]),
        ("晋城市城区北街街道", ["晋城市", "城区", "北街街道"]),
    ],
)
def test_mentions(text: str, words: list[str]) -> None:
    assert [m.word for m in gazetteer().mentions(text)] == words


@given(st.text(alphabet="辽宁省阜新市彰武县区街道镇乡村社区东湖在的，。abc ", max_size=60))
def test_mentions_lie_in_order_inside_the_text(text: str) -> None:
    end = 0
    for mention in gazetteer().mentions(text):
        assert mention.word == mention.span.of(text)
        assert mention.candidates
        assert mention.span.end > end
        end = mention.span.end


@given(st.text(alphabet="辽宁省阜新市彰武县区街道镇乡村社区东湖在的，。abc ", max_size=80))
def test_locate_takes_any_text_and_fills_levels_from_the_top(text: str) -> None:
    place = locate(None, text).locality
    assert place.province is not None or depth(place) == -1


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        (
            "香港的邻里互助计划由社区中心主办。香港共有六十家中心，香港政府每年拨款。义工也曾到深圳交流。",
            ["香港特别行政区"],
        ),
        (
            "前海社区为香港居民办证，香港青年来此创业，香港同胞也能参加议事。深圳市南山区把窗口设在社区，"
            "南山区民政局派人值守。",
            ["广东省", "深圳市", "南山区"],
        ),
    ],
)
def test_what_is_told_of_hong_kong_is_not_its_neighbours(text: str, levels: list[str]) -> None:
    found = locate(None, text).locality
    assert [level for level in found.levels if level][:3] == levels
    assert found.evidence


def test_stem_of_a_short_name_keeps_it() -> None:
    assert stem("和平区") == "和平"
    assert stem("双江拉祜族佤族布朗族傣族自治县") == "双江"


def test_a_short_name_in_other_words_of_a_title_is_no_further_place() -> None:
    placed = locate(
        "清徐：志愿服务接地气 满城劲吹文明风", "清徐县的志愿者扫街、理发。"
    )  # 满城区 is another place
    assert (placed.locality.county, placed.also) == ("清徐县", ())


@pytest.mark.parametrize("medium", ["三秦都市报", "三秦都市报-三秦网", "新海南客户端、南海网", "华西社区报"])
def test_a_medium_whose_name_holds_that_of_a_place_places_nothing_there(medium: str) -> None:
    text = "近日，社区办起食堂，老人都来吃饭。食堂每天供应午餐，志愿者送餐上门。"
    assert not locate("食堂办到楼下", text, source=medium).locality.known  # 秦都区, 南海区


@pytest.mark.parametrize(
    "text",
    [
        "近日，县农业农村局邀请寿光市农业专家来我县授课。村民听得认真，县里还要再办。",
        "近日，我区邀请杭州专家来讲课，社区干部都来听。全区的社区都要学起来。",
        "近日，我镇与清徐县结对共建，全镇干部到清徐县学经验。",
        "昨日，区文旅局赴成都参加展会。全区的文创产品卖得好，区里还要办展。",
        "近日，我县120名务工人员乘专车前往太原市返岗。县人社局送行。",
        "家住清徐县的王女士嫁到我村，办起了农家乐。村里的人都来学。",
        "近日，我县向河南省淇县捐赠物资。县红十字会的同志押车。",
        "近日，我市考察团赴山东省寿光市，学习蔬菜大棚。回来后我市各县建了大棚。",
        "近日，我村引进寿光市的种苗，种了一百亩。村民增收。",
    ],
)
def test_a_place_that_we_only_go_to_or_hear_from_is_not_ours(text: str) -> None:
    assert not locate(None, text).locality.known  # invented sentences


@pytest.mark.parametrize(
    ("text", "county", "town"),
    [
        ("近日，清徐县孟封镇办起食堂。我县还要再办，到清徐县来看的人不少。", "清徐县", "孟封镇"),
        ("近日，我县食堂开门。清徐县民政局在清徐县孟封镇揭了牌，我县老人都来吃。", "清徐县", None),
        ("我镇办起食堂，老人在清徐县孟封镇的食堂里吃饭，我镇还要再办。", "清徐县", "孟封镇"),
    ],
)
def test_our_own_place_is_ours_also_where_we_say_we(text: str, county: str, town: str | None) -> None:
    place = locate(None, text).locality
    assert (place.county, place.town) == (county, town)


def test_a_town_is_called_as_the_text_writes_it_however_it_is_looked_up() -> None:
    (district,) = gazetteer().resolve("杨浦区")
    (listed,) = gazetteer().resolve("延吉新村街道")
    (written,) = gazetteer().resolve("延吉街道")
    assert written.town == "延吉街道" and written.code == listed.code
    assert gazetteer().town("延吉街道", district) == written
    assert gazetteer().town("延吉新村街道", district) == listed
