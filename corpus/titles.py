"""What a title looks like, and what does not: document numbers, addressees, names of sites."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.lines import NUMBERED
from corpus.metadata import MASTHEAD, MEDIA, iso_date, squeezed

DOC_NUMBER = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,16}[〔﹝\[（(]\d{4}[〕﹞\]）)]\s?第?\d{1,5}号|[（(]?(?:\d{4}年)?第\d{1,4}号[)）]?)$"
)
COMPLETE = re.compile(
    r"(?:通知|公告|通告|意见|办法|措施|方案|决定|通报|公开信|指南|问答|规定|倡议书|提示|函|令第?\d*号?|解读|条例|政策|"
    r"细则|报告|告知书|一封信)[）)》”]?$"
)
_ADDRESSEE = re.compile(r"^(?:各|有关|省|市|区|县|尊敬的|广大)[^。；！？]{2,260}[：:]$")
_AGENCIES = re.compile(r"^(?:[\u4e00-\u9fff]{2,10}(?:部|局|委|厅|总署|办公室|办|集团|公司|会|院|人民银行))+$")
_ISSUERS = re.compile(r"(?:指挥部|领导小组|办公[室厅]|委员会|人民政府|税务局|总局|[厅局部委])$")
_ORG_ONLY = re.compile(r"^[\u4e00-\u9fff]{2,12}(?:省|市|区|县)?(?:人民政府|税务局|卫生健康委员会)$")
# says that something was issued and leaves open what: 四部门联合下发意见
_ANNOUNCED = re.compile(
    r"(?!.*(?:关于|《)).{2,30}(?:印发|下发|发布|出台|发出)(?:紧急|联合)?(?:通知|意见|公告|文件|通告|提示)"
)
_SAID = re.compile(r"(?:强调|指出|要求)[^，。：；]{4,24}$")  # 某某调研时强调落实防控措施
_ASKS = re.compile(r"(?:强调|指出|要求|提出)$")
_OFFICES = re.compile(r"(?:[\u4e00-\u9fff]{2,12}?(?:部|局|委|厅|总署|办公室|扶贫办|委员会|政府|银行)){0,6}")
_NO_TITLE_START = ("原标题", "来源", "■", "（", "(")
_DATELINE = re.compile(
    r"(?:日报|晚报|时报|晨报|新华社|本报)[\u4e00-\u9fff]{0,4}(?:讯|电|消息)$|[讯电息][（(]"
)
_RUN_ON = re.compile(r"[^。；：:“]{10,}")
_BODY_START = re.compile(r"近日|日前|为了?(?!.{0,30}(?:通知|意见))|记者|\d+月\d+日|\d+日|据|新华社|今年")


def is_title(text: str) -> bool:
    """Whether a line can be a title: not too long, no sentence, no addressee, not just an office's name."""
    bare = squeezed(text)
    if not 5 <= len(bare) <= 110 or "。" in bare:
        return False
    if bare.endswith(("：", ":", "，", ",")) or _ADDRESSEE.match(bare):
        return False
    return not _ORG_ONLY.match(bare)


def continues_title(so_far: str, following: str, taken: int) -> bool:
    """Whether `following` goes on with a title in pieces, `taken` of which were added before."""
    if not re.search(r"\w", following):
        return following in _BARS and taken <= 2 and len(so_far) <= _COLUMN
    if _issued(so_far, following) or _unfinished(so_far, following, taken):
        return len(so_far) + len(following) <= 110
    if len(following) > 36 or len(so_far) + len(following) > 90 or re.search(r"[。；：:]", following):
        return False
    if _DATELINE.search(following) or _ASKS.search(following):
        return False
    if DOC_NUMBER.match(following) or iso_date(following) or NUMBERED.match(following):
        return False
    if following.startswith(_NO_TITLE_START) or _BODY_START.match(following):
        return False
    if _AGENCIES.match(so_far) and ("关于" in following or _AGENCIES.match(following)):
        return True
    if re.search(r"关于|印发|转发", so_far):
        return not COMPLETE.search(so_far) or COMPLETE.search(following) is not None
    short = taken == 0 and max(len(so_far), len(following)) <= 26
    return short and "，" not in following[:-8] and not following.endswith("，")


def leaves_open(title: str) -> bool:
    """Whether a head says that something was issued or demanded and may go on with what.

    >>> leaves_open("某某部等四部门联合下发意见"), leaves_open("某某部下发关于夜间窗口的意见")
    (True, False)
    """
    return _ANNOUNCED.fullmatch(title) is not None or _SAID.search(title) is not None


