"""Nothing goes outside: Gradio would fetch an address that a browser sends in place of an uploaded file."""

from __future__ import annotations

from typing import NoReturn

from gradio import processing_utils

from corpus.errors import TashanError


def seal() -> None:
    """From here on such an address is refused, by every component of every page of this process."""
    processing_utils.async_ssrf_protected_download = _refuse
    processing_utils.ssrf_protected_download = _refuse_now
    processing_utils.save_url_to_cache = _refuse_now


async def _refuse(url: str, cache_dir: str) -> NoReturn:
    _refuse_now(url, cache_dir)


def _refuse_now(url: str, cache_dir: str) -> NoReturn:
    del url, cache_dir
    raise TashanError("不从网上取文件。", "请先把文件下载到本机，再选择上传。")
