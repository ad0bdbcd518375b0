"""The page: ``python app.py [--store DIR] [--host 127.0.0.1] [--port 7860]``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from corpus import commandline
from rag import config

door = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@door.command()
def serve(
    store: Annotated[str | None, typer.Option(help="索引所在的文件夹，或 Milvus 的网址")] = None,
    host: Annotated[str | None, typer.Option(help="监听的地址；0.0.0.0 让同网段的人也能打开")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="端口")] = None,
) -> None:
    """打开他山的网页。"""
    settings = config.load(store=store, host=host, port=port)
    from eval import ui  # behind the settings, so that a mistake in them is told at once
    from rag.ui import server

    server.run(settings, [ui.tab()])


if __name__ == "__main__":
    sys.exit(commandline.run(door))
