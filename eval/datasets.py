"""Gold sets as people have them, read into one Dataset.

==========  =====================================================================================
jsonl       our own: id, type, question, history, region, gold [{doc, grade, evidence}], key_facts
ncpqa       JSONL with id, question, doc, answer
squad       SQuAD-style JSON (cmrc2018, DRCD, SQuAD 1.1 and 2.0); contexts become documents
beir        a folder with corpus.jsonl, queries.jsonl, qrels/*.tsv
trec        a folder (or topics file and ``--qrels``) with topics and qrels
table       CSV or XLSX with columns for question, answer and document
==========  =====================================================================================
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from corpus.errors import TashanError
from eval.types import Dataset, GoldDoc, Item, Source

PENDING = "待核"  # the state of a question that a person has yet to confirm

_COLUMNS = {
    "id": ("id", "qid", "编号", "序号"),
    "question": ("question", "query", "问题", "提问"),
    "answer": ("answer", "answers", "答案", "回答", "参考答案"),
    "doc": ("doc", "document", "docid", "file", "文件", "文档", "出处", "来源文件"),
    "type": ("type", "类型"),
    "region": ("region", "地区", "地方"),
}


def load_dataset(path: Path, qrels: Path | None = None) -> Dataset:
    """Read a gold set, its format known by what is in it.

    Args:
        path: a file or folder.
        qrels: relevance judgements, where `path` is a TREC topics file.

    Raises:
        TashanError: there is no such file, its format is unknown, or a line can't be read.
    """
    try:
        return _load(path, qrels)
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise _unreadable(path, "不是 UTF-8 文本") from error


def _load(path: Path, qrels: Path | None) -> Dataset:
    if path.is_dir():
        reader = beir if (path / "queries.jsonl").exists() else trec
        return reader(path)
    if qrels is not None:
        return trec(path, qrels)
    readers: dict[str, Callable[[Path], Dataset]] = {
        ".jsonl": jsonl,
        ".json": squad,
        ".csv": table,
        ".tsv": table,
        ".xlsx": table,
    }
    if path.suffix.lower() not in readers:
        raise _unreadable(
            path, "不认识的格式", "可用：.jsonl、.json（SQuAD）、.csv、.xlsx、BEIR 或 TREC 文件夹。"
        )
    return readers[path.suffix.lower()](path)


def jsonl(path: Path) -> Dataset:
    """Our own JSONL, or ncpqa's: told apart line by line by the key ``gold``."""
    items, formats, pending = [], set(), 0
    for number, row in _rows(path):
        pending += row.get("state") == PENDING or row.get("edited") is False
        formats.add("jsonl" if "gold" in row or row.get("type") == "unanswerable" else "ncpqa")
        items.append(_item(row, f"{path}：第{number}行"))
    return replace(_dataset(path, "+".join(sorted(formats)), items, (path,)), pending=pending)


