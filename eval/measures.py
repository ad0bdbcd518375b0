"""The figures of one question, their names, and what they mean."""

from __future__ import annotations

from dataclasses import dataclass

from eval import answers, metrics
from eval.answers import Raw
from eval.types import Item, Output

PLACED = ("region", "exclude")


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that every question of some kind has.

    Attributes:
        key: its name in files.
        label: its name for readers.
        meaning: one sentence for readers.
        better: +1 where higher is better, −1 where lower is, 0 where neither.
        share: whether it lies in [0, 1].
    """

    key: str
    label: str
    meaning: str
    better: int = 1
    share: bool = True


MEASURES = (
    Measure("ndcg@10", "nDCG@10", "前十个文件的排序质量：增益 2^等级−1，按 log2 折损，与最理想的排序相比。"),
    Measure("hit@1", "首位命中", "排在第一的文件在标准答案里。"),
    Measure("hit@5", "前五命中", "前五个文件里至少有一个在标准答案里。"),
    Measure("recall@10", "召回@10", "标准答案的文件有多少进了前十。"),
    Measure("recall_cap@10", "召回@10（封顶）", "同上，标准答案多于十个时按十个算。"),
    Measure("precision@5", "精确@5", "前五个文件有多少在标准答案里。"),
    Measure("mrr@10", "MRR@10", "第一个相关文件名次的倒数，十名以外记零。"),
    Measure("map", "MAP", "平均精确率：每个相关文件所在名次处的精确率的平均。"),
    Measure("evidence", "证据召回", "标准证据（等级≥2）有多少被引文覆盖六成以上的字。"),
    Measure("facts", "要点召回", "关键事实有多少出现在回答或引文里。"),
    Measure("answer_recall", "答案召回", "参考答案与引文的最长公共子序列占参考答案的比例（ROUGE-L 召回）。"),
    Measure("cited", "引到标准文件", "引文里有标准答案的文件。"),
    Measure("cited_gold", "引用精确", "被引文件有多少在标准答案里（标准答案未必穷尽，是下限）。"),
    Measure("quotes_valid", "引文属实", "引文与原文件该处的字（去掉换行）完全一致。"),
    Measure("wrong_place", "地方越界", "限定或排除地方的问题，引用了不合要求的地方。", -1),
    Measure("refused", "拒答", "没有给出回答。", -1),
    Measure("decided", "答拒正确", "该答的答了，该拒的拒了。"),
    Measure("answer_chars", "回答字数", "回答正文的长度。", 0, False),
)
BY_KEY = {measure.key: measure for measure in MEASURES}


def marks(item: Item, output: Output, raw: Raw) -> dict[str, float]:
    """The figures of one question; one that does not apply to it is left out."""
    found: dict[str, float | None] = {
        "refused": float(output.refused),
        "decided": float(output.refused != item.answerable),
    }
    if item.answerable:
        found |= ranking(output.ranked, item.grades)
        found |= _against_gold(item, output, raw)
    found["quotes_valid"] = answers.quote_validity(output.citations, raw)
    if not output.refused:
        found["answer_chars"] = float(len(output.body.get("text", "")))
    return {key: found[key] for key in BY_KEY if (found.get(key)) is not None}  # type: ignore[misc]


def ranking(ranked: list[str], grades: dict[str, int]) -> dict[str, float | None]:
    """The ranking metrics of a list of documents."""
    return {
        "ndcg@10": metrics.ndcg(ranked, grades, 10),
        "hit@1": metrics.hit(ranked, grades, 1),
        "hit@5": metrics.hit(ranked, grades, 5),
        "recall@10": metrics.recall(ranked, grades, 10),
        "recall_cap@10": metrics.capped_recall(ranked, grades, 10),
        "precision@5": metrics.precision(ranked, grades, 5),
        "mrr@10": metrics.reciprocal_rank(ranked, grades, 10),
        "map": metrics.average_precision(ranked, grades),
    }


def _against_gold(item: Item, output: Output, raw: Raw) -> dict[str, float | None]:
    cited = output.citations
    found = {
        "evidence": answers.evidence_recall(item, cited, raw),
        "facts": answers.fact_recall(
            item.key_facts, output.body.get("text", ""), (c["quote"] for c in cited)
        ),
        "answer_recall": answers.answer_recall(item.answers, item, cited),
        "cited": float(any(cite["doc"] in item.grades for cite in cited)),
        "cited_gold": answers.cited_gold(item, cited),
    }
    if item.type in PLACED and item.region:
        found["wrong_place"] = float(answers.place_violated(item, cited, raw))
    return found
