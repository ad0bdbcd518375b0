"""From a fuzzer's bytes to the inputs that matter: mostly well-formed, long, repetitive, odd in one place."""

from __future__ import annotations

import json
from collections.abc import Sequence

MOST = 1 << 20  # bytes of one input

# What furniture, heads, tails, places and questions are made of; invented, each in its own way ambiguous.
WORDS = (
    "原标题：", "来源：", "作者：", "责任编辑：", "（记者 张三 通讯员 李四）", "编者按", "图片来源", "摄",
    "供图", "【字体：大 中 小】", "【打印本页】", "【", "】", "（", "）", "(", ")", "“", "”", "《", "》",
    "〔", "〕", "[", "]", "{", "}", "<", ">", "</p>", "<table>", "<td>", "<div class=\"a\">", "&nbsp;",
    "&#", "&#x4e00;", "、", "，", "。", "；", "：", "！", "？", "…", "——", "·", "■", "△", "▲", "|",
    "| --- |", "#", "##", "```", "---", "* ", "- ", "一、", "（一）", "1.", "1、", "①", "第一，", "一是",
    "二是", "首先，", "其次，", "\n", "\r\n", "\n\n", " ", "\u3000", "\t", "\xa0", "\u200b", "\ufeff",
    "\u2028", "\0", "\x1f", "\x85", "\ud800", "🏠", "👨\u200d👩\u200d👧", "𠮷", "é", "e\u0301", "甲", "县",
    "市", "区", "省", "镇", "街道", "社区", "村", "某某县", "辽宁省", "彰武县", "辽宁省阜新市彰武县",
    "北京市", "朝阳区", "朝阳", "新华", "和平区", "中山", "吉林市", "海南省", "六合", "本县", "我县",
    "别的县", "除了", "以外", "不要", "不看", "本省", "同省", "全国", "2023年", "2023-08-01",
    "2023年8月1日", "08月01日 10:20", "去年", "近三年", "2019年以来", "0", "9", "99999999", "3.5", "50%",
    "１２３", "红色物业", "积分制", "怎么做", "怎么做的？", "有哪些", "多少钱", "第二个地方", "那里", "它",
    "他们", "对比", "区别", "哪个县", "为什么", "党支部牵头建立议事会，", "累计解决问题360件。", "居民说：",
    "责任编辑：王五", "点击进入", "网", "广告 ", "×", "关注", "朋友圈", "扫码", "上一篇：", "下一篇：",
    "相关链接", "版权所有", "京ICP备", "http://a.b/c", "a@b.c", ">", "»", "首页 > 新闻 > 正文",
    "此件公开发布", "打印", "关闭",
)  # fmt: skip


