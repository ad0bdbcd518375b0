"""What those need who look after a server: ``python -m rag users|audit|feedback|licences``."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from corpus.errors import TashanError
from rag import config
from rag.access.db import Database
from rag.access.journal import Entry, Journal, now
from rag.access.people import ROLES, People

users = typer.Typer(no_args_is_help=True, help="谁可以登录：添加、移除、改密码、改角色、访问令牌。")

StoreOption = Annotated[str | None, typer.Option("--store", help="索引所在的文件夹")]
NameArgument = Annotated[str, typer.Argument(help="用户名")]
RoleOption = Annotated[str, typer.Option("--role", help="reader（只读）或 editor（可增删报告）")]
StdinOption = Annotated[bool, typer.Option("--stdin", help="从标准输入读密码（一行），不在屏幕上问")]
JsonOption = Annotated[bool, typer.Option("--json", help="每行输出一个 JSON 对象")]
_WHAT = {
    "question": "提问", "search": "检索", "compare": "对比", "feedback": "评价",
    "upload": "入库", "remove": "移除", "renew": "整理",
    "sign_in": "登录", "sign_in_failed": "登录失败", "sign_out": "退出",
    "users": "用户管理",
}  # fmt: skip


@users.command("list")
def everyone(store: StoreOption = None) -> None:
    """列出用户。"""
    people, _ = _open(store)
    for one in people.everyone():
        typer.echo(f"{one.name}\t{one.role}（{ROLES[one.role]}）")
    if not people.everyone():
        typer.echo("还没有用户。添加：python -m rag users add 用户名 --role editor", err=True)


@users.command()
def add(
    name: NameArgument, role: RoleOption = "reader", stdin: StdinOption = False, store: StoreOption = None
) -> None:
    """添加用户；密码在屏幕上问两遍，不出现在命令里。"""
    people, journal = _open(store)
    people.add(name, _password(stdin), role)
    _done(journal, f"已添加用户“{name.strip()}”（{ROLES[role]}）。")
    if not config.load(store=store).sign_in:
        typer.echo("登录还没有打开：在 tashan.toml 里写上 sign_in = true，再重新打开网页。", err=True)


@users.command()
def remove(name: NameArgument, store: StoreOption = None) -> None:
    """移除用户；已登录的立刻退出。"""
    people, journal = _open(store)
    people.remove(name)
    _done(journal, f"已移除用户“{name}”。")


@users.command()
def password(name: NameArgument, stdin: StdinOption = False, store: StoreOption = None) -> None:
    """改密码；已登录的立刻退出，访问令牌作废。"""
    people, journal = _open(store)
    people.password(name, _password(stdin))
    _done(journal, f"已改“{name}”的密码。")


@users.command()
def role(
    name: NameArgument,
    role: Annotated[str, typer.Argument(help="reader 或 editor")],
    store: StoreOption = None,
) -> None:
    """改角色，从下一次操作起有效。"""
    people, journal = _open(store)
    people.role(name, role)
    _done(journal, f"“{name}”现在是：{ROLES[role]}。")


@users.command()
def token(
    name: NameArgument,
    revoke: Annotated[bool, typer.Option("--revoke", help="作废这个用户的全部访问令牌")] = False,
    store: StoreOption = None,
) -> None:
    """给程序用的访问令牌（请求头 Authorization: Bearer …）；只显示这一次。"""
    people, journal = _open(store)
    if revoke:
        _done(journal, f"已作废“{name}”的 {people.revoke(name)} 个访问令牌。")
        return
    made = people.token(name)
    journal.note(Entry(now(), "", "", "cli", "users", f"已给“{name}”访问令牌。"))
    typer.echo(made)


def feedback(as_json: JsonOption = False, store: StoreOption = None) -> None:
    """读者对回答的评价（有用、没用和原因），可转成评测的标准答案。"""
    _, journal = _open(store)
    given = tuple(journal.feedback())
    if not given and not as_json:
        typer.echo("还没有评价。", err=True)
    for one in given:
        if as_json:
            _print(one)
            continue
        said = "有用" if one["rating"] == "up" else "没用"
        typer.echo(
            f"{one['when']}  {said}  {one['question']}" + (f"  （{one['reason']}）" if one["reason"] else "")
        )


def audit(
    days: Annotated[int | None, typer.Option("--days", min=1, help="只看最近几天")] = None,
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """操作记录：提问、评价、增删报告、登录。保留天数由 audit_days 设定。"""
    _, journal = _open(store)
    kept = tuple(journal.entries(days))
    if not kept and not as_json:
        typer.echo("还没有记录。" if days is None else f"最近 {days} 天没有记录。", err=True)
    for one in kept:
        if as_json:
            names = ("at", "who", "address", "door", "what", "text", "digest", "detail")
            _print({name: getattr(one, name) for name in names})
        else:
            who = one.who or one.address or "—"
            what = _WHAT.get(one.what, one.what)
            typer.echo("  ".join((one.at, who, one.door, what, one.text, one.detail)).rstrip())


def licences(
    as_markdown: Annotated[bool, typer.Option("--markdown", help="写成 docs/licences.md 的样子")] = False,
) -> None:
    """所用软件包的名称、版本和许可证。"""
    from rag import licences as listed

    found = listed.packages()
    if as_markdown:
        typer.echo(listed.markdown(found))
        return
    for one in found:
        typer.echo(f"{one.name} {one.version}\t{one.licence}")


def _open(store: str | None) -> tuple[People, Journal]:
    settings = config.load(store=store)
    database = Database(settings.records_file)
    return People(database), Journal(database, settings.audit_days)


def _password(stdin: bool) -> str:
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise TashanError("没有可以输入密码的终端。", "请加 --stdin，从标准输入给出密码。")
    said: str = typer.prompt("密码", hide_input=True, confirmation_prompt="再输一遍")
    return said


def _done(journal: Journal, text: str) -> None:
    journal.note(Entry(now(), "", "", "cli", "users", text))
    typer.echo(text)


def _print(body: dict[str, Any]) -> None:
    typer.echo(json.dumps(body, ensure_ascii=False))
