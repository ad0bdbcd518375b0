"""The shell of an HTML page that loads nothing from anywhere."""

from __future__ import annotations

from html import escape

_STYLE = """
:root{--ink:#1f2933;--muted:#66727f;--line:#dfe3e8;--good:#1f6f5c;--bad:#b3392f;--back:#fbfaf7}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1180px;padding:24px 20px 80px;background:var(--back);color:var(--ink);
font:15px/1.65 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","WenQuanYi Micro Hei",sans-serif}
h1{font-size:24px;margin:0 0 4px}
h2{font-size:18px;margin:32px 0 8px}
h4{margin:14px 0 4px;font-size:14px}
.muted{color:var(--muted);font-size:13px}
.good{color:var(--good)}
.bad{color:var(--bad)}
.cards{display:flex;flex-wrap:wrap;gap:10px;margin:16px 0}
.card{background:#fff;border:1px solid var(--line);border-radius:8px;padding:10px 16px;
min-width:118px;font-size:13px}
.card b{display:block;font-size:24px;line-height:1.3}
.card small{display:block;color:var(--muted)}
.plots{display:flex;flex-wrap:wrap;gap:12px}
.plots svg{background:#fff;border:1px solid var(--line);border-radius:8px;max-width:100%;height:auto}
.wide{overflow-x:auto}
table{border-collapse:collapse;background:#fff;font-size:13px;width:100%}
th,td{border-bottom:1px solid var(--line);padding:5px 8px;text-align:right;white-space:nowrap}
th:first-child,td.text{text-align:left}
td.text{white-space:normal;min-width:420px}
thead th{color:var(--muted);font-weight:500}
tr.strong{font-weight:600}
.tag{border:1px solid var(--line);border-radius:4px;padding:0 6px;margin-right:6px;font-size:12px;
background:#fff;display:inline-block}
details.question{background:#fff;border:1px solid var(--line);border-radius:8px;margin:6px 0;padding:8px 14px}
summary{cursor:pointer}
.answer{white-space:pre-wrap;border-left:3px solid var(--line);padding-left:12px;font-size:14px}
li{font-size:14px}
.filters{display:flex;gap:8px;flex-wrap:wrap;margin:8px 0;align-items:center}
select,input{font:inherit;font-size:13px;padding:4px 8px;border:1px solid var(--line);border-radius:6px;
background:#fff}
dt{font-weight:600;font-size:14px}
dd{margin:0 0 6px;color:var(--muted);font-size:13px}
"""

_SCRIPT = """
const pick=id=>document.getElementById(id),all=[...document.querySelectorAll('details.question')];
function show(){let n=0;const k=pick('kind').value,v=pick('verdict').value,w=pick('words').value.trim();
for(const d of all){const ok=(!k||d.dataset.kind===k)&&(!v||d.dataset.verdict===v)&&
(!w||d.querySelector('summary').textContent.includes(w));d.hidden=!ok;n+=ok}pick('count').textContent=n+' 题'}
if(pick('kind')){for(const id of ['kind','verdict','words'])pick(id).addEventListener('input',show);show()}
"""


def page(title: str, body: str) -> str:
    """A whole page: style and script inside, nothing outside."""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{body}<script>{_SCRIPT}</script></body></html>\n"
    )
