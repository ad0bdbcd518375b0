"""Texts to embed in tests: the bundled sample, sentences made for the purpose, odd characters."""

from __future__ import annotations

from pathlib import Path

SAMPLE = Path(__file__).parents[2] / "corpus" / "sample"

ODD = [
    "",
    "\u3000",
    "臺灣與澎湖的社區營造，爲居民辦實事",
    "𠮷野家在㙍头村",
    "①②③④⑤⑥⑦⑧⑨⑩",
    "10～20元/㎡，50％",
    "GDP增长5.6%，WiFi、5G、APP",
    "🏠🎉👍好评",
    "👨\u200d👩\u200d👧一家",
    "ＡＢＣ１２３",
    "a  b   c",
    "第一行\n第二行\t第三行\u3000第四行",
    "\u200b零宽\ufeff",
    "……——《》【】「」『』〔〕",
    "100kg·m²",
    "彧 喆 堃 昇 淼 燚 龑 赟 韡 翀",
    "(一)(二)㈠㈡㊣",
    "\ue000私用区",
    "½ ⅓ №",
]

_WHO = [
    "县委组织部",
    "街道党工委",
    "社区“两委”",
    "乡镇综治中心",
    "网格员",
    "驻村第一书记",
    "区民政局",
    "物业服务企业",
]
_WHAT = [
    "牵头建立“红色物业”联席会议制度，每月定期研究停车难、楼道堆物等问题",
    "推行“一网统管”，整合{n}路视频监控和{m}名网格员力量，实现事件上报、流转、办结全程留痕",
    "开展高标准农田建设{n}亩，秸秆综合利用率达到{m}.5%",
    "打造“15分钟养老服务圈”，新建助餐点{m}个，服务老人{n}人次",
    "创新“板凳会”“屋场会”，累计化解矛盾纠纷{n}起，群众满意度达{m}%",
    "设立“积分超市”，村民参与人居环境整治可兑换生活用品，发放积分{n}分",
    "实施“清单制+责任制”，明确{m}项小微权力，公开事项{n}条",
    "推动法律顾问进村，受理法律咨询{n}件，为{m}名农民工追回欠薪",
]
_ASK = [
    "怎么做的？",
    "有哪些经验可以借鉴",
    "效果如何，数据是多少？",
    "钱从哪里来、谁来管？",
    "跟别的地方有什么不一样？",
]


def passages() -> list[str]:
    """Sixty-four invented sentences of reports, each different."""
    return [
        f"{who}" + what.format(n=37 * (i + 1) * (j + 2), m=11 + 7 * i + j) + "。"
        for i, who in enumerate(_WHO)
        for j, what in enumerate(_WHAT)
    ]


def questions() -> list[str]:
    """Sixty questions, in the words that people use."""
    topics = [
        "红色物业",
        "一网统管",
        "秸秆利用",
        "养老助餐",
        "矛盾调解",
        "积分超市",
        "小微权力",
        "欠薪",
        "停车难",
        "殡葬改革",
        "撂荒地",
        "暑期托管",
    ]
    return [f"{topic}{ask}" for topic in topics for ask in _ASK]


def sample_texts(length: int = 160, most: int = 120) -> list[str]:
    """Invented passages, questions and stretches of the bundled sample, at most `length` characters each."""
    stretches = []
    for path in sorted(SAMPLE.rglob("*.txt")):
        data = path.read_bytes()
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:  # one report is kept in the encoding of older office software
            text = data.decode("gb18030")
        stretches += [text[i : i + length] for i in range(0, len(text), length)]
    step = max(1, len(stretches) // most)
    return passages() + questions() + stretches[::step][:most]
