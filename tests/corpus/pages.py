"""Invented files of the shapes that offices publish: a Markdown page and three kinds of web page."""

from __future__ import annotations

from tests.corpus.made import LEAD, NEXT, RESULT, TITLE

MARKDOWN = f"""---
title: "{TITLE}"
date: 2024-05-06
来源: 柳溪县融媒体中心
---
## 一、代办员进村 ##

{LEAD}其中的**代办员**由[镇里](https://example.invalid/a)聘请，5*3=15。

- 第一项：`取件`
> 引自镇里的总结。

| 村名 | 件数 |
| --- | ---: |
| 东关村 | 320 |

<br>![图](a.png)
---
{NEXT}
"""

GB_PAGE = f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>{TITLE} - 柳溪县人民政府</title></head><body>
<table width="980"><tr><td><a href="/">首页</a> | <a href=x>政务公开</a> | <a href=y>办事服务</a></td></tr>
<tr><td>您的位置：<a href="/">首页</a> &gt; <a href="/1">新闻中心</a> &gt; 乡镇动态</td></tr>
<tr><td><table><tr><td align=center><b>{TITLE}</b></td></tr>
<tr><td>发布时间：2024-05-06　来源：柳溪县融媒体中心　浏览次数：132
【字体：<a>大</a> <a>中</a> <a>小</a>】</td></tr>
<tr><td>　　{LEAD}<br><br>　　<strong>一、代办员进村</strong><br>
　　{RESULT}扫一扫门上的二维码就能约人，不用跑县城打印材料。<br>
　　{NEXT}<br>
<p align=right>【<a href="#">打印</a>】【<a>关闭</a>】</p></td></tr></table></td></tr>
<tr><td>上一篇：<a href=1>关于开展春季植树的通知</a><br>下一篇：<a href=2>县领导调研防汛工作</a></td></tr>
<tr><td>主办单位：柳溪县人民政府办公室 ICP备案：吉ICP备00000000号</td></tr></table></body></html>"""

UCAP_PAGE = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="ArticleTitle" content="{TITLE}">
<meta name="PubDate" content="2024/05/06 10:11"><meta name="ContentSource" content="柳溪日报">
<title>{TITLE}_部门动态_柳溪县人民政府</title></head><body>
<div class="header"><ul class="nav"><li><a>首页</a></li><li><a>机构</a></li></ul></div>
<div class="pages-crumb">当前位置：首页 &gt; 部门动态</div>
<div class="pages_content"><h1>{TITLE}</h1>
<div class="pages-date">2024-05-06 10:11 来源：柳溪日报 <span>字体：大 中 小</span> <span>打印</span></div>
<div id="UCAP-CONTENT"><p>{LEAD}</p><p><strong>一、代办员进村</strong></p><p>{RESULT}</p>
<table><tr><th>村名</th><th>代办件数</th></tr><tr><td>东关村</td><td>320</td></tr><tr><td>西沟村</td><td>211</td></tr></table>
<h3>二、下一步</h3><p>{NEXT}</p></div></div>
<div class="xgwz"><h3>相关文章</h3><ul><li><a>县政务服务中心开展业务培训</a></li></ul></div>
<div class="share">分享到：<a>微信</a></div><div class="footer">版权所有：柳溪县人民政府</div>
<script>var 标题 = "不该读到";</script></body></html>"""

PLAIN_PAGE = f"""<html><head><meta charset="utf-8"><title>{TITLE}_柳溪新闻网</title></head><body>
<div class="top"><a href="/">首页</a><a href="/b">要闻</a><a href="/c">乡镇</a></div><h1>{TITLE}</h1>
<p>发布日期：2024年5月6日 信息来源：本网 浏览次数：12</p>
<div class="main">{"".join(f"<p>{t}</p>" for t in (LEAD, RESULT, NEXT))}</div>
<ul><li><a href="/1">县领导调研防汛工作</a></li><li><a href="/2">关于调整公交线路的公告</a></li></ul>
<p>主办：柳溪县人民政府办公室 联系我们 网站地图</p></body></html>"""