class Feed:
    """Takes what it is asked for from bytes; nothing but zeros once they are used up."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def byte(self) -> int:
        if not self.left:
            return 0
        self._at += 1
        return self._data[self._at - 1]

    def number(self, most: int) -> int:
        """From 0 to `most`."""
        return int.from_bytes(self.take(3)) % (most + 1)

    def take(self, count: int) -> bytes:
        start, self._at = self._at, min(self._at + count, len(self._data))
        return self._data[start : self._at]

    def rest(self) -> bytes:
        return self.take(self.left)

    def pick(self, among: Sequence[str]) -> str:
        return among[self.number(len(among) - 1)]


def text(feed: Feed, most: int = MOST) -> str:
    """Words one after another, some of them very often, and bytes as they come in between."""
    parts: list[str] = []
    room = most
    while feed.left and room > 0:
        kind = feed.byte()
        if kind < 200:
            part = feed.pick(WORDS)
        elif kind < 225:
            part = feed.take(1 + kind % 16).decode("utf-8", "replace")
        elif kind < 235:
            part = chr(feed.number(0x10FFFF))
        else:
            part = "".join(feed.pick(WORDS) for _ in range(1 + feed.byte() % 3))
            times = 1 + feed.number(200 if kind < 252 else 200_000)
            part = part * min(times, room // len(part) + 1)
        parts.append(part[:room])
        room -= 4 * len(parts[-1])
    return "".join(parts)


def value(feed: Feed, depth: int = 3) -> object:
    """Any JSON value."""
    kind = feed.byte() % 10
    if kind < 3 or not depth:
        return text(Feed(feed.take(feed.number(60))), 20_000)
    if kind < 6:
        odd = (None, True, False, 0, -1, 10**30, 1.5, 1e308, "", [], {}, "0", "２", 2**63, -(2**63))
        return odd[feed.number(len(odd) - 1)]
    if kind < 8:
        return [value(feed, depth - 1) for _ in range(feed.byte() % 6)]
    return {text(Feed(feed.take(6)), 100): value(feed, depth - 1) for _ in range(feed.byte() % 5)}


def body(feed: Feed, fields: Sequence[str]) -> bytes:
    """A request's body: mostly an object with known fields, sometimes anything."""
    kind = feed.byte()
    if kind < 20:
        return feed.rest()
    if kind < 40:
        return json.dumps(value(feed)).encode()
    asked: dict[str, object] = {}
    if kind < 230:
        asked["question" if kind % 4 else "theme"] = text(Feed(feed.take(feed.number(80))), 20_000)
    for _ in range(feed.byte() % 5):
        asked[feed.pick(fields)] = value(feed)
    return json.dumps(asked).encode("utf-8", "surrogatepass")


def long_runs(size: int) -> dict[str, str]:
    """Texts of `size` characters, each of one thing over and over: careless patterns turn quadratic."""
    runs = {f"{word!r}×": word * (size // len(word)) for word in WORDS if word != "\ud800"}
    mixed = {
        "一行，句子": "某县推行积分制，村民用积分换取生活用品，" * (size // 20),
        "许多行": "某县推行积分制。\n" * (size // 9),
        "许多段标题": "一、强化党建引领\n某县推行积分制。\n" * (size // 18),
        "许多篇": "甲县：红色物业\n2023-08-01\n某县推行积分制，村民换取用品。\n\n" * (size // 40),
        "括号套括号": "（" * (size // 2) + "）" * (size // 2),
        "引号不闭": "“某县" * (size // 3),
        "地名": "辽宁省阜新市彰武县、山东省济南市历下区、" * (size // 20),
        "村名": "".join(f"{a}{b}村、" for a in "东西南北中" for b in "王李张刘陈杨赵黄周吴") * (size // 200),
        "数字行": "123456\n" * (size // 7),
        "单字行": "字\n" * (size // 2),
        "空行": " \n" * (size // 2),
        "原标题行": "原标题：某县推行积分制\n" * (size // 12),
        "记者": "本报记者 张三 李四 " * (size // 10),
        "句后空白": "某县推行积分制。" + " " * (size - 12) + "图片",
        "署名的行": "记者 张三李\n" * (size // 7),
        "电头的行": "某县推行积分制\n本报讯 某县\n" * (size // 15),
        "同名的镇": "城关镇\n" * (size // 4),
        "同名的镇相连": "城关镇太平镇" * (size // 6),
        "派出所": "彰武县城关派出所\n" * (size // 9),
        "换县的行": "准格尔旗。\n甲。\n" + "自彰武县。\n" * (size // 6) + "准格尔旗。\n",
        "长标题": "# " + "某县推行积分制" * (size // 7),
        "来源行": "来源：某日报 2023-08-01 10:20\n" * (size // 22),
        "字母": "abcdefghij " * (size // 11),
        "表格": "| 甲县 | 做法 |\n" * (size // 11),
        "面包屑": "首页 > " * (size // 5),
        "带圈": "①某县做法②" * (size // 7),
        "破折": "——" * (size // 2),
        "一是": "一是抓组织。二是抓队伍。三是抓制度。" * (size // 18),
    }  # fmt: skip
    return runs | mixed