def goes_on_in_step(pieces: Sequence[str], following: str) -> bool:
    """Whether a piece goes on with a headline whose last part is as long, neither of them said before.

    >>> pieces = ["某县公交恢复", "上车先测温"]
    >>> goes_on_in_step(pieces, "下车勤洗手"), goes_on_in_step(pieces, "公交恢复了")
    (True, False)
    """
    so_far, last = "".join(pieces), pieces[-1]
    if len(pieces) < 2 or len(so_far) > _LONG_HEADLINE or not _goes_on(following):
        return False
    first = "".join(pieces[:-1])
    again = any(
        piece[at : at + _SAID_AGAIN] in before
        for before, piece in ((first, last), (so_far, following))
        for at in range(len(piece) - _SAID_AGAIN + 1)
    )
    if again or not (_STEP.fullmatch(last) and _STEP.fullmatch(following)):
        return False
    one, two = (len(piece) - len(_MARKS.findall(piece)) for piece in (last, following))
    return abs(one - two) <= 1


_LONG_HEADLINE, _SAID_AGAIN = 60, 4  # characters
_STEP, _MARKS = re.compile(r"[\u4e00-\u9fff“”]{4,14}"), re.compile("[“”]")


def _issued(so_far: str, following: str) -> bool:
    """Whether offices are named so far, and now what they issued: 某某省财政厅 | 某某省民政厅关于…的通知."""
    offices = _ISSUERS.search(so_far) or _AGENCIES.match(so_far)
    about = re.match(_OFFICES.pattern + r"关于\S{6,70}$", following)
    return bool(offices and about and COMPLETE.search(following))


def only_offices(title: str) -> bool:
    """Whether a head names but the offices that issued what follows.

    >>> only_offices("某某省财政厅 某某省税务局"), only_offices("某某省财政厅关于推行代办的通知")
    (True, False)
    """
    names = title.split()
    return len(names) > 1 and all(_OFFICES.fullmatch(name) for name in names)


def _unfinished(so_far: str, following: str, taken: int) -> bool:
    """Whether a title can't end here: an open 《, the name of a column, the first few words of a headline."""
    if so_far.count("《") > so_far.count("》") and "》" in following:
        return len(so_far + following) <= 110
    if taken == 0 and leaves_open(so_far):
        return 6 <= len(following) <= (20 if _SAID.search(so_far) else 36) and _goes_on(following)
    if taken > 2 or len(so_far) > _COLUMN:
        return False
    headline = len(following) <= 48 and _RUN_ON.fullmatch(following) is not None
    return headline and not _BODY_START.match(following)


_BARS = ("|", "｜", "丨")
_COLUMN = 8  # characters of a column's name in front of a title


def _goes_on(following: str) -> bool:
    """Whether a piece can be more of a title: no sentence, dateline, number, office or first words."""
    return not (
        re.search(r"[，。；：:！？]", following)
        or _DATELINE.search(following)
        or DOC_NUMBER.match(following)
        or iso_date(following)
        or NUMBERED.match(following)
        or following.startswith(_NO_TITLE_START)
        or _BODY_START.match(following)
        or _AGENCIES.match(following)
    )


_LONGEST = 200  # characters; what is longer is a table's cell, not a title that a medium ran into


def polished(title: str | None) -> str | None:
    """A title without the writer's name, the medium's or the end mark that ran into it.

    >>> polished("某县法院诉源化解纠纷 助力乡村振兴作者：王某某"), polished("亲青课堂托起多彩假期□")
    ('某县法院诉源化解纠纷 助力乡村振兴', '亲青课堂托起多彩假期')
    >>> polished("东关街道：门前扫干净 楼道亮起来东关街道供稿（王某某）")
    '东关街道：门前扫干净 楼道亮起来'
    >>> polished("某县代办窗口增至三十八个封面新闻"), polished("某县代办制度两次登上人民日报")
    ('某县代办窗口增至三十八个', '某县代办制度两次登上人民日报')
    >>> polished("桃源社区防灾演练活动现场") is None
    True
    """
    if not title or len(title) > _LONGEST:
        return title or None
    if _ONLY_MEDIA.fullmatch(title) or _OF_A_PICTURE.search(title):
        return None
    bare = _SIGNED_TITLE.sub("", _SITE_FIRST.sub("", _NUMBER_FIRST.sub("", title), count=1)).strip()
    bare = _NUMBER_BEHIND.sub("", bare)
    bare = _BRACKETED.sub(r"\1", _MEDIUM_BEHIND.sub("", bare)).strip()
    return bare if len(squeezed(bare)) >= 6 else title


