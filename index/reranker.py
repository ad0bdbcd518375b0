"""A second stage that the user brings: any sentence-transformers CrossEncoder on this machine."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpus.errors import TashanError
from index.embedder import one_line, prepared
from index.types import Vectors

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_BATCH = 8
_LONGEST = 512  # tokens of question and passage together, where the model says nothing itself


class CrossEncoderReranker:
    """Question and passage read together by one model. Calls from several threads take turns.

    Args:
        source: a folder, or the name of a model that is already in the local Hugging Face cache. Nothing is
            downloaded.

    Raises:
        TashanError: the model can't be found or loaded, or scores more than one thing.
    """

    def __init__(self, source: str | Path) -> None:
        self._model = _load(source)
        self._lock = threading.Lock()
        self.name = Path(source).name

    def scores(self, question: str, passages: Sequence[str]) -> Vectors:
        """How well each passage answers, shape (len(passages),), in [0, 1]: a sigmoid."""
        if not passages:
            return np.zeros(0, np.float32)
        import torch

        with self._lock:
            found = self._model.predict(
                [(question, passage) for passage in passages],
                batch_size=_BATCH,
                show_progress_bar=False,
                activation_fn=torch.nn.Sigmoid(),
            )
        return np.asarray(found, np.float32).reshape(-1)


def _load(source: str | Path) -> CrossEncoder:
    options = prepared()
    from sentence_transformers import CrossEncoder

    advice = "程序不会联网下载：请先把模型下载到本机，再在 search.reranker 里写它的文件夹；或去掉这个设置。"
    try:
        model: CrossEncoder = CrossEncoder(
            str(source), device=options.device, local_files_only=True, model_kwargs={"dtype": options.dtype}
        )
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError) as error:
        raise TashanError(f"{source}：无法载入这个重排模型（{one_line(error)}）。", advice) from error
    if model.num_labels != 1:
        raise TashanError(
            f"{source}：这个模型给出 {model.num_labels} 个分数，重排只用得上给一个分数的模型。", advice
        )
    model.max_seq_length = min(model.max_seq_length or _LONGEST, _LONGEST)
    model.eval()
    return model
