"""The vocabulary of the default model: the pieces that Chinese reports can use, and a tokenizer over them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")  # ids 0 to 3


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


def unigram_tokenizer(pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    """A tokenizer of the pieces and their scores (unigram: Kudo 2018, arXiv:1804.10959), specials first."""
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
