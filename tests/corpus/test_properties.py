"""What holds for any text: provenance, nothing silent, nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.editor import Editor
from corpus.load import read_bytes
from corpus.read import read_document
from corpus.types import CleanFile, Passage, Report, Runs, Span

FURNITURE = (
    """
来源：柳溪日报|责任编辑：王芳|【打印】|【关闭】|返回搜狐，查看更多|原标题：|，正文：
2023-08-17 11:26|本报讯|（记者 李明 通讯员 王芳）
记者 李明|■中共柳溪县委组织部|分享到：|首页 > 要闻 > 正文|相关链接：|附件1：|扫一扫关注
抄送：县委办。|柳溪县人民政府
2023年8月1日|（图/王芳）|△现场。李明 摄|第1页|- 2 -|版权声明：|索 引 号：001|发文机关：县政府|各乡镇人民政府：
柳政发〔2023〕5号|图片来源：网络|（完）|http://example.invalid/a|更多精彩|点击进入柳溪网|（此件公开发布）|供图|讯|电
""".strip()
    .replace("\n", "|")
    .split("|")
)
WORDS = (
    """
近年来，柳溪县东关镇把办事窗口开到村里，村民不出村就能办事。|今年上半年代办事项1860件，满意率99.2%。|一、抓队伍|（一）强化党建引领
1.建台账|一是摸底数。|“红色物业”共议事。|海州区推行网格化。|为进一步|村民王大娘说：“方便多了！”
东关镇：窗口开到村 办事不出村
《关于推行积分制的通知》|彰武县|阜新市彰武县前福兴地镇|治|理|，|。|；|：|“|”|（|）|》|12|3.5%|a|镇党委牵头，每月评比一次
""".strip()
    .replace("\n", "|")
    .split("|")
)
FURNITURE_LINES = (
    "来源：柳溪日报",
    "责任编辑：王芳",
    "【打印】 【关闭】",
    "返回搜狐，查看更多",
    "分享到：",
    "（完）",
    "第1页",
)
GAPS = (
    "\n",
    "\r\n",
    "\n\n",
    "\r",
    "\x0c",
    " ",
    "  ",
    "\u3000\u3000",
    "\xa0",
    "\t",
    "\u200b",
    "\ufeff",
    "\u2028",
    "",
)
MARKS = ("<p>", "</p>", "&nbsp;", "<br>", "**", "# ", "|", "👍", "\ufffd", "\ue000", "·", "—", "…")

pieces = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS),
    st.sampled_from(FURNITURE),
    st.sampled_from(GAPS),
    st.sampled_from(GAPS),
    st.sampled_from(MARKS),
    st.text(
        alphabet="治理村县镇区社的了在是一二三十，。！？；：、“”（）《》 \n\u3000\xa0\r0123456789年月日",
        max_size=12,
    ),
    st.text(max_size=4).filter(lambda t: t.isprintable() and "\0" not in t),
)
texts = (
    st.lists(pieces, min_size=1, max_size=40).map("".join).filter(lambda t: t.replace("\ufeff", "").strip())
)
many = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def cleaned(text: str) -> CleanFile:
    """A text, cleaned."""
    return read_document(read_bytes(text.encode(), "报告.txt"))


def passages_hold(report: Report, passages: Sequence[Passage], raw: str) -> None:
    """Passages lie inside their report, in order, apart, and know where every character stood."""
    whole, at = Span(0, len(report.text)), 0
    for number, passage in enumerate(passages, 1):
        assert passage.passage == f"{report.report}:{number}"
        assert passage.span in whole
        assert passage.span.start >= at
        at = passage.span.end
        assert passage.text == passage.span.of(report.text)
        assert passage.text == passage.text.strip() != ""
        runs = report.runs.clip(passage.span)
        assert runs.apply(raw) == passage.text
        assert passage.raw_span == report.runs.raw_span(passage.span)
        assert passage.breaks == tuple((offset, len(gap)) for offset, gap in runs.gaps())
        assert passage.cuts == tuple(offset for offset, gap in runs.gaps() if gap.of(raw).strip("\r\n"))


@many
@given(texts)
def test_passages_lie_inside_their_report_and_know_their_raw_offsets(text: str) -> None:
    file = cleaned(text)
    for report, passages in zip(file.reports, file.passages, strict=True):
        assert report.text == report.runs.apply(file.document.raw)
        passages_hold(report, passages, file.document.raw)


@many
@given(texts)
def test_every_sign_of_a_report_is_in_a_passage_or_in_a_heading(text: str) -> None:
    file = cleaned(text)
    for report, passages in zip(file.reports, file.passages, strict=True):
        held = [False] * len(report.text)
        for span in [p.span for p in passages] + [Span(s.span.start, s.body.start) for s in report.sections]:
            held[span.start : span.end] = [True] * len(span)
        assert not "".join(c for c, h in zip(report.text, held, strict=True) if not h).strip()


@many
@given(texts)
def test_kept_and_removed_make_the_raw_text_exactly_once(text: str) -> None:
    file = cleaned(text)
    raw = file.document.raw
    taken = [0] * len(raw)
    for report in file.reports:
        for run in report.runs:
            taken[run.start : run.end] = [n + 1 for n in taken[run.start : run.end]]
    for removal in file.removed:
        assert removal.text == removal.span.of(raw)
        taken[removal.span.start : removal.span.end] = [
            n + 1 for n in taken[removal.span.start : removal.span.end]
        ]
    assert all(n <= 1 for n in taken), "a character twice"
    assert not "".join(c for c, n in zip(raw, taken, strict=True) if n == 0).strip(), "a character lost"


@many
@given(texts)
def test_sections_nest_and_lie_inside_their_report(text: str) -> None:
    for report in cleaned(text).reports:
        whole = Span(0, len(report.text))
        for section in report.sections:
            assert section.span in whole and section.body in section.span
            assert section.heading and section.heading in report.text
        starts = [s.span.start for s in report.sections]
        assert starts == sorted(starts)
        for outer in report.sections:
            for inner in report.sections:
                if outer.span.start < inner.span.start < outer.span.end:
                    assert inner.span in outer.span


@many
@given(texts)
def test_every_kept_character_maps_to_the_same_raw_character(text: str) -> None:
    file = cleaned(text)
    for report in file.reports:
        last = -1
        for offset, char in enumerate(report.text):
            at = report.runs.raw(offset)
            assert file.document.raw[at] == char
            assert at > last
            last = at


@many
@given(texts)
def test_the_same_bytes_give_the_same_reports(text: str) -> None:
    first, second = cleaned(text), cleaned(text)
    assert (first.reports, first.passages, first.removed) == (second.reports, second.passages, second.removed)


# --- what is clean stays

SENTENCES = (
    "近年来，柳溪县东关镇把办事窗口开到村里，村民不出村就能办事。",
    "镇里给每个村配了一名代办员，老人、残疾人有需要，代办员上门取材料、送证件。",
    "今年上半年，全镇12个村共代办事项1860件，平均用时从三天缩到半天，群众满意率达到99.2%。",
    "村民扫一扫门上的二维码就能约代办员，再也不用跑县城打印材料。",
    "东关村党支部书记说：“有了代办员，乡亲们少跑了不少路。”",
    "镇里把38项高频事项编成清单，附件1列出所需材料，张贴在村务公开栏。",
    "来源于群众的意见由镇纪委每月督办，责任编辑成册，首页就写明谁来办、几天办完。",
    "市、县两级媒体的记者多次到村采访，关注这项做法的长效机制。",
)
paragraphs = st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=4, unique=True).map("".join)
reports = st.lists(paragraphs, min_size=2, max_size=6, unique_by=lambda p: p[:20]).filter(
    lambda ps: len(set("".join(ps).split("。"))) == "".join(ps).count("。") + 1
)


@many
@given(reports)
def test_cleaning_takes_nothing_from_clean_paragraphs(lines: list[str]) -> None:
    text = "\n".join(lines)
    (report,) = cleaned("东关镇：窗口开到村 办事不出村\n" + text).reports
    assert report.text == text
    (report,) = cleaned(text).reports
    assert report.text == text


@many
@given(reports, st.lists(st.sampled_from(FURNITURE_LINES), max_size=4))
def test_a_cleaned_report_under_its_title_cleans_to_itself(lines: list[str], noise: list[str]) -> None:
    file = cleaned("\n".join(["东关镇：窗口开到村 办事不出村", *lines, *noise]))
    (report,) = file.reports
    assert report.text.startswith("\n".join(lines))
    (again,) = cleaned(f"{report.title}\n{report.text}").reports
    assert (again.text, again.title) == (report.text, report.title)


# --- the two nouns underneath

spans = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda p: Span(min(p), max(p)))


@many
@given(st.text(alphabet="治理abc\n ", min_size=60, max_size=60), st.lists(spans, max_size=12), spans)
def test_an_editor_keeps_what_it_does_not_remove(raw: str, cuts: list[Span], region: Span) -> None:
    editor = Editor(raw, [Span(0, 60)])
    gone: set[int] = set()
    for cut in cuts:
        editor.cut(cut, "试")
        gone.update(range(cut.start, cut.end))
    assert editor.view().text == "".join(c for i, c in enumerate(raw) if i not in gone)
    assert editor.view(region).text == "".join(
        c for i, c in enumerate(raw) if i not in gone and region.start <= i < region.end
    )
    assert sorted(i for r in editor.removals for i in range(r.span.start, r.span.end)) == sorted(gone)


@many
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12), st.data())
def test_runs_agree_with_characters_taken_one_by_one(
    steps: list[tuple[int, int]], data: st.DataObject
) -> None:
    kept, at = [], 0
    for gap, size in steps:
        kept.append(Span(at + gap, at + gap + size))
        at += gap + size
    raw = "".join(chr(0x4E00 + i) for i in range(at))
    runs, offsets = Runs(kept), [i for span in kept for i in range(span.start, span.end)]
    assert len(runs) == len(offsets)
    assert runs.apply(raw) == "".join(raw[i] for i in offsets)
    assert [runs.raw(i) for i in range(len(runs))] == offsets
    low, high = sorted(data.draw(st.tuples(st.integers(0, len(runs)), st.integers(0, len(runs)))))
    assert runs.clip(Span(low, high)).apply(raw) == "".join(raw[i] for i in offsets[low:high])
