"""The embedded model: reading the packed file, the vocabulary, and a folder that is whole or absent."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from corpus.errors import TashanError
from index import model, packed, vocabulary
from tests.index.texts import ODD, sample_texts


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model without an adapter."""
    return model.unpack(tmp_path_factory.mktemp("models") / "plain", adapter=None)


def test_dequantise_puts_low_nibbles_first() -> None:
    blocks = np.zeros((1, 1), packed._BLOCK_DTYPE)
    blocks["scale"] = 0.5
    blocks["nibbles"][0, 0] = [0x10 * (j % 16) + (15 - j) for j in range(16)]
    low = [((15 - j) - 8) * 0.5 for j in range(16)]
    high = [(j - 8) * 0.5 for j in range(16)]
    assert packed.dequantise(blocks).tolist() == [low + high]


@pytest.mark.parametrize(
    ("piece", "kept"),
    [
        *((piece, True) for piece in ("红色", "▁2023", "。」", "臺灣", "T恤", "д", "は", "GDP")),
        *((piece, False) for piece in ("▁Gemeinde", "Москва", "と思います", "是です")),
    ],
)
def test_kept_pieces(piece: str, kept: bool) -> None:
    found = vocabulary.kept_pieces([*vocabulary.SPECIALS, piece], frozenset({"GDP"}))
    assert found.tolist() == ([0, 1, 2, 3, 4] if kept else [0, 1, 2, 3])


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(b"E5S1" + bytes(200))
    with pytest.raises(TashanError, match=r"e5-small-q4\.bin.*已损坏"):
        packed.read_packed(path)


def test_a_missing_adapter_is_named(tmp_path: Path) -> None:
    with pytest.raises(TashanError, match="找不到适配器文件"):
        model.unpack(tmp_path / "m", adapter=tmp_path / "none.safetensors")


def test_the_name_tells_adapters_and_vocabularies_apart(tmp_path: Path) -> None:
    adapter = tmp_path / "a.safetensors"
    names = {model.model_name(adapter=None), model.model_name(adapter=None, keep_all=True)}
    for content in (b"1", b"2"):
        adapter.write_bytes(content)
        names.add(model.model_name(adapter=adapter))
    assert len(names) == 4


def test_merge_adds_low_rank_products_and_deltas(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    a, b, delta = rng.normal(size=(2, 3)), rng.normal(size=(4, 2)), rng.normal(size=4)
    path = tmp_path / "a.safetensors"
    save_file({"w.lora_a": a, "w.lora_b": b, "bias.delta": delta}, path)
    target = {"w": np.ones((4, 3), np.float32), "bias": np.ones(4, np.float32)}
    model.merge_adapter(target, path)
    np.testing.assert_allclose(target["w"], 1 + b @ a, rtol=1e-5)
    np.testing.assert_allclose(target["bias"], 1 + delta, rtol=1e-5)


def test_an_adapter_for_another_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    save_file({"elsewhere.delta": np.zeros(4, np.float32)}, path)
    with pytest.raises(TashanError, match=r"other\.safetensors.*不匹配"):
        model.merge_adapter({"bias": np.zeros(4, np.float32)}, path)


@pytest.mark.model
def test_an_unpacked_folder_is_valid_and_is_left_alone(plain: Path) -> None:
    before = (plain / model.MARKER).stat().st_mtime_ns
    assert model.is_valid(plain)
    assert model.read_name(plain) == model.model_name(adapter=None)
    assert model.unpack(plain, adapter=None) == plain
    assert (plain / model.MARKER).stat().st_mtime_ns == before
    assert [path.name for path in plain.parent.iterdir()] == [plain.name]


@pytest.mark.model
def test_a_damaged_folder_is_written_anew(plain: Path) -> None:
    weights = plain / "model.safetensors"
    size = weights.stat().st_size
    weights.write_bytes(weights.read_bytes()[:1000])
    assert not model.is_valid(plain)
    assert model.is_valid(model.unpack(plain, adapter=None))
    assert weights.stat().st_size == size
    (plain / model.MARKER).unlink()
    assert not model.is_valid(plain)
    assert model.is_valid(model.unpack(plain, adapter=None))


@pytest.mark.model
def test_an_adapter_changes_weights_and_name(plain: Path, tmp_path: Path) -> None:
    key = "encoder.layer.3.output.dense.bias"
    adapter = tmp_path / "shift.safetensors"
    save_file({f"{key}.delta": np.full(384, 0.5, np.float16)}, adapter)
    other = model.unpack(tmp_path / "other", adapter=adapter)
    assert model.read_name(other) == model.model_name(adapter=adapter) != model.read_name(plain)
    before, after = (load_file(folder / "model.safetensors")[key] for folder in (plain, other))
    np.testing.assert_allclose(after - before, 0.5, atol=1e-2)


@pytest.mark.model
def test_fewer_pieces_cut_texts_the_same_way(plain: Path, tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    whole = model.unpack(tmp_path / "whole", keep_all=True, adapter=None)
    few, all_ = (Tokenizer.from_file(str(folder / "tokenizer.json")) for folder in (plain, whole))
    assert few.get_vocab_size() < all_.get_vocab_size() / 6
    for text in [*sample_texts(), *ODD]:
        for prompt in ("passage: ", "query: "):
            assert few.encode(prompt + text).tokens == all_.encode(prompt + text).tokens


@pytest.mark.model
def test_settings_are_those_of_a_sentence_transformers_folder(plain: Path) -> None:
    config = json.loads((plain / "config.json").read_text(encoding="utf-8"))
    rows = load_file(plain / "model.safetensors")["embeddings.word_embeddings.weight"].shape[0]
    assert (config["model_type"], config["hidden_size"], config["vocab_size"]) == ("bert", 384, rows)
    assert config["layer_norm_eps"] == 1e-12
