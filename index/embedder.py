"""Texts to unit vectors. torch and sentence_transformers are imported only when used."""

from __future__ import annotations

import hashlib
import os
import threading
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from corpus.errors import TashanError
from index import model as embedded

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from index.types import Embedder

Vectors = npt.NDArray[np.float32]
Counter = Callable[[int, int], None]  # texts done, of

# Measured on 2 cores with AMX, 320-character passages: 61 texts/s at 32, 58 at 64, 57 at 16; fp32 23 at 32.
BATCH = 32
_SLICE = 8 * BATCH  # texts between two progress reports
_MAX_THREADS = 16
# Up to this many texts one thread does it all: threads that wait for each other lose their turns on a
# computer that does something else too. A question on 2 busy cores (load 15): 72 ms; with two threads 1,700.
_ALONE = 3
_SAMPLE = 1 << 16  # bytes at each end of a weight file that go into a local model's fingerprint


class SentenceTransformerEmbedder:
    """Any sentence-transformers model behind the Embedder protocol.

    Args:
        source: a folder, or the name of a model that is already in the local Hugging Face cache. Nothing is
            downloaded: reports stay inside, and so does the program.
        name: the identity to keep in the index; by default it is derived from the source and its weights.

    Where the CPU multiplies bfloat16 natively the model runs in it (2.7 times as fast as float32 here, at
    cosine 0.9999); pooled vectors are normalised again in float32. Calls from several threads take turns.

    Raises:
        TashanError: the model can't be found or loaded.
    """

    def __init__(self, source: str | Path, name: str | None = None) -> None:
        self._model = _load(source)
        self._lock = threading.Lock()
        self._prompts = {
            "query": _first(self._model.prompts, "query"),
            "passage": _first(self._model.prompts, "passage", "document"),
        }
        self.name: str = name or _identity(source, self._model)
        self.dimension: int = int(self._model.get_embedding_dimension() or len(self._encode(["一"], "")[0]))

    def passages(self, texts: Sequence[str], progress: Counter | None = None) -> Vectors:
        """Vectors of texts to be found, shape (n, dimension), float32, L2 norm 1."""
        return self._encode(texts, self._prompts["passage"], progress)

    def queries(self, texts: Sequence[str], progress: Counter | None = None) -> Vectors:
        """Vectors of questions, shape (n, dimension), float32, L2 norm 1."""
        return self._encode(texts, self._prompts["query"], progress)

    def _encode(self, texts: Sequence[str], prompt: str, progress: Counter | None = None) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))  # alike lengths pad least
        parts = []
        for start in range(0, len(order), _SLICE):
            batch = [texts[i] for i in order[start : start + _SLICE]]
            with self._lock, _threads(1 if len(texts) <= _ALONE else None):
                parts.append(
                    self._model.encode(batch, prompt=prompt, batch_size=BATCH, show_progress_bar=False)
                )
            if progress is not None:
                progress(min(start + _SLICE, len(order)), len(order))
        out = np.empty((len(texts), parts[0].shape[1]), np.float32)
        out[order] = np.concatenate(parts)
        return _normalised(out)


@contextmanager
def _threads(number: int | None) -> Iterator[None]:
    """Let torch use this many threads for a while; None leaves it as it is."""
    import torch

    before = torch.get_num_threads()
    if number is None or number == before:
        yield
        return
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class FakeEmbedder:
    """Hashed character bigrams as 256-dimensional unit vectors: deterministic, instant, no model.

    Texts that share bigrams are alike, which is enough to test everything around the real model.

    >>> fake = FakeEmbedder()
    >>> near, far = fake.passages(["红色物业共议事", "秸秆综合利用"]) @ fake.queries(["什么是红色物业"])[0]
    >>> bool(near > far)
    True
    """

    name = "fake-256"
    dimension = 256

    def passages(self, texts: Sequence[str], progress: Counter | None = None) -> Vectors:
        """Shape (n, 256), float32, L2 norm 1."""
        out = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(out, texts, strict=True):
            plain = unicodedata.normalize("NFKC", text).lower()
            for bigram in zip(f" {plain}", plain, strict=False):
                row[zlib.crc32("".join(bigram).encode()) % self.dimension] += 1.0
        if progress is not None and texts:
            progress(len(texts), len(texts))
        return _normalised(np.sqrt(out))

    def queries(self, texts: Sequence[str], progress: Counter | None = None) -> Vectors:
        """The same as `passages`: this embedder tells no question from a passage."""
        return self.passages(texts, progress)


