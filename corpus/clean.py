"""What is not the report: an ordered list of small named rules, each of which only takes away.

A rule has a name (Chinese, shown to the reader), the words without which it need not be tried, a
pattern, and where it applies. Rules at an end of the text are tried again until none of them matches.
The rules describe kinds of furniture, never a document; each has a golden case and a negative one in
tests/golden/clean.jsonl.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.editor import Editor
from corpus.lines import hard_lines
from corpus.types import Span

_NAME = r"[\u4e00-\u9fff·]{2,4}"
_SP = r"[ \t\u3000\xa0\u2002\u2003\r\n]"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of furniture. The pattern's group ``x``, where it has one, is what goes."""

    name: str
    hints: tuple[str, ...]  # one of these must occur, else the rule is not tried
    pattern: re.Pattern[str]


def _rule(name: str, hints: Iterable[str], pattern: str) -> Rule:
    return Rule(name, tuple(hints), re.compile(pattern))


ANYWHERE: tuple[Rule, ...] = (
    _rule("零宽字符", "\u200b\u200c\u200d\u2060", "[\u200b\u200c\u200d\u2060]+"),
    _rule("字号控件", ("字体", "字号"), rf"【{_SP}*字[体号]{_SP}*[：:]?(?:{_SP}*(?:加大|还原|减小|[大中小]))*{_SP}*】"),
    _rule("网页按钮", ("打印", "关闭"), rf"【{_SP}*(?:打印本页|关闭窗口|打印|关闭|收藏|返回顶部){_SP}*】"),
    _rule("公开方式", ("此件", "信息公开"), rf"[（(]{_SP}*(?:此件[^（）()]{{0,12}}|信息公开形式[^（）()]{{0,12}}){_SP}*[)）]"),
    _rule("关注提示", ("关注", "朋友圈"), rf"(?:【[^】]{{1,6}}】[^。！？【】]{{0,40}}?(?:关注|朋友圈){_SP}*)+"),
    _rule("广告", ("广告",), r"广告 [^。！？]{2,60}?(?:>>|》》)"),
    _rule("广告", ("直播间",), rf"进入直播间与主播亲密互动{_SP}*×?"),
    _rule("广告", ("点击进入",), rf"点击进入{_SP}?[^。！？，]{{2,12}}网(?:{_SP}?[^。！？，\s]{{2,8}}网){{0,8}}"),
    _rule("图片说明", ("摄",), rf"[△▲▼◆↑↓]{_SP}?[^。！？“”]{{2,60}}?{_SP}?摄(?![影像制])"),
    _rule(
        "图片署名",
        ("摄", "供图"),
        rf"[（(](?:[^（）()。]{{0,20}}(?:摄影|摄|供图|提供图片|制图|绘图|图片来源[^（）()]{{0,12}})|图片[^（）()。]{{0,16}}|资料图片?[^（）()。]{{0,12}}){_SP}*[)）]",
    ),
    _rule("图片署名", ("资料图", "图片"), rf"[（(]{_SP}*(?:资料图片?|图片)[^（）()。]{{0,16}}[)）]"),
    _rule("图片署名", ("摄",), rf"(?<=。){_SP}?{_NAME}{_SP}?摄(?={_SP}|[\u4e00-\u9fff“])(?![影像制])"),
    _rule("图片署名", ("供图",), r"(?<=。)[^。，！？“”\s]{2,16}供图(?=[\u4e00-\u9fff“])"),
    _rule("图片署名", ("供图",), rf"(?:通讯员|受访者|记者|{_NAME}){_SP}供图(?={_SP})"),
)

HEAD: tuple[Rule, ...] = (
    _rule("抓取日期", ("正文",), r"^[^，。]{0,500}?，正文[：:]"),
    _rule("原标题", ("原标题",), r"^\s*原标题[：:]\s*"),
    _rule(
        "关注提示",
        ("关注", "分享", "点击"),
        r"^(?:【[^】]{1,6}】[^。！？【】]{0,40}?(?:关注|朋友圈)\s*|点击[^。！？]{0,12}(?:蓝字|关注我们?)\s*[↑↓！!]*)",
    ),
    _rule("图片说明", ("摄", "供图"), rf"^[^。！？；“”]{{2,40}}?[。]?{_SP}?(?:{_NAME}{_SP}?|通讯员{_SP}|受访者{_SP})(?:摄|供图)(?:{_SP}|(?=[\u4e00-\u9fff“]))(?![影像])"),
    _rule("专稿", ("专稿", "特稿"), r"^(?:本[网报])?[专特]稿[：:]\s*"),
    _rule("面包屑", (">", "＞", "»"), r"^\s*(?:(?:您(?:现在)?的?位置|当前位置|您所在的位置)\s*[：:]?)?\s*(?:[\u4e00-\u9fff]{2,10}\s*[>＞»]{1,2}\s*){1,6}[^\n]{0,20}\n"),
)

