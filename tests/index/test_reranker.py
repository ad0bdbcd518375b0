"""A CrossEncoder of the user's own: loaded from a folder, in [0, 1], and what is said where it can't be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.errors import TashanError
from index.reranker import CrossEncoderReranker


def made(folder: Path, labels: int = 1) -> Path:
    """A tiny CrossEncoder with random weights over single characters."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"停车难怎么办红色物业共议事"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=64, num_labels=labels,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    return folder


def test_a_folder_with_a_cross_encoder_scores_passages(tmp_path: Path) -> None:
    reranker = CrossEncoderReranker(made(tmp_path / "tiny"))
    scores = reranker.scores("停车难怎么办", ["红色物业共议事", "停车", "停车" * 500])
    assert reranker.name == "tiny"
    assert scores.shape == (3,) and scores.dtype == np.float32
    assert np.isfinite(scores).all() and scores.min() >= 0 and scores.max() <= 1
    again = reranker.scores("停车难怎么办", ["停车", "红色物业共议事"])
    assert again == pytest.approx(scores[[1, 0]], abs=2e-2)  # each pair by itself, whatever its neighbours
    assert reranker.scores("停车难怎么办", []).shape == (0,)


def test_a_classifier_is_no_reranker(tmp_path: Path) -> None:
    with pytest.raises(TashanError, match="3 个分数"):
        CrossEncoderReranker(made(tmp_path / "three", labels=3))


def test_a_model_that_is_not_there_is_not_downloaded(tmp_path: Path) -> None:
    with pytest.raises(TashanError, match="无法载入这个重排模型") as raised:
        CrossEncoderReranker(tmp_path / "nothing")
    assert "不会联网" in str(raised.value.hint)
