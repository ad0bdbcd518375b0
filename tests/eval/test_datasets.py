from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from corpus.errors import TashanError
from eval.datasets import file_name, load_dataset, write_documents
from eval.types import GoldDoc

ROOT = Path(__file__).parent.parent.parent


def test_the_sample_gold_is_whole() -> None:
    dataset = load_dataset(ROOT / "eval/gold/sample.jsonl")
    assert dataset.format == "jsonl" and len(dataset.items) >= 100
    assert {"howto", "compare", "region", "exclude", "figure", "followup", "unanswerable"} <= {
        item.type for item in dataset.items
    }
    files = {path.name for path in (ROOT / "corpus/sample").iterdir()}
    assert {gold.doc for item in dataset.items for gold in item.gold} <= files
    assert all(item.answerable == (item.type != "unanswerable") for item in dataset.items)


def test_question_and_document_lines(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(
        json.dumps({"id": 7, "question": "几个网格？", "doc": "a/b.txt", "answer": "八个"}) + "\n", "utf-8"
    )
    (item,) = load_dataset(file).items
    assert (item.id, item.gold, item.answers) == ("7", (GoldDoc("a/b.txt"),), ("八个",))


def test_squad(tmp_path: Path) -> None:
    answers = [{"text": "村规民约", "answer_start": 0}] * 2
    paragraph = {
        "id": "P/1",
        "context": "村规民约管住了大操大办。",
        "qas": [
            {"id": "1", "question": "靠什么？", "answers": answers},
            {"id": "2", "question": "花了多少？", "answers": [], "is_impossible": True},
        ],
    }
    file = tmp_path / "dev.json"
    file.write_text(json.dumps({"data": [{"title": "移风易俗", "paragraphs": [paragraph]}]}), "utf-8")
    dataset = load_dataset(file)
    assert [item.answerable for item in dataset.items] == [True, False]
    assert dataset.items[0].answers == ("村规民约",)
    folder = write_documents(dataset, tmp_path / "docs")
    assert (folder / dataset.items[0].gold[0].doc).read_text(
        "utf-8"
    ) == "移风易俗\n\n村规民约管住了大操大办。"


def test_beir(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "corpus.jsonl").write_text('{"_id": "d 1", "title": "题", "text": "正文"}\n', "utf-8")
    (tmp_path / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "问"}\n{"_id": "q2", "text": "无"}\n', "utf-8"
    )
    (tmp_path / "qrels/test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td 1\t2\n", "utf-8")
    (tmp_path / "qrels/dev.tsv").write_text("query-id\tcorpus-id\tscore\nq2\td 1\t1\n", "utf-8")
    dataset = load_dataset(tmp_path)
    assert [(item.id, item.gold) for item in dataset.items] == [("q1", (GoldDoc("d%201.txt", 2),))]
    assert dataset.documents[0].text == "题\n\n正文"


@pytest.mark.parametrize(
    "topics",
    [
        "301\t积分制怎么做\n",
        "<top>\n<num> Number: 301\n<title> 积分制怎么做\n<desc> x\n</top>",
        "<top><num>301</num><title>积分制怎么做</title></top>",
    ],
)
def test_trec(tmp_path: Path, topics: str) -> None:
    (tmp_path / "topics.txt").write_text(topics, "utf-8")
    (tmp_path / "qrels.txt").write_text("301 0 a.txt 2\n301 0 b.txt 0\n", "utf-8")
    for dataset in (load_dataset(tmp_path), load_dataset(tmp_path / "topics.txt", tmp_path / "qrels.txt")):
        (item,) = dataset.items
        assert (item.question, item.gold) == ("积分制怎么做", (GoldDoc("a.txt", 2),))


def test_tables(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "\ufeff问题,答案,文件\n谁巡河？,网格员,a.txt；b.txt\n,,\n没有的事？,,\n", "utf-8"
    )
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["问题", "答案", "文件"], ["谁巡河？", "网格员", "a.txt；b.txt"], ["没有的事？", None, None]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    for name in ("a.csv", "a.xlsx"):
        first, second = load_dataset(tmp_path / name).items
        assert [gold.doc for gold in first.gold] == ["a.txt", "b.txt"] and first.answers == ("网格员",)
        assert not second.answerable


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", "{bad\n"),
        ("a.jsonl", "[1]\n"),
        ("a.jsonl", '{"id": 1}\n'),
        ("a.jsonl", ""),
        ("a.jsonl", '{"id":1,"question":"a","doc":"x"}\n{"id":1,"question":"b","doc":"x"}\n'),
        ("a.json", "{}"),
        ("a.csv", "一,二\n1,2\n"),
        ("a.bin", "x"),
        ("a.xlsx", "x"),
    ],
)
def test_bad_files_say_what_to_do(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(TashanError) as caught:
        load_dataset(tmp_path / name)
    assert name in str(caught.value) and caught.value.hint and caught.value.exit_code >= 2


def test_missing_file() -> None:
    with pytest.raises(TashanError, match="没有"):
        load_dataset(Path("没有/这个.jsonl"))


def test_long_names_stay_apart() -> None:
    assert file_name("县" * 200) != file_name("县" * 201)
    assert len(file_name("县" * 200)) < 200
