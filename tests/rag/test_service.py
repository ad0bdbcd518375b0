"""rag/service.py: one object, safe to share, that answers, refuses, compares and opens sources."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.errors import StoreMissing, TashanError
from corpus.read import read_all, read_file
from index import later
from index.embedder import FakeEmbedder
from index.store import LocalStore
from rag import contract
from rag.config import Search, Settings
from rag.service import Service
from rag.types import Answered, Outcome, Reason, Refused
from tests.rag.made import write_files


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_files(tmp_path_factory.mktemp("reports") / "报告")


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Service]:
    root = folder.parent / "store"
    with_store = LocalStore.open(root, FakeEmbedder(), create=True)
    with_store.add(list(read_all([folder])))
    with_store.close()
    with Service.open(Settings(store=root, model="fake"), FakeEmbedder()) as opened:
        yield opened


def answered(outcome: Outcome) -> Answered:
    assert isinstance(outcome, Answered), outcome.text
    return outcome


def test_ask_cites_each_place_under_its_own_name(service: Service) -> None:
    outcome = answered(service.ask("别的地方的红管家和议事会是怎么做的，解决停车问题？"))
    by_doc = {c.doc: c.locality.county for c in outcome.citations}
    assert by_doc.get("六合.txt") == "六合区"
    assert by_doc.get("开平.txt") == "开平市"


def test_every_quote_equals_the_raw_file(service: Service, folder: Path) -> None:
    outcome = answered(service.ask("红管家 议事会是怎么做的？"))
    for c in outcome.citations:
        raw = c.raw_span.of((folder / c.doc).read_text("utf-8"))
        assert raw.replace("\n", "").replace("\r", "") == c.quote.replace("\n", "")


def test_a_place_asked_for_is_the_only_one_cited(service: Service) -> None:
    outcome = answered(service.ask("江苏省的红管家议事会是怎么做的？"))
    assert {c.doc for c in outcome.citations} == {"六合.txt"}


def test_a_place_without_the_practice_is_refused_with_what_exists_elsewhere(service: Service) -> None:
    outcome = service.ask("火星基地怎么做红管家？")
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.PLACE_WITHOUT_PRACTICE
    assert outcome.nearest
    assert "检索了" in outcome.text
    assert "不是对所问地方的回答" in outcome.text


def test_the_empty_question_is_an_error(service: Service) -> None:
    with pytest.raises(TashanError):
        service.ask("  ？ ")


def test_a_missing_store_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing):
        Service.open(Settings(store=tmp_path / "nothing", model="fake"), FakeEmbedder())


def test_stream_ends_with_the_same_answer(service: Service) -> None:
    updates = list(service.stream("红管家是怎么做的？"))
    assert [u.stage for u in updates][:2] == ["理解问题", "检索报告"]
    assert updates[-1].outcome is not None
    assert updates[-1].outcome.text == service.ask("红管家是怎么做的？").text


def test_a_model_that_is_not_configured_falls_back_with_a_notice(service: Service) -> None:
    outcome = answered(service.ask("红管家是怎么做的？", llm=True))
    assert outcome.notice
    assert outcome.text == service.ask("红管家是怎么做的？").text


def test_many_threads_get_the_same_answer(service: Service) -> None:
    with ThreadPoolExecutor(8) as pool:
        texts = set(pool.map(lambda _: service.ask("红管家是怎么做的？").text, range(24)))
    assert len(texts) == 1


def test_the_contract_holds(service: Service) -> None:
    for asked in ("红管家是怎么做的？", "火星基地怎么做红管家？"):
        body = json.loads(json.dumps(contract.outcome(service.ask(asked), "q1"), ensure_ascii=False))
        assert {
            "id", "question", "status", "reason", "text", "statements", "citations", "hits", "understood",
            "timings_ms", "config",
        } <= body.keys()  # fmt: skip
        assert body["status"] in ("answered", "refused")
        for c in body["citations"]:
            assert {
                "n",
                "doc",
                "report",
                "title",
                "locality",
                "date",
                "source",
                "quote",
                "start",
                "end",
                "raw_start",
                "raw_end",
            } <= c.keys()
            assert set(c["locality"]) == {"province", "city", "county", "town", "community"}


def test_every_statement_is_verified(service: Service) -> None:
    outcome = answered(service.ask("红管家 议事会是怎么做的？"))
    assert all(s.verified for s in outcome.statements), outcome.statements


def test_compare_cites_each_cell(service: Service) -> None:
    table = service.compare("红管家")
    assert len(table.rows) == 2
    numbers = {c.n for c in table.citations}
    for row in table.rows:
        for cell in row.cells[:-1]:
            assert cell.text == "未提及" or cell.citation in numbers


def test_examples_can_be_answered(service: Service) -> None:
    for asked in service.examples():
        assert isinstance(service.ask(asked), Answered)


def test_a_new_report_is_found_without_opening_again(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "store"
    writer = LocalStore.open(root, FakeEmbedder(), create=True)
    writer.add([read_file(folder / "樱花.txt", folder)])
    with Service.open(Settings(store=root, model="fake"), FakeEmbedder()) as opened:
        before = opened.searched().reports
        writer.add([read_file(folder / "六合.txt", folder)])
        assert opened.searched().reports == before + 1
        assert answered(opened.ask("红管家是怎么做的？")).citations[0].doc == "六合.txt"
    writer.close()


def test_while_vectors_are_computed_every_answer_says_so(folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "store"
    writer = LocalStore.open(root, FakeEmbedder(), create=True)
    writer.add(list(read_all([folder])), later=True)
    with Service.open(Settings(store=root, model="fake"), FakeEmbedder()) as opened:
        outcome = answered(opened.ask("红管家是怎么做的？"))
        assert "目前只按字词检索" in outcome.notice
        refused = opened.ask("火星上怎么种土豆？")
        assert "目前只按字词检索" in refused.text
        later.fill(writer, FakeEmbedder(), lambda *_: None)
        assert answered(opened.ask("红管家是怎么做的？")).notice == ""
        assert opened.notice() == ""
    writer.close()


def test_a_second_stage_that_is_set_is_loaded_or_named(service: Service) -> None:
    settings = Settings(store=service.settings.store, model="fake", search=Search(reranker="没有这个文件夹"))
    with pytest.raises(TashanError, match="没有这个文件夹：无法载入这个重排模型"):
        Service.open(settings, FakeEmbedder())


@pytest.mark.model
def test_every_question_that_is_offered_is_answered(model_store: LocalStore) -> None:
    with Service.open(Settings(store=model_store.layout.root)) as opened:
        offered = set(opened.examples(40))
        for asked in ("火星上怎么种土豆？", "西藏怎么给老楼装电梯？", "农贸市场门口堵车怎么治？"):
            refused = opened.ask(asked)
            assert isinstance(refused, Refused)
            assert len(refused.next_questions) == 3, refused.text
            offered.update(refused.next_questions)
        assert len(offered) > 15
        for asked in offered:
            assert isinstance(opened.ask(asked), Answered), asked
