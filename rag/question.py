"""A question as typed → a question as understood: places, years, intent, topic. No model, no network."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus.errors import TashanError
from corpus.gazetteer import gazetteer
from corpus.types import Locality, Span
from index.types import ReportHead
from rag import followup, terms
from rag.config import Search
from rag.figures import AMOUNT
from rag.names import Places, resolve_name
from rag.places import Asked, asked_places
from rag.set_aside import set_aside
from rag.strange_places import PRACTICE
from rag.subquestions import asking
from rag.types import Citation, Intent, Question

_SYNONYMS = Search().synonyms
LONGEST = 2000  # characters of a question that are read


def understand(
    asked: str,
    *,
    history: Sequence[str] = (),
    home: str | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    known: Sequence[ReportHead] = (),
    cited: Sequence[Citation] = (),
    synonym_weight: float = _SYNONYMS,
    places: Places | None = None,
    today: datetime.date | None = None,
) -> Question:
    """Read a question.

    Args:
        asked: the question as typed.
        history: earlier questions of the conversation, oldest first.
        home: the asker's own county; what 别的县 is other than.
        include: names of places chosen outside the question; they come on top of those in it.
        exclude: the same for places to leave out.
        known: heads of the reports in the store, to choose among namesakes and to know communities.
        cited: citations of the last answer in their order, for 第二个地方.
        synonym_weight: weight of a synonym beside the asker's own word.
        places: another gazetteer than the national table.
        today: the day from which 近三年 counts; today's date by default.

    Raises:
        TashanError: the question is empty.
    """
    asked, history = _typed(asked), tuple(map(_typed, history))
    include, exclude = tuple(map(_typed, include)), tuple(map(_typed, exclude))
    if not re.search(r"\w", asked):
        raise TashanError("问题是空的。", "请输入想了解的做法，例如：别的县是怎么做红色物业的？")
    table = places or gazetteer()
    own = resolve_name(home, table, known) if home else ()
    here = own[0] if own else None
    earlier = _earlier(history, table, here, known)
    now = asked_places(asked, table, home=here, known=known)
    link = followup.link(asked, earlier, now, cited)
    wanted, unknown_in = _given(include, table, known)
    unwanted, _ = _given(exclude, table, known)
    since, until = years(asked, today or datetime.date.today())
    intent = intent_of(asked)
    unwanted_ways, aside = set_aside(asked, now.spans)
    topic, own_topic = strip_asking(asked, (*now.spans, *unwanted_ways)), ""
    if link.follows:
        own_topic = topic
        topic = " ".join(dict.fromkeys([*link.topic.split(), *topic.split()]))
    if intent in (Intent.FIGURE, Intent.FACT):
        since = until = None  # a year in such a question is the figure's, not the report's
    return Question(
        asked=asked,
        standalone=link.standalone,
        include=_once((*wanted, *link.include)),
        exclude=_once((*unwanted, *link.exclude)),
        since=since,
        until=until,
        intent=intent,
        topic=topic,
        own_topic=own_topic,
        synonyms=tuple((word, synonym_weight * share) for word, share in terms.expand(topic)),
        concepts=terms.concepts(topic),
        unknown_places=tuple(dict.fromkeys((*unknown_in, *link.unknown))),
        chosen=bool(wanted),
        elsewhere=now.elsewhere,
        many=now.many or intent in (Intent.COMPARE, Intent.LIST),
        subjects=link.subjects,
        history=history,
        aside=aside,
        within=_of_kind(asked, known),
    )


def _of_kind(asked: str, known: Sequence[ReportHead]) -> tuple[str, ...] | None:
    """The reports of the kind that a question names, 在政府工作报告里; None where none is named or there."""
    if not (kind := _KIND.search(asked)):
        return None
    return tuple(head.report for head in known if kind[1] in (head.title or "")) or None


_KIND = re.compile(r"(政府工作报告|工作报告)(?:里|中|上|当中|提|说|写|列)")


def _typed(text: str) -> str:
    """As typed, on one line and not too long; half a character, which no index has, becomes a ``?``."""
    return re.sub(r"\s+", " ", text.encode("utf-8", "replace").decode()).strip()[:LONGEST]


def corrected(question: Question, *, include: Sequence[Locality], exclude: Sequence[Locality]) -> Question:
    """The same question with the places as the asker put them right."""
    return replace(question, include=tuple(include), exclude=tuple(exclude), unknown_places=(), chosen=True)


def _earlier(
    history: Sequence[str], table: Places, home: Locality | None, known: Sequence[ReportHead]
) -> followup.Earlier | None:
    """What the earlier questions were about, each read in the light of those before it."""
    before: followup.Earlier | None = None
    for text in history:
        if not text:
            continue
        now = asked_places(text, table, home=home, known=known)
        link = followup.link(text, before, now, ())
        topic = strip_asking(text, now.spans)
        joined = f"{link.topic} {topic}".strip() if link.follows else topic
        before = followup.Earlier(link.standalone, joined, link.include, link.exclude, link.unknown)
    return before


def _given(
    names: Iterable[str], table: Places, known: Sequence[ReportHead]
) -> tuple[tuple[Locality, ...], tuple[str, ...]]:
    found: list[Locality] = []
    unknown: list[str] = []
    for name in names:
        if not name.strip():
            continue
        places = resolve_name(name, table, known)
        found.extend(places)
        if not places:
            unknown.append(name.strip())
    return tuple(found), tuple(unknown)


def _once(places: Iterable[Locality]) -> tuple[Locality, ...]:
    return tuple({place.levels: place for place in places}.values())


# --- years ------------------------------------------------------------------------------------------

_NUMBER = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_LAST_YEARS = re.compile(r"(?:最?近|过去|这)([一两二三四五六七八九十]|\d{1,2})年(?:来|内|间|里)?")
_RANGE = re.compile(r"((?:19|20)\d\d)年?\s*(?:[-—–~～至到]|—{2})\s*((?:19|20)\d\d)年")
_SINCE = re.compile(r"((?:19|20)\d\d)年(?:以来|以后|之后|起|至今|到现在|到今)")
_UNTIL = re.compile(r"((?:19|20)\d\d)年(?:以前|之前|前(?![后三两几半]))")
_IN = re.compile(r"((?:19|20)\d\d)年(?:度)?的?(?:报告|做法|经验|案例|材料|报道|文章|文件|新闻|典型)")

# A span of years bounds the reports where practice is asked for; in 1980年至1984年他就读于哪里 it does not.
_OF_REPORTS = re.compile(PRACTICE + "|报道|材料|文件|新闻|典型|哪些(?:地方|省|市|县|区)")


def years(text: str, today: datetime.date) -> tuple[int | None, int | None]:
    """First and last year that the reports should be from, as far as the question says so.

    >>> years("2023年以来各地怎么做积分制？", datetime.date(2026, 1, 1))
    (2023, None)
    >>> years("近三年的做法", datetime.date(2026, 1, 1))
    (2024, 2026)
    >>> years("2022年种了多少亩？", datetime.date(2026, 1, 1))
    (None, None)
    >>> years("1980年至1984年他就读于哪所学校？", datetime.date(2026, 1, 1))
    (None, None)
    """
    asks_for_reports = _OF_REPORTS.search(text)
    if asks_for_reports and (m := _RANGE.search(text)):
        return int(m[1]), int(m[2])
    if m := _LAST_YEARS.search(text):
        count = _NUMBER.get(m[1]) or int(m[1])
        return today.year - count + 1, today.year
    if m := _IN.search(text):
        return int(m[1]), int(m[1])
    if not asks_for_reports:
        return None, None
    since, until = _SINCE.search(text), _UNTIL.search(text)
    return (int(since[1]) if since else None), (int(until[1]) - 1 if until else None)


# --- intent -----------------------------------------------------------------------------------------

# First match decides.
_INTENTS: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    (
        Intent.COMPARE,
        re.compile(
            r"各地|各省|各县|各市|各个地方|对比|比较(?=一下|各|不同)|有(?:什么|何|啥)?(?:不同|不一样|区别|差别|异同)|不同(?:的)?(?:地方|招|做法)"
        ),
    ),
    (
        Intent.FACT,
        re.compile(
            r"(?:联系|咨询|投诉|举报|服务|办公|监督|报名)电话|电话(?:是|号码|多少|[？?]|$)|网址|邮箱|地址(?:是|在|？)|什么时(?:候|间)|何时|哪天|几点|(?:什么|哪些?)(?:渠道|义务|环节|范围)|(?:包括|包含|涵盖|指的?是)(?:什么|哪些|哪几)|"
            r"主要内容|(?:做了|作了?|有)(?:什么|哪些)规定|在(?:哪里|哪儿|哪)(?:查|办理|申请|领)|在哪里(?!搞|办)|哪个(?:部门|单位|企业|媒介|平台)|是谁(?!出)|叫啥时候|意义是|目的是|含义|定义"
        ),
    ),
    (
        Intent.MECHANISM,
        re.compile(r"叫什么|什么名字|名称|叫啥|是哪个?(?:地方|省|市|县|区|街道|乡镇|镇|村|社区)"),
    ),
    (
        Intent.FUNDING,
        re.compile(
            r"经费|资金(?:从|来|怎)|钱[能可该都又]?(?:从|打|谁|由)|谁(?:来)?(?:出钱|掏钱|买单|出的)|出钱|(?:财政|政府)(?:给|出(?![面台手])|补)|补(?:助|贴)(?:多少|标准|怎)|钱是?谁|固定的钱"
        ),
    ),
    (
        Intent.FIGURE,
        re.compile(
            r"多少|多大比例|比例多高|占比|(?<!哪)几(?:成|个百分点|万|千|百|户|人(?!家)|家|支|本|亩|件)|收费率|满意度|覆盖率|"
            r"多高|多久(?!换|算|[^，。？?]{0,5}一[次回趟轮])|多长时间|成效|效果(?:怎|如何|咋)|数据|什么程度|取得了(?:什么|哪些)|带来(?:了)?(?:什么|哪些)(?:变化|效果)"
        ),
    ),
    (
        Intent.STEPS,
        re.compile(r"步骤|流程|程序|哪几步|分几步|哪几个环节|先.{0,8}再|怎么申请|怎么办理|需要(?:提交|准备)"),
    ),
    (
        Intent.MECHANISM,
        re.compile(
            r"文件|规则|制度|机制|方案|条例|办法(?:是什么|有哪些规定)|由哪|哪几(?:级|个体系|条|件|项)|工作法|体系"
        ),
    ),
    (
        Intent.LIST,
        re.compile(
            r"(?:哪些|哪几个|(?<!是)哪个)(?:地方|省|市|县|区|社区|村|乡镇|街道|城市)|列举|列出|几个例子|案例|例子|举例"
        ),
    ),
)


def intent_of(text: str) -> Intent:
    """What kind of answer is wanted; 做法 unless the words say otherwise.

    >>> intent_of("那经费从哪来？").value, intent_of("别的县是怎么做红色物业的？").value
    ('经费', '做法')
    """
    told = _UNCOUNTED.sub("", _ROUGHLY.sub("", _DESCRIBED.sub("", text)))
    clauses = asking(text)
    looked_at = {Intent.FIGURE: told, Intent.FUNDING: clauses[0], Intent.MECHANISM: "，".join(clauses)}
    found = next(
        (intent for intent, pattern in _INTENTS if pattern.search(looked_at.get(intent, text))), Intent.HOW
    )
    how = _BESIDE_HOW.get(found)
    return Intent.HOW if how and _asks_how(how, told) else found


def _asks_how(how: re.Pattern[str], text: str) -> bool:
    """Whether a clause of its own asks how a thing is done, or the first one whether anybody does it."""
    clauses = [clause for clause in re.split("[，,、。？?；;]", text) if clause]
    first = next((clause for clause in clauses if AMOUNT.search(clause) or _WHETHER.search(clause)), "")
    whether = _WHETHER.search(first) and not AMOUNT.search(first)
    return bool(whether) or any(how.search(clause) and not AMOUNT.search(clause) for clause in clauses)


_WHETHER = re.compile("有没有|能不能")
_HOW = re.compile(
    "怎么(?!样)|怎样|如何|咋(?!样)|(?:做|干)(?:了|些)(?:什么|啥)|(?<!取得了)哪些|[拿凭靠]什么|"
    "帮[上到得]?[了些点]?(?:什么|啥)|能[做干出][些点]?(?:什么|啥)"
)
# what may be asked beside how a thing is done: 怎么选人、干多久？怎么查到他是谁？
_BESIDE_HOW = {Intent.FIGURE: _HOW, Intent.FACT: re.compile("怎么(?!样|[办申])|怎样|如何|咋(?!样)")}


# 一个人管几百户忙不过来，怎么…, 说了多少遍，怎么…: how bad it is, in front of a question for what to do.
_DESCRIBED = re.compile(r"[^。？?！!，,]*[，,](?=[^？?]*(?:怎么(?!样)|怎样才|如何|咋|办法|招))")


# 上头没给多少钱, 说多少遍都不听: nobody wants to know how many.
_UNCOUNTED = re.compile(
    r"没有?[^，。？?！!]{0,4}多少|多少[遍回次趟][^，。？?！!]{0,4}[，,]?(?=都|也|还|又)|(?:不管|无论|不论)[^，。？?！!]{0,6}多少"
)


# 种出几百斤没人收，…: about how many, in front of what is asked.
_ROUGHLY = re.compile(r"几[十百千万](?=[^。？?！!，,]*[，,。])")


# --- topic ------------------------------------------------------------------------------------------

_ASKING = re.compile(
    r"请问(?:一下)?|想(?:请教|咨询|打听)(?:一下)?|我?(?:想|要)(?:了解|知道|看看|问问|问|学学|学习|找|看)(?:一下)?|"
    r"(?:帮|给)(?:我|忙)?(?:找|查|看|讲|列|介绍|推荐)(?:一下|一找|一查)?|(?:能|可)不(?:能|可以?)|(?:还|都)?有没有|能否|可否|是否|"
    r"(?:都|又|具体|到底|究竟|分别|各自)?(?:是|该|应该?|应当)?(?:怎么样|怎么|怎样|如何|咋样?|为什么|为啥)"
    r"(?:做到?|搞|办|弄|干|运转|运作|安排|操作|处理|解决|开展|推进|推动|实施|落实)?的?|"
    r"(?:都|具体|分别|又)?有?(?:哪些|什么样的?|什么|哪个|哪几[个条项种级步件]|哪里|哪儿|哪|啥|多少|多大|多高|多久|多长|几[个条项种])|"
    r"(?:都|具体)?做了|想几个|实打实的?|例子|(?:好的|不同的|相关的)?(?:做法|经验|办法|路子|花样|案例|招数?)|"
    r"各地|多地|全国|(?:不同的?|别的|其他|其它|有的|有些|哪些|某个?|有个)(?:地方|地区|单位)|有个|有的|(?<!没)(?<!的)地方|那边|这边|具体|"
    r"除了|除去|以外|之外|还有|比如说?|例如|谁来|他们|(?<![老客病别大军工富穷商农佃住主])人家(?!里)|咱们|我们|你们|吗|呢|吧|啊|呀|嘛|(?<=[^\w])那(?=[^\w个])|^那么?"
)
_EDGE = re.compile(r"[\s，。！？、；：,.!?;:（）()“”\"'‘’《》【】…—~～·]+")


def strip_asking(text: str, spans: Iterable[Span] = ()) -> str:
    """The words of `text` that name its topic: places (`spans`) and asking phrases taken out.

    >>> strip_asking("请问红色物业是怎么做的？")
    '红色物业'
    """
    kept = list(text)
    for span in spans:
        kept[span.start : span.end] = " " * len(span)
    whole = "".join(kept)
    terms_in = [Span(at, at + len(term)) for term in terms.words() if (at := whole.find(term)) >= 0]
    bare = _ASKING.sub(lambda m: m[0] if any(Span(*m.span()) in term for term in terms_in) else " ", whole)
    return " ".join(part for part in _EDGE.sub(" ", bare).split() if part not in _LOOSE)


_LOOSE = frozenset(
    [
        *"的是在有和与把被让给对都又也就还了着过里搞做办从来去想要该能",
        "一下",
        "一些",
        "是怎么",
        "怎么",
        "以及",
        "或者",
        "方面",
    ]
)

__all__ = ["Asked", "corrected", "intent_of", "strip_asking", "understand", "years"]