TO_THE_END: tuple[Rule, ...] = (
    _rule("相关链接", ("推荐阅读", "延伸阅读", "相关"), r"(?:推荐阅读|延伸阅读|相关阅读|相关链接|相关新闻|相关附件|相关专题|相关文档|相关推荐|往期回顾|热门推荐|猜你喜欢)\s*(?:[：:|>＞]|\n|$|[^，。\n]{0,6}(?=\d{4}))"),
    _rule("相关链接", ("相关报道",), r"相关报道\s*[：:]?\s*$"),
    _rule("版权声明", ("版权", "声明"), r"(?:版权声明|免责声明|特别声明|郑重声明)\s*[：:]|版权归原作者所有|(?:本文|文章)?(?:转载|来源于网络)[^。]{0,20}侵权|如有侵权请?联系|凡注明[“\"]?来源"),
    _rule("版权声明", ("Copyright", "copyright", "版权所有", "ICP"), r"(?:[Cc]opyright|©|版权所有\s*[：:]?|[^\s。]{0,10}ICP备)"),
    _rule("网页页脚", ("标签",), r"标签\s*[：:]\s*(?=\n|$)"),
    _rule("推广", ("重要提醒", "报料", "投稿", "热线", "关注", "更多精彩"), r"重要提醒[^，。]{0,20}上线|新闻(?:线索)?报料|新闻热线[：:]|【投稿|投稿邮箱|欢迎(?:扫码)?关注[^，。]{0,16}(?:公众号|微信)|更多精彩(?:内容|资讯)"),
    _rule("网页页脚", ("扫一扫",), r"(?:微信[“\"]?)?扫一扫[”\"]?(?:在手机打开当前页|添加|关注|分享)"),
    _rule("网页页脚", ("》》",), r"》》点击[^\n]{0,20}"),
    _rule("网页页脚", ("清除所有标记",), r"清除所有标记"),
    _rule("网页页脚", ("上一篇", "下一篇"), r"(?:上一篇|下一篇)\s*[：:]"),
)

_CREDIT = (
    r"(?:责任编辑|责编|网络编辑|信息审核|编辑|校对|一审|二审|三审|初审|终审|审核|审签|监制|统筹|策划|总监制|值班主任|"
    r"作者|撰稿|供稿|撰文|摄影|图片?|文字?|通讯员|实习生|实习记者|(?:[^\s，。]{0,16})记者|投稿|美编|排版|签发|主编|值班编委)"
)

TAIL: tuple[Rule, ...] = (
    _rule("返回链接", ("返回",), r"返回[\u4e00-\u9fff]{2,6}，查看更多\s*$"),
    _rule("责任编辑", ("责任编辑", "编辑", "责编"), rf"[【\[（(]?{_SP}*(?:责任编辑|责编|网络编辑|信息审核|编辑|校对|审核)\s*[：:/／]\s*{_NAME}?(?:{_SP}{_NAME}){{0,3}}{_SP}*[】\]）)]?\s*$"),
    _rule("责任编辑", ("责任编辑",), r"责任编辑\s*[：:]?\s*$"),
    _rule("分享按钮", ("分享", "收藏"), r"(?:分享让更多人看到|点分享\s*点点赞\s*点在看|(?:收藏\s*\|?\s*)?分享到\s*[：:]?(?:\s*分享到微信)?|分享\s*[：:])\s*×?\s*$"),
    _rule("网页按钮", ("打印", "关闭", "收藏", "全屏"), r"(?:打印本页|关闭窗口|打印|收藏|全屏|下载)\s*\|?\s*$"),
    _rule("本文链接", ("http",), r"(?:本文链接|原文链接|阅读原文)?\s*[：:]?\s*https?://[^\s\u4e00-\u9fff]+\s*$"),
    _rule("抄送", ("抄送", "印发"), r"抄送\s*[：:][^：:]{2,200}?(?:。\s*|\s)(?:[^\s。]{4,30}\d{4}年\d{1,2}月\d{1,2}日印发)?\s*$"),
    _rule("印发机关", ("印发",), r"(?<=[\s。])[^\s。，]{4,30}\s*\d{4}年\d{1,2}月\d{1,2}日印发\s*$"),
    _rule("版面", ("版",), r"《\s?[^》\n]{2,14}\s?》\s*[（(]\s*\d{4}\s?年[^（）()]{4,24}版\s*[)）]\s*$"),
    _rule("原标题", ("原标题",), r"[（(]\s*原标题\s*[：:《][^（）()]{2,90}[)）]\s*$"),
    _rule("附件栏", ("附件", "相关解读"), r"(?:附件下载|附件|[【\[]?相关解读[】\]]?)\s*[：:]?\s*$"),
    _rule("完", ("完",), r"[（(]完[)）]\s*$"),
    _rule("邮箱电话", ("@", "#qq"), r"(?:联系邮箱|邮箱)\s*[：:]?[^。，]{4,40}\s*$"),
)

