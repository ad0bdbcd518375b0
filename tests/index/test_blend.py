from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from safetensors.numpy import load_file, save_file

from corpus.errors import TashanError
from index import blend as blending
from index.model import SHIPPED_ADAPTER, merge_adapter

Tensors = dict[str, npt.NDArray[np.float16]]


def adapter(seed: int, rank: int) -> Tensors:
    random = np.random.default_rng(seed)

    def some(*shape: int) -> npt.NDArray[np.float16]:
        return random.normal(size=shape).astype(np.float16)

    return {"x.weight.lora_a": some(rank, 6), "x.weight.lora_b": some(4, rank), "x.bias.delta": some(4)}


def merged(parts: Tensors, folder: Path) -> dict[str, npt.NDArray[np.float32]]:
    folder.mkdir(exist_ok=True)
    save_file(parts, folder / "a.safetensors")
    weights = {"x.weight": np.zeros((4, 6), np.float32), "x.bias": np.zeros(4, np.float32)}
    merge_adapter(weights, folder / "a.safetensors")
    return weights


def test_a_blend_changes_the_model_by_the_weighted_sum_of_its_parts(tmp_path: Path) -> None:
    one, other = adapter(1, 2), adapter(2, 3)
    both = merged(blending.blend([(0.5, one), (0.25, other)]), tmp_path / "both")
    alone, beside = merged(one, tmp_path / "one"), merged(other, tmp_path / "other")
    for name, change in both.items():
        assert np.allclose(change, 0.5 * alone[name] + 0.25 * beside[name], atol=0.01)
    assert not np.allclose(both["x.weight"], 0.5 * alone["x.weight"], atol=0.01)


def test_only_what_belongs_together_is_blended() -> None:
    one = adapter(1, 2)
    with pytest.raises(TashanError, match="不是同样的层"):
        blending.blend([(1.0, one), (1.0, {"y.bias.delta": one["x.bias.delta"]})])
    with pytest.raises(TashanError, match="大小不一样"):
        blending.blend([(1.0, one), (1.0, {**one, "x.bias.delta": one["x.bias.delta"][:3]})])


def test_the_command_writes_an_adapter_or_says_why_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_file(adapter(1, 2), tmp_path / "one.safetensors")
    out = tmp_path / "out"
    assert blending.main([f"0.5={tmp_path / 'one.safetensors'}", "--out", str(out)]) == 0
    assert load_file(out / SHIPPED_ADAPTER.name).keys() == adapter(1, 2).keys()
    assert blending.main([f"half={tmp_path / 'one.safetensors'}", "--out", str(out)]) == 2
    assert blending.main([f"1={tmp_path / 'none.safetensors'}", "--out", str(out)]) == 2
    assert "写法：0.5=文件.safetensors" in capsys.readouterr().err