_OF_A_PICTURE = re.compile("(?:活动|行动|宣讲|仪式|讲座|培训)现场$")
_NUMBER_BEHIND = re.compile(
    r"(?<=[知告见函定案法施])[（(]?[\u4e00-\u9fff]{2,8}[〔﹝\[（(]\d{4}[〕﹞\]）)]\s?第?\d{1,5}号[）)]?$"
)
_BRACKETED = re.compile("^[（(]([^（）()]{8,})[)）]$")
_NUMBER_FIRST = re.compile(
    r"^[\u4e00-\u9fff]{2,10}[〔﹝\[（(]\d{4}[〕﹞\]）)]\s?第?\d{1,5}号[\s-]*(?=[\u4e00-\u9fff]\S{1,40}关于|\s\S{8})"
)
_SIGNED_TITLE = re.compile(
    r"(?:\s*(?:文|图|图文|文图|文、图)[/／|｜].{2,24}|\s*本文(?:转自|来源).*"
    r"|\s*(?:作者|记者|通讯员|编辑|来源)\s?[：:]\s?[^：:]{2,12}|[□■◆●]+"
    r"|\s*[\u4e00-\u9fff]{2,3}[ \u3000](?:封面新闻|红星新闻|澎湃新闻)"
    r"|[ \u3000](?:[\u4e00-\u9fff]{2,4}日报|新华社|本报)讯"
    r"|(?:文|图|图文|文图|文、图|读创)[/／]"
    r"|(?:点击)?关注我们|(?:[\u4e00-\u9fff]{2}[省市区县]){1,3}[\u4e00-\u9fff]{2,6}[/／]供图"
    r"|[\u4e00-\u9fff]{2}(?:街道|[镇乡局])供稿(?:[（(][^（）()]{2,12}[)）])?"
    r"|\s*[□■◆●]\s?[\u4e00-\u9fff]{2,8}(?:[ \u3000][\u4e00-\u9fff]{1,4}){0,3}[/／]?)\s*$"
)
# the medium of a dateline whose rest was cut behind the title: 某某社区开展公益集市南都讯, …活动红星新闻网（
_BEHIND = rf"(?:(?<=[ \u3000\xa0\u2002\u2003！？”】]){MEDIA}|{MASTHEAD.pattern}网?|南都)"
_MEDIUM_BEHIND = re.compile(
    rf"(?P<m>{_BEHIND}|【[\u4e00-\u9fff]{{2,6}}(?=讯】))"
    r"(?:讯|消息|\d{1,2}月\d{1,2}日(?:讯|电|综合|报道)?)?】?\s*[（(]\s*$"
    rf"|(?P<n>{_BEHIND})(?:讯|消息)\s*$"
    r"|[ \u3000\xa0\u2002\u2003](?P<o>[\u4e00-\u9fff]{1,2}网)\s*$"
    r"|[（(]\s*$"
    r"|【(?P<q>[\u4e00-\u9fff]{2,6}[网报社台])(?:驻[\u4e00-\u9fff]{2,8}特派|综合)?(?:报道|消息)?】?\s*$"
    # 登上人民日报, 获新华网点赞: what a title tells of a medium
    rf"|(?<=.{{10}})(?<!登上)(?<!走进)(?<!亮相)(?<!入选)(?<!做客)(?<![获被在和与向给的上据])(?P<r>{MASTHEAD.pattern}|参考消息网)\s*$"
)
# the site in front of a title: 【某某党建网】…
_SITE_FIRST = re.compile(r"【(?P<m>[\u4e00-\u9fff]{2,8}(?:网|日报|晚报|新闻|客户端|电视台|融媒))】\s*")
_WRITER_BEHIND = re.compile(r"[\u4e00-\u9fff]{2,3}[ \u3000](?P<m>封面新闻|红星新闻|澎湃新闻)$")
_ONLY_MEDIA = re.compile(
    rf"(?=.*[讯、（(])(?P<m>{MEDIA})[讯电]?(?:[、 \u3000]{MEDIA}[讯电]?)?(?:\d{{1,2}}月\d{{1,2}}日综合)?"
    r"(?:[、\s]+[\u4e00-\u9fff]{2,3})*[、\s（(]*"
)


def medium_behind(title: str | None) -> str | None:
    """The medium of a dateline that ran into a title.

    >>> medium_behind("某社区开展公益集市活动 某某网讯"), medium_behind("某社区开展公益集市活动")
    ('某某网', None)
    """
    if not title or len(title) > _LONGEST:
        return None
    match = (
        _ONLY_MEDIA.fullmatch(title)
        or _MEDIUM_BEHIND.search(title)
        or _SITE_FIRST.match(title)
        or _WRITER_BEHIND.search(title)
    )
    return next((name.strip("【") for name in match.groups() if name), None) if match else None


def without_site(title: str) -> str:
    """A page title without the site's or the column's name behind it.

    >>> without_site("某县推行积分制激活乡村治理-当前热点")
    '某县推行积分制激活乡村治理'
    """
    match = re.match(r"^(?P<t>.{8,}?)\s?[-_—|｜]\s?[\u4e00-\u9fff]{2,10}$", title)
    return match["t"] if match else title
