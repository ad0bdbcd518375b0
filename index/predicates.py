"""Whether a clause says what was done, or is but a name, the means or the first half of it."""

from __future__ import annotations

import re

_VERB = re.compile(
    r"提[供升高质]|发[放布出起展挥]|完[成善]|实[现施行]|获|荣获|入[围选驻]|受[到理]|推[进动选行出广]|促[进成]|加[强快大入]|助[力推]|打[通破造响]"
    r"|搭[建起]|构建|建[起成立设]|织[密就]|筑[牢起]|守护|激[活发]|引[领导入进]|融[入合]|治理|管理|关[爱怀心]|送[上去来到清进]|联[合动]"
    r"|共[建享治]|参[与加观]|学习|贯彻|落[实细地户]|健全|优化|规范|强化|深[化入]|细化|聚[焦力]|展[示开现出]|亮[相起]|通[过车水电报]"
    r"|投[入用]|启[动用航幕]|开[放通展业馆工讲课班]|上[岗线门]|变[成身为]|成[为功立]|增[设加添收]|新[增建]|修[复建补订缮]|拆除|清[理运除扫]"
    r"|整[治改]|消除|防[范治]|预防|维护|保[障护证]|支[持援]|帮[扶助]|救[助援]|慰问|走[进访上]|来到|前往|赴|考察|调[研解处]|督[导查]"
    r"|检查|排查|巡[查逻]|处[置理罚]|查[处获]|公[布开示]|印发|出台|制[定订]|签[订约署]|确[定立]|部署|安排|召开|举[行办]|组织|培[养育]|宣[传讲]"
    r"|讲[解述授]|评[选比议]|表彰|当选|销售|采[摘购]|种植|振兴|带[动领]|致富|改[善造]|化解|破解|解决|办理|回应|收集|征[集求]|倾听|告别|恢复"
    r"|安装|更换|装上|拥有|享受|体验|感受|竣工|落成|运行|坚持|探索|创[新建办]|设[立置]|配[备送]|缴纳?|减[免轻]|延长|禁止|试[点行]|[了被让把给将]"
    r"|进[行驻]|接[到受管]|拨打|反映|发生|活跃|上演|突降|起火|[多皆均]为|道谢|前来|见到|热闹|做[好出]|[走送做看听]|住(?![建院宅户房])|拉开|迎来|传[承递]|弘扬|点[亮燃]|奏响|画好|绘就|写|唱|跑|扎实|积极|全[面力]|倡[议导]|驻|汇聚|凝聚|申领|领取|应对|有"
    r"|涉嫌|侦破|破获|抓获|引发|抵达|忙着|解除|中断|撤离|转移|落户|获批|捐[款赠]|下[沉达拨]"
)
# words that only look like a verb, or need another: 实施的, …的创办, 联合…
_RELATIVE = re.compile(
    r"联合(?!会|体|国)|携手|会同|邀请|组织(?!部|开展|召开|举)|带领|率领|前往|赴|深入(?!开|推|学|贯|实|落|挖)|的[一-鿿]{2}$"
    r"|联手|(?:[一-鿿]{2})?(?:开办|实施|推出|开展|举办|举行|建设|设立|打造|组织|建成|改造|成立|承办|主办)的"
)
# a clause that ends before it says what was done
_HALF = re.compile(
    r"(?:主办|承办|协办|反映|的方式|的形式|的办法|当[日天]|[获得听]悉|[得获听]知|了解到|看到|发现|透露|指出|认为|同时|之余|的是)$"
    r"|[以作][^，]*[为做](?:主题|先导|契机|抓手|载体|目标|主线|核心|引领|基础|中心|重点|依托|导向|指引|突破口|切入点|标准|主体|宗旨|原则|出发点|落脚点|内容|平台"
    r"|纽带|统领|支撑|主导|阵地|试点|媒|桥梁?|支点|根本|方向|指导|保障|题材|背景|理念|[一-鿿]{2})$"
)
_QUOTED = re.compile("“[^”]*”|《[^》]*》|（[^）]*）")
_MEANS = re.compile("依托|凭借|借助|通过(?!了)|立足|围绕|聚焦|按照|根据|针对")
_MEANT = 4  # characters that the means have at least; a verb among them is part of a name
_NO_PREDICATE = re.compile("即[便使]|虽|但|而|以及|或者?|由|因|看似|[^，]*[时后前中下上里]$")
# who was told or since when: a clause that the next one does not complete
_ONLY_LEADS = re.compile("[^，]*(?:[获得听]悉|[得获听]知|了解到|看到|发现|…)|[^，]*以来$|[今昨]天|自20")


def says_what(clause: str) -> bool:
    """Whether a clause says what was done.

    >>> [says_what(x) for x in ("镇里推出夜间窗口", "夜间窗口的创办", "镇里以窗口为抓手", "镇里依托窗口")]
    [True, False, False, False]
    """
    if _HALF.search(clause) or not _VERB.search(_RELATIVE.sub("", _QUOTED.sub("", clause))):
        return False
    means = _MEANS.search(clause)
    return means is None or _VERB.search(clause, means.end() + _MEANT) is not None


def completes(clause: str, half: str) -> bool:
    """Whether `clause` says what `half` in front of it left open.

    >>> [completes(x, "镇里以夜间窗口为抓手") for x in ("把灯开到每个村", "在村里的支持下")]
    [True, False]
    """
    return says_what(clause) and not _NO_PREDICATE.match(clause) and not _ONLY_LEADS.match(half)
