"""What a question asks for beside its main point: who paid for it.

Askers want to know how a thing is done, and in the same breath what it cost and who pays. The sentences that
say so have few of the question's words, so they are looked for by what they say.
"""

from __future__ import annotations

import re

from rag.types import Question

_CLAUSE = re.compile(r"[，,。？?；;！!]")
_ASKS = re.compile(
    r"谁|哪|怎|如何|咋|多少|什么|啥|几|吗|何时|多[久长大高]|有没有|能不能|是不是|要不要|收不收|是否|能否"
)
_MONEY = re.compile(
    r"(?:钱|费用?|经费|资金|房租|开支|成本)[^，。？?]{0,8}(?:谁|哪|怎么[来出筹分凑]|咋[来出筹凑])|"
    r"谁[^，。？?]{0,4}(?:出钱|掏钱|买单|掏腰包|付钱)|"
    r"(?:花|掏|收|补|奖|要)[^，。？?]{0,6}(?:多少钱|几个钱)|(?:收不收|要不要)[^，。？?]{0,3}[钱费]"
)
_PAID = re.compile(
    r"元|资金|经费|出资|自筹|筹集|筹措|众筹|补贴|补助|奖补|费用|免费|收费|捐[赠款资]|财政|减免|报销|贷款|自付|自掏|分摊|认领|赞助"
)


def asking(text: str) -> tuple[str, ...]:
    """The clauses of a question that ask; all of them where none does.

    >>> asking("村里没有经费，屋顶漏了，能找谁帮忙？")
    ('能找谁帮忙',)
    """
    clauses = tuple(clause for clause in _CLAUSE.split(text) if clause.strip())
    return tuple(clause for clause in clauses if _ASKS.search(clause)) or clauses


def money(question: Question) -> str:
    """What asks who pays or what it costs, without what is asked beside it; empty where nothing does."""
    pieces = (piece for clause in asking(question.asked) for piece in _pieces(clause))
    return next((piece.strip() for piece in pieces if _MONEY.search(piece)), "")


def _pieces(clause: str) -> tuple[str, ...]:
    """改的钱谁出、饭从哪儿来、谁送 are three; a list in front of one verb (水费、电费谁出) is one."""
    pieces = clause.split("、")
    return tuple(pieces) if all(_ASKS.search(piece) for piece in pieces) else (clause,)


def tells_money(text: str) -> bool:
    """Whether a sentence says where money came from, what was paid, or that nothing was.

    >>> tells_money("村民自筹一部分，乡贤捐款一部分。"), tells_money("村里成立了巡查队。")
    (True, False)
    """
    return bool(_PAID.search(text))
