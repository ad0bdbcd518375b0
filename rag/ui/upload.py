"""Adding files to the store and indexing it again, step by step, with what to show after each step."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import TashanError
from corpus.read import read_path
from corpus.types import CleanFile, Failure
from index.again import again
from index.build import cleaner_version
from index.types import Added, Progress
from rag.service import Service
from rag.ui import html, listing

_LOG = logging.getLogger(__name__)

Read = CleanFile | Failure


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of a change, how far it is."""

    stage: str
    done: int
    of: int

    @property
    def words(self) -> str:
        """计算向量 3/12."""
        return f"{self.stage} {self.done}/{self.of}"


def read(paths: Sequence[str]) -> Iterator[tuple[str, list[Read]]]:
    """Uploaded files one by one: before each, the stages so far; an archive becomes several files."""
    done: list[Read] = []
    for at, path in enumerate(paths):
        name = Path(path).name
        yield listing.stages(done, f"正在读取与清洗：{name}（第{at + 1}个，共{len(paths)}个）"), done
        try:
            done.extend(read_path(Path(path), Path(path).parent))
        except TashanError as error:
            done.append(Failure(name, str(error)))
        except Exception:
            _LOG.exception("an upload failed")
            done.append(Failure(name, f"{name}：处理时出了内部错误，没有读入。请把后台日志交给管理员。"))
    yield listing.stages(done), done


def usable(files: Sequence[Read]) -> list[CleanFile]:
    """Those that hold at least one report."""
    return [one for one in files if isinstance(one, CleanFile) and one.reports]


def add(service: Service, files: Sequence[CleanFile]) -> Generator[str, None, str]:
    """Add files: yields what to show of every stage, returns what became of it."""
    return changing(
        lambda show: service.store.add(files, show, cleaner=cleaner_version()),
        lambda step: listing.stages(files, step.words, adding=True),
    )


def renew(service: Service) -> Generator[str, None, str]:
    """Index everything again: yields what to show of every stage, returns what became of it."""
    return changing(lambda show: again(service.store, show), lambda step: html.working(step.words))


def changing(change: Callable[[Progress], Added], shown: Callable[[Step], str]) -> Generator[str, None, str]:
    """Run a change of the store in its own thread, so that its progress can be shown meanwhile.

    The change is finished even when nobody watches any more.
    """
    steps: queue.SimpleQueue[Step | None] = queue.SimpleQueue()
    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(change, lambda stage, done, of: steps.put(Step(stage, done, of)))
        result.add_done_callback(lambda _: steps.put(None))
        while (step := steps.get()) is not None:
            yield shown(step)
    return outcome(result.result)


def outcome(change: Callable[[], Added]) -> str:
    """What became of a change, in words."""
    try:
        done = change()
    except TashanError as error:
        return html.trouble(error.message, error.hint)
    except Exception:
        _LOG.exception("a change of the store failed")
        return html.trouble("更新索引时出了内部错误，原有索引不受影响。", "请把后台日志交给管理员。")
    kinds = (("入库", done.added), ("未变", done.unchanged), ("移除", done.removed))
    parts = [f"{verb}{len(names)}个文件" for verb, names in kinds if names] or ["没有变化"]
    total = f"现有{done.counts.documents}个文件、{done.counts.reports}份报告"
    said = f'<p class="notice">{"，".join(parts)}。{total}。</p>'
    return said + "".join(
        html.trouble(f"{doc}：{what}" if doc not in what else what) for doc, what in done.problems[:20]
    )
