"""Adapters: what is trained is what the merged weights give, and training lowers the loss of what it saw."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel

from index import adapt, examples, model, vocabulary
from index.pairs import Pair, keep_pair, make_pairs, write_pairs
from index.recipe import Recipe

NEWS = (
    "2023-08-11 15:43，正文：原标题：彰武县：红色物业进小区 彰武县：红色物业进小区 来源：人民网今年以来，"
    "辽宁省彰武县推行“红色物业”，"
    "社区党委组建联席会议，解决居民停车难题。全县共化解社区矛盾纠纷326件，群众满意度不断提高。"
    "对连续三年考核优秀的物业服务企业，由县住建局牵头给予5万元奖励，街道和社区予以通报。"
    "街道通过“板凳会”等形式听取村民和居民意见，推动治理重心下移。"
    "县委印发《彰武县红色物业三年行动实施方案》，明确社区、街道、物业三方职责，办法和条例同步公开。"
) * 2


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A two-layer model with random weights over single characters."""
    folder = tmp_path_factory.mktemp("tiny")
    characters = sorted(set("query: passage: ▁" + NEWS + "甲乙丙丁戊己庚辛怎么做"))
    pieces = [(token, 0.0) for token in vocabulary.SPECIALS] + [(c, -1.0) for c in characters]
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, pad_token_id=1,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    vocabulary.unigram_tokenizer(pieces).save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(
        '{"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "<pad>", "model_max_length": 512}'
    )
    return folder


def _material(kept: int = 0) -> examples.Material:
    names = "甲乙丙丁戊己庚辛"
    pieces = [examples.Piece(name, f"{name}做红色物业", f"{name}\n{name}做红色物业") for name in names]
    kinds = ["written"] * (6 - kept) + ["title"] * 2 + ["kept"] * kept
    asked = [
        examples.Example(i, f"{name}怎么做", kind, i, ((i + 1) % 8,))
        for i, (name, kind) in enumerate(zip(names, kinds, strict=True))
    ]
    vectors = np.eye(8, 32, dtype=np.float32)
    return examples.Material(pieces, asked, vectors, vectors)


def _vectors(encoder: torch.nn.Module, folder: Path, texts: list[str]) -> np.ndarray:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    return np.asarray(adapt._encode(encoder.eval(), tokenizer, texts, 64).detach().numpy())


def _loss(
    encoder: torch.nn.Module, folder: Path, material: examples.Material, batch: list[examples.Example]
) -> float:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    return adapt._loss(encoder, tokenizer, material, batch, Recipe(), random.Random(0)).item()


def test_training_lowers_the_loss_of_what_it_saw(tiny: Path) -> None:
    material = _material()
    adapter = adapt.train(material, tiny, Recipe(rank=4, alpha=8, rate=5e-3, batch=8, epochs=30))
    before = _loss(AutoModel.from_pretrained(tiny), tiny, material, material.examples)
    assert _loss(adapter.encoder, tiny, material, material.examples) < before / 2


def test_what_is_saved_is_what_was_trained_and_the_same_each_time(tiny: Path, tmp_path: Path) -> None:
    recipe = Recipe(rank=4, alpha=8, rate=5e-3, batch=8, epochs=5)
    for name in ("one.safetensors", "two.safetensors"):
        adapter = adapt.train(_material(), tiny, recipe)
        adapter.save(tmp_path / name)
    first, second = (load_file(tmp_path / name) for name in ("one.safetensors", "two.safetensors"))
    assert all(np.array_equal(first[key], second[key]) for key in first)

    weights = load_file(tiny / "model.safetensors")
    model.merge_adapter(weights, tmp_path / "one.safetensors")
    merged = AutoModel.from_pretrained(tiny)
    merged.load_state_dict({k: torch.from_numpy(v) for k, v in weights.items()}, strict=False)
    texts = ["query: 甲怎么做", "passage: 戊做红色物业"]
    np.testing.assert_allclose(
        _vectors(merged, tiny, texts), _vectors(adapter.encoder, tiny, texts), atol=0.03
    )  # both in bfloat16