LINES: tuple[Rule, ...] = (
    _rule("版次", ("版",), r"^第?\s?[0-9A-Z]{1,3}\s?版(?:\s?[：:]\s?[^\s，。]{2,12})?$"),
    _rule("页码", ("页", "-", "—"), r"^(?:[-—－]\s*\d{1,3}\s*[-—－]|第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?)$"),
    _rule("图片署名", ("摄", "图"), rf"^[（(]?(?:资料图片?[^。]{{0,10}}|[^。！？]{{2,60}}(?:记者|通讯员)?{_SP}?{_NAME}{_SP}?摄|图片来源[：:][^。]{{2,20}})[）)]?$"),
    _rule("网页按钮", ("下载", "打印", "全屏", "收藏", "还原", "加大", "减小", "分享", "首页", "微信", "×", "|"), r"^(?:下载|打印|全屏|收藏|加大|还原|减小|分享到?[：:]?|分享到微信|首页|微信|微博|×|\||返回顶部|打印本页|关闭窗口)$"),
    _rule("面包屑", (">", "＞", "»"), r"^(?:(?:您(?:现在)?的?位置|当前位置)[：:]?\s*)?(?:[\u4e00-\u9fff]{2,10}\s*[>＞»]{1,2}\s*){1,6}[\u4e00-\u9fff]{0,10}\s*[>＞»]{0,2}$"),
    _rule("面包屑", ("位置",), r"^(?:您(?:现在)?的?位置|当前位置)[：:]$"),
)


def clean_anywhere(editor: Editor, region: Span | None = None) -> None:
    """Rules that hold wherever they match, line furniture, vertical one-character lines, doubled paragraphs."""
    text = editor.view(region).text
    for rule in ANYWHERE:
        if any(h in text for h in rule.hints):
            editor.cut_all(rule.pattern, rule.name, region)
    _cut_summaries(editor, region)
    if "\n" in text:
        _cut_vertical(editor, region)
        _cut_furniture_lines(editor, region)
        _cut_doubles(editor, region)


def _cut_vertical(editor: Editor, region: Span | None) -> None:
    """Runs of at least four lines of one character: vertical captions and chart labels."""
    view = editor.view(region)
    run: list[Span] = []
    for line in [*hard_lines(view.text), None]:
        if line is not None and len(line.span) == 1:
            run.append(line.span)
            continue
        if len(run) >= 4:
            editor.cut_text(view, run[0].start, run[-1].end, "竖排单字")
        run = []


def _cut_furniture_lines(editor: Editor, region: Span | None) -> None:
    view = editor.view(region)
    for line in hard_lines(view.text):
        if len(line.text) > 70:
            continue
        rule = next((r for r in LINES if any(h in line.text for h in r.hints) and r.pattern.match(line.text)), None)
        if rule is not None:
            editor.cut_text(view, line.span.start, line.span.end, rule.name)


def _cut_doubles(editor: Editor, region: Span | None) -> None:
    """A paragraph of at least twenty characters that was printed before."""
    view = editor.view(region)
    seen: set[str] = set()
    for line in hard_lines(view.text):
        key = "".join(line.text.split())
        if len(key) >= 20 and key in seen:
            editor.cut_text(view, line.span.start, line.span.end, "重复段落")
        seen.add(key)


def _cut_summaries(editor: Editor, region: Span | None) -> None:
    """A summary marked with ■ near the head whose words stand again in the body."""
    view = editor.view(region)
    if "■" not in view.text[:600]:
        return
    for match in _SUMMARY.finditer(view.text[:600]):
        words = match["words"].strip()
        if view.text.find(words[:30], match.end()) >= 0:
            editor.cut_text(view, match.start(), match.end(), "重复段落")


