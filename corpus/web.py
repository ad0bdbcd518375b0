"""Web pages: the article without menus, breadcrumbs, share bars, related links and footers.

Chinese government sites are built on a few systems whose article container has a known name; elsewhere
trafilatura says which lines are the article. The lines themselves are always read here, from the first to
the last of the article, so that no paragraph between them is lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from corpus.decode import decode, lost
from corpus.errors import UnreadableFile
from corpus.extracted import Builder, Extracted, one_line, table_lines
from corpus.metadata import iso_date

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{3,20})""", re.IGNORECASE)
_FURNITURE_NAMES = re.compile(
    r"^(?:(?:bd|social|pages?|news|art|article|content|wx)?[-_]?)(?:share|sharing|fenxiang|print|dayin|related|relevant|xgxw|"
    r"xglj|xgwz|crumbs?|breadcrumbs?|dqwz|weizhi|bread|mianbao|toolbar|footer|foot|bottom|copyright|nav|navbar|navigation|"
    r"menu|sidebar|qrcode|erweima|ewm|pager|pagination|prevnext|prev[-_]next|comments?|search|friendlink|yqlj|zoomsize|"
    r"fontsize)(?:[-_]?(?:box|bar|area|list|wrap|wrapper|con|inner|\d+))?$",
    re.IGNORECASE,
)
# TRS WCM, UCAP, 博达, 信诚, WeChat and others, as their pages name the article's container
_CONTAINERS = frozenset((
    "UCAP-CONTENT", "TRS_Editor", "TRS_UEDITOR", "trs_editor_view", "vsb_content", "v_news_content",
    "zoom", "Zoom", "pages_content", "article-content", "article_content", "arti_content",
    "wp_articlecontent", "news_content", "content-text", "ewb-article-info", "rich_media_content",
    "js_content", "xxgk_content", "bt-content", "zw_content",
))  # fmt: skip
_METAS = {
    "title": ("articletitle", "og:title"),
    "date": (
        "pubdate",
        "publishdate",
        "article:published_time",
        "pubtime",
        "publish-date",
        "og:release_date",
    ),
    "source": ("contentsource", "article:author_organization"),
}
_DAY = r"(?P<x>(?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2})"
_WHEN = re.compile(rf"(?:发布|发文|更新|成文|发表)?(?:日期|时间)\s*[：:]?\s*{_DAY}")
_WHEN_BARE = re.compile(rf"(?<![\d-]){_DAY}日?(?=\s|$)")
_FROM = re.compile(r"(?:信息|文章|稿件|内容|新闻)?来\s?源\s*[：:]\s*(?P<x>[^\s|｜【\[（(：:]{2,24})")
_OWN = re.compile(r"本[网站台报]|原创|互联网|网络|暂无|无")
_LABELS = re.compile(
    r"(?:发布|发文|更新)?(?:日期|时间)\s*[：:]|来\s?源\s*[：:]|(?:浏览|阅读|点击|访问)(?:次数|量|数)?\s*[：:]|字[号体]\s*[：:]|"
    r"(?:作者|编辑)\s*[：:]|分享到?\s*[：:]|(?:19|20)\d{2}-\d{2}-\d{2}|[【\[]?(?:打印|关闭|收藏|大|中|小)[】\]]?(?=\s|$|[【\[])"
)
_BUTTONS = re.compile(
    r"^(?:(?:打印(?:本页|页面)?|关闭(?:窗口|本页)?|收藏(?:本页)?|返回(?:顶部|首页|列表)|分享[到至]?|微信|微博|QQ(?:空间|好友)?|字[号体]|"
    r"大|中|小|首页|上一篇|下一篇)|[\s|｜·【】\[\]（）()：:—/>＞»-])+$"
)
_PLACE = re.compile(r"^(?:您?(?:现在)?(?:所在)?的?位置|当前(?:的)?位置)\s*(?:是|为)?\s*[：:]")
_FOOT = re.compile(
    r"主办单位|主办\s*[：:]|承办\s*[：:]|ICP备|公安备|网站标识码|版权所有|[Cc]opyright|©|[上下]一[篇条]|热门|"
    r"相关(?:链接|新闻|阅读|文章|附件|推荐)|推荐阅读|网站地图|联系我们|预览时标签|扫一扫(?:关注|在手机)"
)
_LEVEL = re.compile(r"^h[1-6]$")
_BOLD_LEVEL = 4  # a short line that is bold throughout is a heading
_LINES = frozenset((
    "p", "div", "section", "article", "li", "ul", "ol", "dl", "dt", "dd", "tr", "td", "th", "table",
    "tbody", "center", "main", "blockquote", "pre", "fieldset", "figure",
))  # fmt: skip
_DROPPED = frozenset((
    "img", "iframe", "object", "button", "select", "option", "form", "input", "video", "audio", "svg",
    "template", "title", "head",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Block:
    """A line of the page."""

    text: str
    level: int | None = None  # of a heading
    linked: float = 0.0  # share of its characters that are links

    @property
    def prose(self) -> bool:
        """Running text rather than a menu entry, a label or a headline."""
        return len(self.text) >= 20 and self.linked < 0.5 and re.search("[。；！？：]", self.text) is not None


def read_html(data: bytes, doc: str) -> Extracted:
    """A saved web page.

    Raises:
        UnreadableFile: there is no article on it.
    """
    text = _decoded(data, doc)
    tree = _tree(text)
    fields = _fields(tree) if tree is not None else {}
    built = Builder()
    for block in _article(tree, fields.get("title", "")) if tree is not None else []:
        built.line(block.text, block.level, furniture=_is_furniture(block))
    if built.empty:
        raise UnreadableFile(f"{doc}：网页里没有找到正文。", "请打开网页，复制正文另存为 .txt 后再添加。")
    built.problems.extend(lost(text))
    return built.done(fields.items())


def _decoded(data: bytes, doc: str) -> str:
    """As any text, unless the page declares an encoding that is neither Unicode nor Chinese.

    A declared gb2312 says nothing: browsers save pages as UTF-8 and leave it. An XML declaration upsets lxml.
    """
    named = _CHARSET.search(data[:4096])
    encoding = named[1].decode("ascii", errors="replace").lower() if named else "utf-8"
    try:
        text = decode(data, doc) if encoding.startswith(("utf", "gb", "unicode")) else data.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        text = decode(data, doc)
    return re.sub(r"^\ufeff?\s*<\?xml[^>]*\?>", "", text)


def _tree(text: str) -> Any | None:
    import trafilatura

    tree = trafilatura.load_html(text)
    if tree is not None:
        etree.strip_elements(tree, "script", "style", "noscript", etree.Comment, with_tail=False)
    return tree


# --- what the page says of itself


def _fields(tree: Any) -> dict[str, str]:
    """Title, date and source, as far as the page names them."""
    metas = {
        (m.get("name") or m.get("property") or "").lower(): one_line(m.get("content") or "")
        for m in tree.iter("meta")
    }
    found = {field: next((metas[n] for n in names if metas.get(n)), "") for field, names in _METAS.items()}
    found["title"] = found["title"] or _title(tree)
    near = _near_title(tree, found["title"])
    when, source = _WHEN.search(near) or _WHEN_BARE.search(near), _FROM.search(near)
    found["date"] = iso_date(found["date"]) or (iso_date(when["x"]) if when else None) or ""
    found["source"] = found["source"] or (source["x"] if source else "")
    if _OWN.fullmatch(found["source"]):
        found["source"] = ""
    return found


def _title(tree: Any) -> str:
    page = one_line("".join(t.text_content() for t in list(tree.iter("title"))[:1]))
    for heading in tree.iter("h1", "h2"):
        text = one_line(heading.text_content())
        if 6 <= len(text) <= 80 and (text in page or heading.tag == "h1"):
            return text
    match = re.match(r"^(?P<t>.{6,}?)\s?(?:[_|｜]|\s[-–—]+\s|-(?=[^-_]{2,20}$))", page)
    return match["t"] if match else page if len(page) >= 6 else ""


def _near_title(tree: Any, title: str) -> str:
    """The text around the headline, where date and source stand."""
    body = tree.find("body")
    text = one_line(" ".join((body if body is not None else tree).itertext()))[:200_000]
    at = text.find(title) if title else -1
    return text[max(0, at - 100) : at + len(title) + 200] if at >= 0 else text[:600]


# --- which lines are the article


def _article(tree: Any, title: str) -> list[_Block]:
    """The lines of the article: of its named container, or from first to last that trafilatura keeps."""
    _prune(tree)
    container = _container(tree)
    if container is not None:
        return _blocks(container)
    body = tree.find("body")
    blocks = _blocks(body if body is not None else tree)
    kept = _kept(tree)
    marked = [
        i
        for i, b in enumerate(blocks)
        if b.prose and _squeezed(b.text) in kept and not _FOOT.search(b.text) and not _is_furniture(b)
    ]
    if not marked:
        return []
    return blocks[_first(blocks, marked[0], title) : _last(blocks, marked[-1]) + 1]


def _prune(tree: Any) -> None:
    """Take out elements that are named as furniture, unless they hold a good part of the page."""
    whole = len(tree.text_content())
    for element in list(
        tree.iter("div", "ul", "p", "span", "section", "aside", "table", "nav", "footer", "dl")
    ):
        names = [*(element.get("class") or "").split(), element.get("id") or ""]
        named = element.tag in ("nav", "footer", "aside") or any(
            _FURNITURE_NAMES.match(n) for n in names if n
        )
        if named and element.getparent() is not None and len(element.text_content()) < 0.3 * whole:
            element.drop_tree()


def _container(tree: Any) -> Any | None:
    """The article's container by the names that the common site systems give it; the one with most prose."""
    named = [
        e
        for e in tree.iter()
        if isinstance(e.tag, str) and {e.get("id"), *(e.get("class") or "").split()} & _CONTAINERS
    ]
    sizes = [(sum(len(b.text) for b in _blocks(e) if b.prose), -i, e) for i, e in enumerate(named)]
    size, _, best = max(sizes, key=lambda s: s[:2], default=(0, 0, None))
    return best if size >= 30 else None


def _kept(tree: Any) -> str:
    import trafilatura

    got = trafilatura.bare_extraction(tree, include_comments=False, include_tables=True, favor_recall=True)
    return _squeezed(getattr(got, "text", None) or "")


def _squeezed(text: str) -> str:
    return re.sub(r"[\s|]", "", text)


def _first(blocks: list[_Block], at: int, title: str) -> int:
    """Up from the first line kept: over prose and headings that were missed, as far as the title."""
    for i in range(at - 1, max(-1, at - 12), -1):
        block = blocks[i]
        if title and _squeezed(block.text) == _squeezed(title):
            return i
        if block.linked >= 0.5:
            break
        if (
            block.prose
            or block.level is not None
            or (not title and i == at - 1 and 4 <= len(block.text) <= 60)
        ):
            at = i
    return at


def _last(blocks: list[_Block], at: int) -> int:
    """Down from the last line kept: over prose and short unlinked lines such as a signature and its date."""
    for i in range(at + 1, len(blocks)):
        block = blocks[i]
        if block.linked >= 0.3 or block.level is not None or _FOOT.search(block.text) or _is_furniture(block):
            break
        at = i
    return at


def _is_furniture(block: _Block) -> bool:
    """A line of labels, buttons or a breadcrumb that stands with the article."""
    line = block.text
    if _PLACE.match(line) and len(line) < 90:
        return True
    if len(line) <= 60 and _BUTTONS.match(line):
        return True
    return len(line) <= 160 and "。" not in line and len(_LABELS.findall(line)) >= 2


# --- the lines of an element


class _Lines:
    """Collects texts into lines."""

    def __init__(self) -> None:
        self.blocks: list[_Block] = []
        self._texts: list[str] = []
        self._linked = self._bold = 0

    def text(self, text: str, linked: bool, bold: bool) -> None:
        """Add to the line."""
        self._texts.append(text)
        size = len(text.strip())
        self._linked += size * linked
        self._bold += size * bold

    def end(self, level: int | None = None) -> None:
        """End the line."""
        text = one_line("".join(self._texts))
        if text:
            size = sum(len(t.strip()) for t in self._texts)
            if level is None and 4 <= len(text) <= 40 and self._bold == size and text[-1] not in "。；，：":
                level = _BOLD_LEVEL
            self.blocks.append(_Block(text, level, self._linked / size))
        self._texts.clear()
        self._linked = self._bold = 0


def _blocks(element: Any) -> list[_Block]:
    lines = _Lines()
    _walk(element, lines, linked=False, bold=False)
    lines.end()
    return lines.blocks


def _walk(element: Any, lines: _Lines, linked: bool, bold: bool) -> None:
    lines.text(element.text or "", linked, bold)
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag in ("br", "hr"):
            lines.end()
        elif tag == "table" and not _is_layout(child):
            lines.end()
            lines.blocks.extend(_Block(line) for line in table_lines(_cells(child)))
        elif tag and tag not in _DROPPED:
            _walk_child(child, tag, lines, linked, bold)
        lines.text(child.tail or "", linked, bold)


def _walk_child(child: Any, tag: str, lines: _Lines, linked: bool, bold: bool) -> None:
    level = int(tag[1]) if _LEVEL.match(tag) else None
    apart = level is not None or tag in _LINES
    if apart:
        lines.end()
    _walk(child, lines, linked or tag == "a", bold or tag in ("b", "strong"))
    if apart:
        lines.end(level)


def _cells(table: Any) -> list[list[str]]:
    return [["".join(c.itertext()) for c in row if c.tag in ("td", "th")] for row in table.iter("tr")]


def _is_layout(table: Any) -> bool:
    """A table that only arranges the page: another inside, running text or links in its cells."""
    if next((t for t in table.iter("table") if t is not table), None) is not None:
        return True
    cells = [cell for row in _cells(table) for cell in row]
    linked = sum(len(a.text_content()) for a in table.iter("a"))
    return len(cells) <= 2 or any(len(cell) > 200 for cell in cells) or linked * 3 > sum(map(len, cells))