def test_kept_questions_pull_towards_the_untrained_scores(tiny: Path) -> None:
    encoder = AutoModel.from_pretrained(tiny)
    material = _material(kept=2)
    learnt, kept = material.examples[:6], material.examples[6:]
    texts = [piece.full for piece in material.pieces]
    true = examples.Material(
        material.pieces,
        material.examples,
        _vectors(encoder, tiny, [f"passage: {text}" for text in texts]),
        _vectors(encoder, tiny, [f"query: {e.question}" for e in material.examples]),
    )
    alone = _loss(encoder, tiny, true, learnt)
    assert _loss(encoder, tiny, true, learnt + kept) < _loss(encoder, tiny, material, learnt + kept)
    assert alone > 0


def test_strength_nought_is_the_base_model(tiny: Path, tmp_path: Path) -> None:
    adapter = adapt.train(_material(), tiny, Recipe(rank=2, batch=8, epochs=2))
    adapter.save(tmp_path / "none.safetensors", strength=0.0)
    weights = load_file(tiny / "model.safetensors")
    same = {key: value.copy() for key, value in weights.items()}
    model.merge_adapter(same, tmp_path / "none.safetensors")
    assert all(np.array_equal(weights[key], same[key]) for key in weights)


def test_a_made_pair_is_seen_once_and_a_written_one_in_every_epoch() -> None:
    made = _material(kept=1).examples
    recipe = Recipe(batch=6, epochs=2, kept_share=0.2)
    seen = [e for epoch in range(2) for b in adapt._batches(made, epoch, recipe, random.Random(0)) for e in b]
    assert [seen.count(example) for example in made] == [2] * 5 + [1] * 2 + [2]


def test_the_answering_piece_holds_most_of_the_evidence() -> None:
    pieces = examples.pieces_of("T", NEWS)
    found = examples.answering(pieces, "全县共化解社区矛盾纠纷326件")
    assert found is not None
    assert "326件" in pieces[found].plain
    assert examples.answering(pieces, "完全不相干的一句英文句子 nothing of the kind") is None
    assert examples.answering([], "没有段落") is None


def test_made_questions_ask_for_what_was_taken_out() -> None:
    pairs = [pair for seed in range(8) for pair in make_pairs("T", NEWS, random.Random(seed))]
    asked = {pair.kind: pair.question for pair in pairs}
    assert {"figure", "way", "document"} <= asked.keys()
    assert "多少" in asked["figure"]
    assert "什么" in asked["way"]
    assert all(pair.evidence.strip() in NEWS for pair in pairs)


def test_a_kept_question_asks_for_a_subject_or_a_figure() -> None:
    text = "正文：东方明珠电视塔位于浦东新区陆家嘴。塔高约468米，年接待游客300万人次。"
    asked = {pair.question for seed in range(20) if (pair := keep_pair("T", text, random.Random(seed)))}
    assert asked & {"东方明珠电视塔位于哪里？", "东方明珠电视塔在什么地方？"}
    assert keep_pair("T", "正文：无。", random.Random(0)) is None


def test_what_tests_use_is_left_out(tmp_path: Path) -> None:
    news = [("N1", NEWS), ("N2", NEWS.replace("彰武县", "海州区").replace("红色物业", "幸福邻里"))]
    counts = write_pairs(news, [NEWS[40:120]], tmp_path, most=5)
    assert sum(counts.values()) == sum(1 for _ in (tmp_path / "pairs.jsonl").open(encoding="utf-8"))
    assert '"N1"' not in (tmp_path / "pairs.jsonl").read_text(encoding="utf-8")


def test_a_pair_says_where_it_is_from() -> None:
    assert Pair("T", "问", "答").kind == "written"


def test_evidence_may_be_given_by_its_place_in_an_unnamed_item() -> None:
    text = "前面一句。答案在这里。后面一句。"
    pairs = [
        {"doc": "N7", "question": "在哪？", "start": 5, "end": 11},
        {"doc": "r", "question": "谁？", "evidence": "某人"},
        {"doc": "N9", "question": "没有原文", "start": 0, "end": 3},
    ]
    rows = [{"id": 7, "text": text}, {"id": 8, "text": "无关。"}, {"doc": "r", "text": "某人来了。"}]
    found, texts = adapt._asked_of(pairs, rows)
    assert [pair["evidence"] for pair in found] == ["答案在这里。", "某人"]
    assert texts == {"N7": text, "r": "某人来了。"}