def _item(row: dict[str, Any], where: str) -> Item:
    gold = row.get("gold")
    if gold is None:
        gold = [{"doc": row["doc"]}] if row.get("doc") else []
    try:
        docs = tuple(
            GoldDoc(str(one["doc"]), int(one.get("grade", 1)), tuple(one.get("evidence") or ()))
            for one in gold
        )
        answer = row.get("answer")
        return Item(
            id=str(row["id"]),
            question=str(row["question"]),
            type=str(row.get("type") or ("question" if docs else "unanswerable")),
            history=tuple(row.get("history") or ()),
            region=row.get("region"),
            gold=docs,
            key_facts=tuple(row.get("key_facts") or ()),
            answers=(answer,) if isinstance(answer, str) and answer else tuple(answer or ()),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TashanError(
            f"{where}：字段缺少或有误（{error}）。", "每行需要 id、question、gold 或 doc。"
        ) from error


def squad(path: Path) -> Dataset:
    """SQuAD-style JSON (Rajpurkar et al., 2016; cmrc2018: Cui et al., 2019). Each context is a document."""
    try:
        data = json.loads(path.read_text("utf-8-sig"))["data"]
        found = [pair for article in data for pair in _paragraphs(article)]
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(path, f"不是 SQuAD 格式的 JSON（{error}）") from error
    sources = {source.doc: source for source, _ in found}
    return _dataset(path, "squad", [item for _, items in found for item in items], (path,), sources.values())


def _paragraphs(article: dict[str, Any]) -> Iterator[tuple[Source, list[Item]]]:
    title = str(article.get("title") or "")
    for paragraph in article["paragraphs"]:
        context = paragraph["context"]
        name = paragraph.get("id") or hashlib.sha256(context.encode()).hexdigest()[:12]
        source = Source(file_name(str(name)), f"{title}\n\n{context}" if title else context)
        yield source, [_squad_item(qa, source.doc) for qa in paragraph["qas"]]


def _squad_item(qa: dict[str, Any], doc: str) -> Item:
    answers = tuple(dict.fromkeys(answer["text"] for answer in qa.get("answers", ()) if answer["text"]))
    impossible = bool(qa.get("is_impossible"))
    gold = () if impossible else (GoldDoc(doc),)
    return Item(
        str(qa["id"]),
        qa["question"],
        "unanswerable" if impossible else "question",
        gold=gold,
        answers=answers,
    )


def beir(folder: Path) -> Dataset:
    """A BEIR folder (Thakur et al., 2021): the test judgements, else the first that there are."""
    judged = sorted((folder / "qrels").glob("*.tsv"), key=lambda one: (one.stem != "test", one.name))
    if not judged:
        raise _unreadable(folder, "没有 qrels/*.tsv")
    grades: dict[str, dict[str, int]] = {}
    for query, doc, grade in _beir_qrels(judged[0]):
        grades.setdefault(query, {})[doc] = grade
    queries = {str(row["_id"]): str(row["text"]) for _, row in _rows(folder / "queries.jsonl")}
    sources = [
        Source(file_name(str(row["_id"])), "\n\n".join(filter(None, (row.get("title"), row.get("text")))))
        for _, row in _rows(folder / "corpus.jsonl")
    ]
    items = [
        _judged(query, queries[query], docs, file_name) for query, docs in grades.items() if query in queries
    ]
    return _dataset(folder, "beir", items, (judged[0], folder / "queries.jsonl"), sources)


def _beir_qrels(path: Path) -> Iterator[tuple[str, str, int]]:
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        cells = line.split("\t")
        if len(cells) >= 3 and not (number == 1 and not _whole(cells[2])):  # the first line is a header
            yield cells[0], cells[1], int(cells[2])


def trec(path: Path, qrels: Path | None = None) -> Dataset:
    """TREC topics (``id<tab>text``, or ``<top>`` with ``<num>`` and ``<title>``) with their qrels."""
    if qrels is None:
        topics, qrels = _one(path, "*topics*"), _one(path, "*qrels*")
    else:
        topics = path
    grades: dict[str, dict[str, int]] = {}
    for number, line in enumerate(qrels.read_text("utf-8-sig").splitlines(), 1):
        cells = line.split()
        if cells and (len(cells) != 4 or not _whole(cells[3])):
            raise TashanError(f"{qrels}：第{number}行不是“题号 0 文件 等级”。", "请检查 qrels 文件。")
        if cells:
            grades.setdefault(cells[0], {})[cells[2]] = int(cells[3])
    asked = _topics(topics.read_text("utf-8-sig"))
    items = [_judged(topic, asked[topic], docs, str) for topic, docs in grades.items() if topic in asked]
    return _dataset(path, "trec", items, (topics, qrels))


def _topics(text: str) -> dict[str, str]:
    tops = re.findall(r"<top>(.*?)</top>", text, re.DOTALL)
    if not tops:
        pairs = (line.split("\t", 1) for line in text.splitlines() if "\t" in line)
        return {topic.strip(): question.strip() for topic, question in pairs}
    out = {}
    for top in tops:
        number = re.search(r"<num>\s*(?:Number:)?\s*([^\s<]+)", top)
        title = re.search(r"<title>\s*(.*?)\s*(?:</title>|<\w+>|$)", top, re.DOTALL)
        if number and title:
            out[number[1]] = " ".join(title[1].split())
    return out


def _judged(query: str, text: str, docs: dict[str, int], name: Callable[[str], str]) -> Item:
    gold = tuple(GoldDoc(name(doc), grade) for doc, grade in docs.items() if grade > 0)
    return Item(query, text, "question" if gold else "unanswerable", gold=gold)


def table(path: Path) -> Dataset:
    """A CSV, TSV or XLSX table with a column for the question and one for the document or the answer."""
    rows = list(_excel(path) if path.suffix.lower() == ".xlsx" else _csv(path))
    if not rows:
        raise _unreadable(path, "表是空的")
    header = [str(cell or "").strip().lower() for cell in rows[0]]
    at = {
        field: next(header.index(name) for name in names if name in header)
        for field, names in _COLUMNS.items()
        if any(name in header for name in names)
    }
    if "question" not in at or not {"doc", "answer"} & at.keys():
        raise _unreadable(path, "没有“问题”和“文件”（或“答案”）列", "第一行应为列名，如：问题、答案、文件。")
    items = []
    for number, row in enumerate(rows[1:], 1):
        cell = {field: str(row[column] or "").strip() for field, column in at.items() if column < len(row)}
        if cell.get("question"):
            items.append(_table_item(cell, number))
    return _dataset(path, "table", items, (path,))


def _table_item(cell: dict[str, str], number: int) -> Item:
    docs = [one for one in re.split(r"[;；\n]\s*", cell.get("doc", "")) if one]
    return Item(
        id=cell.get("id") or str(number),
        question=cell["question"],
        type=cell.get("type") or ("question" if docs else "unanswerable"),
        region=cell.get("region") or None,
        gold=tuple(GoldDoc(doc) for doc in docs),
        answers=(cell["answer"],) if cell.get("answer") else (),
    )


def _csv(path: Path) -> Iterator[Sequence[object]]:
    text = path.read_text("utf-8-sig")
    yield from csv.reader(
        io.StringIO(text, newline=""), delimiter="\t" if path.suffix.lower() == ".tsv" else ","
    )


def _excel(path: Path) -> Iterator[Sequence[object]]:
    from openpyxl import load_workbook  # only for tables: it takes a third of a second

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl lets zip and XML errors of many kinds through
        raise _unreadable(path, "不是有效的 Excel 文件") from error
    yield from book.worksheets[0].iter_rows(values_only=True)


def file_name(identifier: str) -> str:
    """A document id as a file name: safe, short enough, and never two ids to one name.

    >>> file_name("MED-10/a")
    'MED-10%2Fa.txt'
    """
    safe = quote(identifier, safe="")
    if len(safe) > 150:
        safe = safe[:100] + "-" + hashlib.sha256(identifier.encode()).hexdigest()[:16]
    return f"{safe}.txt"


def write_documents(dataset: Dataset, folder: Path) -> Path:
    """Write the documents that a dataset brings along as text files; those that are there already stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in dataset.documents:
        path, data = folder / source.doc, source.text.encode()
        if not path.exists() or path.stat().st_size != len(data):
            path.write_bytes(data)
    return folder


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise TashanError(f"{path}：第{number}行不是有效的 JSON。", "请改正这一行后重试。") from error
            if not isinstance(row, dict):
                raise TashanError(f"{path}：第{number}行不是 JSON 对象。", "请改正这一行后重试。")
            yield number, row


def _dataset(
    path: Path, form: str, items: list[Item], read: Iterable[Path], documents: Iterable[Source] = ()
) -> Dataset:
    if not items:
        raise _unreadable(path, "没有读到问题")
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise TashanError(f"{path}：编号 {item.id} 出现了两次。", "每个问题要有自己的编号。")
        seen.add(item.id)
    digest = hashlib.sha256()
    for file in read:
        digest.update(file.read_bytes())
    return Dataset(path.stem, form, tuple(items), digest.hexdigest(), tuple(documents))


def _one(folder: Path, pattern: str) -> Path:
    found = sorted(one for one in folder.glob(pattern) if one.is_file())
    if not found:
        raise _unreadable(
            folder,
            f"没有 {pattern.strip('*')} 文件",
            "应有 queries.jsonl（BEIR）或 topics 与 qrels（TREC）。",
        )
    return found[0]


def _whole(text: str) -> bool:
    return re.fullmatch(r"-?\d+", text.strip()) is not None


def _unreadable(path: Path, why: str, hint: str = "请检查数据集文件。") -> TashanError:
    return TashanError(f"{path}：无法读取数据集（{why}）。", hint)
