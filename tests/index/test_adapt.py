"""Adapters: what is trained is what the merged weights give, and training lowers the loss of what it saw."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel

from index import adapt, model
from index.pairs import Pair, make_pairs, write_pairs

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
    pieces = [(token, 0.0) for token in model.SPECIALS] + [(c, -1.0) for c in characters]
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, pad_token_id=1,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    model._tokenizer(pieces).save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(
        '{"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "<pad>", "model_max_length": 512}'
    )
    return folder


def _examples() -> tuple[list[adapt.Piece], list[adapt.Example]]:
    names = "甲乙丙丁戊己庚辛"
    pieces = [adapt.Piece(name, f"{name}做红色物业", f"{name}\n{name}做红色物业") for name in names]
    made = [adapt.Example(f"{n}怎么做", i, ((i + 1) % 8,), i < 6) for i, n in enumerate(names)]
    return pieces, made


def test_training_is_repeatable_and_what_is_saved_is_what_was_trained(tiny: Path, tmp_path: Path) -> None:
    pieces, made = _examples()
    recipe = adapt.Recipe(rank=4, alpha=8, rate=5e-3, batch=8, epochs=30)
    tokenizer = AutoTokenizer.from_pretrained(tiny)
    untrained = AutoModel.from_pretrained(tiny)
    adapter = adapt.train(pieces, made, tiny, recipe)
    rng = random.Random(0)
    before, after = (
        adapt._loss(encoder, tokenizer, pieces, made, recipe, rng).item()
        for encoder in (untrained, adapter.encoder)
    )
    assert after < before / 2

    for name in ("one.safetensors", "two.safetensors"):
        adapter.save(tmp_path / name)
        adapter = adapt.train(pieces, made, tiny, recipe)
    first, second = (load_file(tmp_path / name) for name in ("one.safetensors", "two.safetensors"))
    assert all(np.array_equal(first[key], second[key]) for key in first)

    weights = load_file(tiny / "model.safetensors")
    model.merge_adapter(weights, tmp_path / "one.safetensors")
    save_file(weights, tmp_path / "merged.safetensors")
    untrained.load_state_dict({k: torch.from_numpy(v) for k, v in weights.items()}, strict=False)
    texts = ["query: 甲怎么做", "passage: 戊做红色物业"]
    merged, trained = (
        adapt._encode(encoder.eval(), tokenizer, texts, 64).detach().numpy()
        for encoder in (untrained, adapter.encoder)
    )
    np.testing.assert_allclose(merged, trained, atol=0.03)  # bfloat16 against merged bfloat16


def test_strength_nought_is_the_base_model(tiny: Path, tmp_path: Path) -> None:
    adapter = adapt.train(*_examples(), tiny, adapt.Recipe(rank=2, batch=8, epochs=2))
    adapter.save(tmp_path / "none.safetensors", strength=0.0)
    weights = load_file(tiny / "model.safetensors")
    same = {key: value.copy() for key, value in weights.items()}
    model.merge_adapter(same, tmp_path / "none.safetensors")
    assert all(np.array_equal(weights[key], same[key]) for key in weights)


def test_a_made_pair_is_seen_once_and_a_written_one_in_every_epoch() -> None:
    _, made = _examples()
    recipe = adapt.Recipe(batch=7, epochs=2)
    seen = [e for epoch in range(2) for b in adapt._batches(made, epoch, recipe, random.Random(0)) for e in b]
    assert [seen.count(example) for example in made] == [2] * 6 + [1] * 2


def test_the_answering_piece_holds_most_of_the_evidence() -> None:
    pieces = adapt.pieces_of("T", NEWS)
    found = adapt.answering(pieces, "全县共化解社区矛盾纠纷326件")
    assert found is not None
    assert "326件" in pieces[found].plain
    assert adapt.answering(pieces, "完全不相干的一句英文句子 nothing of the kind") is None
    assert adapt.answering([], "没有段落") is None


def test_made_questions_ask_for_what_was_taken_out() -> None:
    pairs = [pair for seed in range(8) for pair in make_pairs("T", NEWS, random.Random(seed))]
    asked = {pair.kind: pair.question for pair in pairs}
    assert {"figure", "way", "document"} <= asked.keys()
    assert "多少" in asked["figure"]
    assert "什么" in asked["way"]
    assert all(pair.evidence.strip() in NEWS for pair in pairs)


def test_what_tests_use_is_left_out(tmp_path: Path) -> None:
    news = [("N1", NEWS), ("N2", NEWS.replace("彰武县", "海州区").replace("红色物业", "幸福邻里"))]
    counts = write_pairs(news, [NEWS[40:120]], tmp_path, most=5)
    assert sum(counts.values()) == sum(1 for _ in (tmp_path / "pairs.jsonl").open(encoding="utf-8"))
    assert '"N1"' not in (tmp_path / "pairs.jsonl").read_text(encoding="utf-8")


def test_a_pair_says_where_it_is_from() -> None:
    assert Pair("T", "问", "答").kind == "written"