_SUMMARY = re.compile(r"■(?P<words>[^■\s。]{24,})(?=\s)")


def clean_tail(editor: Editor, region: Span) -> list[str]:
    """Everything behind the report's last sentence; gives back the texts that were cut, last first."""
    cut: list[str] = []
    _cut_to_the_end(editor, region, cut)
    changed = True
    while changed:
        changed = False
        view = editor.view(region)
        tail = view.text[-260:]
        shift = len(view.text) - len(tail)
        for rule in TAIL:
            if not any(h in tail for h in rule.hints):
                continue
            match = rule.pattern.search(tail)
            if match and match.end() > match.start():
                cut.append(match[0])
                editor.cut_text(view, shift + match.start(), len(view.text), rule.name)
                changed = True
                break
        changed = changed or _cut_credits(editor, region, cut)
    return cut


def _cut_to_the_end(editor: Editor, region: Span, cut: list[str]) -> None:
    """Marks behind which nothing of the report follows, looked for in its last part only."""
    view = editor.view(region)
    text = view.text
    low = max(len(text) // 2, len(text) - 1500)
    found = [
        (match.start(), rule)
        for rule in TO_THE_END
        if any(h in text[low:] for h in rule.hints)
        for match in [rule.pattern.search(text, low)]
        if match and _at_sentence_end(text, match.start())
    ]
    if found:
        at, rule = min(found, key=lambda f: f[0])
        cut.append(text[at:])
        editor.cut_text(view, at, len(text), rule.name)


def _at_sentence_end(text: str, at: int) -> bool:
    """Whether furniture may begin here: behind a sentence, a blank, a bracket, or a credit of at most 40 characters."""
    before = text[:at].rstrip()
    if not before or before[-1] in "。！？”）)…】]；" or before != text[:at]:
        return True
    tail = re.split(r"[。！？”）)\n]", before)[-1]
    return len(tail) <= 40 and re.search(_CREDIT + r"|来源", tail) is not None


_LAST_STOP = re.compile(r"[。！？”；…）)!?\n][^。！？；!?\n]*$")
_BRACKETED = re.compile(r"[（(](?P<in>[^（）()]{2,44})[)）]\s*$")
_OFFICE = re.compile(r"[局厅委]|政府|部门|单位|中心支行|各市|公司")
_PEOPLE = re.compile(rf"^\s*(?:(?:本报|见习|实习|特约)?(?:记者|通讯员|作者|文/图?|图/文?)?[：:]?\s*)?{_NAME}(?:[·•][\u4e00-\u9fff·•]{{1,10}})?(?:[\s、，,]+{_NAME}){{0,5}}\s*$")
_MEDIA = re.compile(r"(?:报|网|台|社|客户端|新闻|融媒体?(?:中心)?|发布|在线|官微|公众号)\s*$")


def _cut_credits(editor: Editor, region: Span, cut: list[str]) -> bool:
    """Names, media and sources behind the last sentence."""
    view = editor.view(region)
    text = view.text.rstrip()
    bracketed = _BRACKETED.search(text)
    if bracketed and _is_credit(bracketed["in"]) and text[: bracketed.start()].rstrip()[-1:] in "。！？”…)）】":
        cut.append(bracketed[0])
        editor.cut_text(view, bracketed.start(), len(view.text), "文末署名")
        return True
    stop = _LAST_STOP.search(text)
    start = stop.start() + 1 if stop else 0
    tail = text[start:]
    if 2 <= len(tail.strip()) <= 110 and re.search(_CREDIT + r"|来源|稿源|转自", tail) and not _is_prose(tail):
        cut.append(tail)
        editor.cut_text(view, start, len(view.text), "文末署名")
        return True
    return False


def _is_credit(inside: str) -> bool:
    if re.match(r"\s*(?:文章)?(?:来源|稿源|转自|图源|据)", inside) or "记者" in inside or "通讯员" in inside:
        return True
    if _OFFICE.search(inside):
        return False
    return bool(_PEOPLE.match(inside)) or bool(_MEDIA.search(inside))


def _is_prose(tail: str) -> bool:
    """A tail that is a sentence which merely lacks its full stop."""
    return len(tail) > 30 and "，" in tail and not re.search(r"来源|编辑|校对|通讯员|责编|作者", tail)
