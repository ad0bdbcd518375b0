"""Options that several commands of ``python -m eval`` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DatasetOption = Annotated[Path | None, typer.Option("--dataset", help="数据集（默认：示例报告的标准问题）")]
DatasetsOption = Annotated[
    list[Path] | None, typer.Option("--dataset", help="数据集（可重复；默认：示例报告的标准问题）")
]
StoreOption = Annotated[str | None, typer.Option("--store", help="索引文件夹，或 Milvus 的网址")]
CorpusOption = Annotated[Path | None, typer.Option("--corpus", help="报告文件夹：自动为它建索引")]
QrelsOption = Annotated[Path | None, typer.Option("--qrels", help="TREC 相关性判断文件")]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="配置文件（TOML）")]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", help="改一个设置，如 search.dense=0.7（可重复）")
]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="只用这么多题（按种子抽取）")]
SeedOption = Annotated[int, typer.Option("--seed", help="随机种子")]
