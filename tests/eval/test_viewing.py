"""The tab 评测 as HTML: figures, two runs side by side, questions, grading; text is text."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import TashanError
from eval import grading, making, viewing
from eval.making import Pooled
from eval.run import RUN, Run
from eval.types import Item
from eval.ui import Shelf
from eval.viewing import Asked
from rag.service import Service
from tests.eval import made
from tests.ui.test_html import NASTY, seen

ASKED = ("红色物业怎么做？", "加装电梯怎么做？")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("work")
    made.run(folder / "runs" / "good", *ASKED)
    made.run(folder / "runs" / "poor", *ASKED, refuses=True)
    (folder / "runs" / "torn").mkdir()
    (folder / "runs" / "torn" / RUN).write_text('{"conditions"', "utf-8")
    return Shelf(folder)


def opened(shelf: Shelf, name: str) -> Run:
    run = shelf.opened(name)
    assert run is not None
    return run


def test_runs_are_listed_with_their_figures_and_broken_ones_left_out(shelf: Shelf) -> None:
    table, first, second = shelf.choices()
    text = seen(table).text
    assert "good" in text and "poor" in text and "torn" not in text
    assert "1.000" in text
    assert first["value"] in ("good", "poor") and len(second["choices"]) == 3
    assert "还没有评测结果" in viewing.runs([])


@pytest.mark.parametrize("name", ["nothing", "../runs/good", "", None])
def test_a_name_from_the_page_opens_nothing_but_a_run(shelf: Shelf, name: str | None) -> None:
    assert shelf.opened(name) is None


def test_two_runs_stand_side_by_side(shelf: Shelf) -> None:
    shown, kinds, ends = shelf.run("good", "poor")
    text = seen(shown).text
    assert "A good　对　B poor" in text
    assert "nDCG@101.0000.000-1.000" in text
    assert "怎么做" in kinds["choices"] and "正常" in ends["choices"]
    assert "0/2" in text


def test_questions_are_filtered_and_ordered(shelf: Shelf) -> None:
    good, poor = opened(shelf, "good"), opened(shelf, "poor")
    everything = seen(viewing.questions(good, poor, Asked())).text
    assert everything.startswith("3题（差别大的在前）")
    assert "误拒1.0000.000-1.000" in everything
    assert seen(viewing.questions(good, None, Asked(words="电梯"))).text.startswith("1题（最差的在前）")
    assert seen(viewing.questions(good, poor, Asked(verdict="误拒"))).text.startswith("2题")
    assert seen(viewing.questions(good, poor, Asked(kind="无答案"))).text.startswith("1题")


def test_a_question_shows_what_each_run_made_of_it(shelf: Shelf) -> None:
    both = [("A", opened(shelf, "good")), ("B", opened(shelf, "poor"))]
    markup = viewing.question(both, "q0", lambda doc: made.TEXT)
    text = seen(markup).text
    assert "A good：正常" in text and "B poor：误拒" in text
    assert f"{made.DOC}（等级 3，第 1 名）" in text
    assert f'data-report="{made.DOC}#1"' in markup
    assert "与原文不符" not in text
    assert "与原文不符" in viewing.question(both, "q0", lambda doc: "别的")
    assert "没有这道题" in viewing.question(both, "<b>", lambda doc: "")


@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_questions_are_text(nasty: str, tmp_path: Path) -> None:
    run = made.run(tmp_path / "runs" / "nasty", nasty)
    one = Pooled(run.results[0].item, nasty, nasty, nasty, nasty, nasty, ("全部",))
    sitting = grading.Sitting(tmp_path / "grades.jsonl", (one.item,), 0, (one,))
    for markup in (
        viewing.questions(run, None, Asked()),
        viewing.question([("A", run)], "q0", lambda doc: made.TEXT),
        viewing.grading(sitting),
    ):
        assert nasty in seen(markup).text


def test_a_sitting_goes_from_document_to_document_and_on_later(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    items = [Item("a", "甲？"), Item("b", "乙？"), Item("c", "丙？")]
    docs = {"a": ["1", "2"], "b": [], "c": ["3"]}

    def pool(service: object, item: Item, known: set[str]) -> list[Pooled]:
        return [Pooled(item, d, d, d, "", "", ("全部",)) for d in docs[item.id] if d not in known]

    monkeypatch.setattr(making, "pool", pool)
    service, out = object.__new__(Service), tmp_path / "grades" / "made.jsonl"
    now = grading.begin(service, items, out)
    assert now.shown and now.shown.doc == "1"
    now = grading.grade(service, now, 3)
    assert now.shown and now.shown.doc == "2"
    now = grading.skip(service, now)
    assert now.shown and now.shown.doc == "3"
    now = grading.grade(service, now, 0)
    assert now.shown is None and now.total == 2
    assert grading.grade(service, now, 1).total == 2
    again = grading.begin(service, items, out)
    assert again.shown and again.shown.doc == "2"
    assert making.graded(out) == {"a": {"1": 3}, "c": {"3": 0}}


def test_questions_about_other_documents_are_not_offered_for_grading(shelf: Shelf) -> None:
    class Other:
        class store:  # noqa: N801
            documents = staticmethod(lambda: {"别的.txt": ("", "")})

    with pytest.raises(TashanError, match="没有数据集"):
        shelf.dataset(Other(), "good")  # type: ignore[arg-type]