def load_embedder(model: str | Path | None, var: Path) -> Embedder:
    """The embedder that a setting names.

    Args:
        model: None, "" or "default" for the embedded model, which is unpacked under `var` on first use
            (about a second, 75 MB); "fake" for `FakeEmbedder`; else a folder or a cached model's name.
        var: the folder for what can be made again.
    """
    if model == "fake":
        return FakeEmbedder()
    if model in (None, "", "default"):
        folder = embedded.unpack(embedded.default_model_dir(var))
        return SentenceTransformerEmbedder(folder, embedded.model_name())
    assert model is not None
    return SentenceTransformerEmbedder(model)


def _normalised(vectors: Vectors) -> Vectors:
    """Scale rows to norm 1; a row of zeros becomes the first unit vector."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[norms[:, 0] == 0, 0] = 1.0
    return (vectors / np.where(norms == 0, 1.0, norms)).astype(np.float32)


def _first(prompts: Mapping[str, str | None], *names: str) -> str:
    return next((found for name in names if (found := prompts.get(name))), "")


@dataclass(frozen=True, slots=True)
class Options:
    """Where and how exactly a model computes."""

    device: str
    dtype: Any  # torch.dtype


def prepared() -> Options:
    """Make torch and sentence-transformers ready: offline, quiet, not too many threads.

    Raises:
        TashanError: a package is missing.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when huggingface_hub is first imported
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    try:
        import sentence_transformers  # noqa: F401
        import torch
        from transformers.utils import logging
    except ImportError as error:
        raise TashanError(
            f"向量模型无法启动：缺少软件包 {error.name}。", "请按 README 重新安装依赖后重试。"
        ) from error
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.set_num_threads(min(torch.get_num_threads(), _MAX_THREADS))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype = torch.bfloat16 if device == "cpu" and _native_bfloat16() else torch.float32
    return Options(device, dtype)


def _load(source: str | Path) -> SentenceTransformer:
    options = prepared()
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(
            str(source), device=options.device, local_files_only=True, model_kwargs={"dtype": options.dtype}
        ).eval()
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError) as error:
        raise TashanError(
            f"{source}：无法载入这个向量模型（{one_line(error)}）。",
            "程序不会联网下载：请先把模型下载到本机，再在设置里写它的文件夹；或改回 default 使用内置模型。",
        ) from error


def _native_bfloat16() -> bool:
    """Whether the CPU multiplies bfloat16 itself; emulated, it would be slower than float32."""
    import torch

    able: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def one_line(error: Exception) -> str:
    """The first line of what a library complains of, cut short."""
    return next(iter(str(error).splitlines()), type(error).__name__)[:120]


def _identity(source: str | Path, model: SentenceTransformer) -> str:
    """What tells this model's vectors from another's: name and weights, not place or precision."""
    folder = Path(source)
    if not folder.is_dir():
        commit = getattr(getattr(model[0], "auto_model", None), "config", None)
        return f"{source}@{getattr(commit, '_commit_hash', None) or 'local'}"
    return embedded.read_name(folder) or f"{folder.resolve().name}-{_fingerprint(folder)}"


def _fingerprint(folder: Path) -> str:
    """Ten hex digits over the names, sizes and both ends of the files that decide the vectors."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".json", ".safetensors", ".bin", ".model", ".txt"} and path.is_file():
            size = path.stat().st_size
            digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
            with path.open("rb") as file:
                digest.update(file.read(_SAMPLE))
                file.seek(max(0, size - _SAMPLE))
                digest.update(file.read(_SAMPLE))
    return digest.hexdigest()[:10]
