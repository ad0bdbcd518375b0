"""What a statement says that its source does not: no word that tells something may be new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rag.figures import figures

_HAN = re.compile(r"[\u3400-\u9fff]")
# Words a writer may add: they join, order and introduce, and claim nothing that the source could contradict.
# Nothing that tells more from less, done from not done, or who from whom.
_ALLOWED_WORDS = """
当地 该地 其中 同时 此外 另外 并且 以及 还有 还 也 都 则 即 就 又 通过 采取 采用 开展 实施 推行 推动
推进 实行 进行 建立 成立 组建 设立 构建 打造 形成 实现 做到 组织 安排 负责 落实 利用 依托 围绕 针对 面向
包括 包含 涵盖 例如 比如 分别 主要 具体 方式 方法 做法 措施 举措 方面 内容 情况 相关 有关 为了 使得 从而
以便 用于 作为 成为 属于 根据 按照 由此 因此 所以 由于 对于 关于 他们 她们 我们 其 该 这些 那些 这个
这一 这种 这样 一是 二是 三是 四是 首先 其次 然后 最后 随后 之后 以后 之前 以来 期间 当中 之中 之间 提到
介绍 表示 显示 报告 报道 材料 写明 提出 指出 明确 能够 可以 可 能 会 已经 已 曾 将 要 正在 每 各 等 的
了 着 过 在 和 与 及 或 并 而 且 但 由 从 到 向 对 把 被 给 让 使 为 以 于 所 之 是 有 个 名 共 共有
一共 总共 合计 累计 目前 如今 现在 截至 全部 全体 一些 一批 一种 一套 一个 多个 几个 两个 三个 不断 不仅
而且 来 去 上 下 里 中 内 外 前 后 时 具有 拥有 发挥 作用 帮助 提供 服务 工作 活动 问题 事项 地方 单位
部门 人员 群众 居民 做 用 请 称 叫 又称 名为 称为 叫做 设置 制定 印发 出台 发布 邀请 参与 参加 加入 配合
协助 支持 引导 动员 发动 吸引 带动 培训 指导 管理 治理 建设 完善 健全 优化 创新 探索 整合 统筹
"""
_ALLOWED = re.compile("|".join(sorted(_ALLOWED_WORDS.split(), key=len, reverse=True)))


@lru_cache(maxsize=1024)
def telling(text: str) -> str:
    """The text without what any writer may add."""
    return _ALLOWED.sub(" ", text)


def new_words(plain: str, text: str, about: Iterable[str]) -> Iterator[str]:
    """Content of a statement that stands nowhere in its source: one character is enough.

    Args:
        plain: the statement, folded.
        text: all that it cites, folded.
        about: names of the places that this is about.
    """
    held = _bigrams(text)
    for name in about:
        held.update(_short_forms(name))
    for run in _uncovered(plain, held):
        if not _only_allowed(run):
            yield run


def _only_allowed(run: str) -> bool:
    return not re.search(r"[\u3400-\u9fffa-z]", telling(run))


def _bigrams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _short_forms(name: str) -> Iterator[str]:
    """The bigram that joins stem and level where 阜新蒙古族自治县 is called 阜新县."""
    if name.endswith(("自治县", "自治旗", "自治区", "自治州")):
        yield name[1] + name[-1]


def _uncovered(plain: str, held: set[str]) -> Iterator[str]:
    """Stretches of letters no bigram of which stands in the source, but for figures and allowed words."""
    covered = [not (_HAN.match(char) or char.isalpha()) for char in plain]
    for i in range(len(plain) - 1):
        if plain[i : i + 2] in held:
            covered[i] = covered[i + 1] = True
    gaps = [match.span() for match in _ALLOWED.finditer(plain)]
    gaps += [(figure.span.start, figure.span.end) for figure in figures(plain)]
    for start, end in gaps:
        covered[start:end] = [True] * (end - start)
    yield from _runs(plain, covered)


def _runs(plain: str, covered: Sequence[bool]) -> Iterator[str]:
    start = None
    for at, known in enumerate([*covered, True]):
        if not known and start is None:
            start = at
        elif known and start is not None:
            yield plain[start:at]
            start = None
