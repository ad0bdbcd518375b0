"""A basket as a file that leaves the house: .docx, .pptx, .xlsx, .md. Every quote takes its source along."""

from __future__ import annotations

from pathlib import PurePath

from corpus.errors import TashanError
from rag.basket import Basket
from rag.export.contents import dossier

FORMATS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "md": "text/markdown; charset=utf-8",
}


def format_of(name: str) -> str:
    """The format that a file's ending names.

    Raises:
        TashanError: it is none of ours.

    >>> format_of("素材.DOCX")
    'docx'
    """
    ending = PurePath(name).suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise TashanError(
            f"{name}：不能导出为这种格式。", f"文件名请以 {'、'.join('.' + f for f in FORMATS)} 结尾。"
        )
    return ending


def render(basket: Basket, ending: str) -> bytes:
    """The bytes of a file; the same basket gives the same bytes.

    Raises:
        TashanError: the basket is empty.
    """
    if not basket.pieces:
        raise TashanError("素材篮是空的。", "请先从回答或对比表里收入素材。")
    found = dossier(basket)
    # Behind the format: each office library takes a moment to load.
    if ending == "docx":
        from rag.export import word

        return word.render(found)
    if ending == "pptx":
        from rag.export import slides

        return slides.render(found)
    if ending == "xlsx":
        from rag.export import sheets

        return sheets.render(found, basket.pieces)
    from rag.export import plain

    return plain.render(found)
