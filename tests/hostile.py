"""Texts that try to break out of a page, each named by what it tries.

Whatever would run says so in `window.ran` and asks for an address: a test looks for either.
"""

from __future__ import annotations

_RUN = "window.ran=1"
_FETCH = "http://127.0.0.1:9/gone"

HOSTILE: dict[str, str] = {
    "script end": f"</script><script>{_RUN}</script>",
    "script end, upper case": f"</SCRIPT ><ScRiPt>{_RUN}</sCrIpT>",
    "style end": f"</style><style>*{{background:url({_FETCH})}}</style>",
    "title end": f"</title></head><body onload={_RUN}>",
    "noscript end": f"</noscript><img src={_FETCH} onerror={_RUN}>",
    "main end": f"</main></body></html><script>{_RUN}</script>",
    "comment": f"<!-- --><script>{_RUN}</script><!--",
    "script double escaped": f"<!--<script>{_RUN}//",
    "comment end": f"--><img src=x onerror={_RUN}>",
    "comment end with bang": f"--!><svg onload={_RUN}>",
    "CDATA": f"]]><![CDATA[<script>{_RUN}</script>",
    "image": f"<img src={_FETCH} onerror={_RUN}>",
    "vector image": f"<svg><script href={_FETCH}>{_RUN}</script><animate onbegin={_RUN} attributeName=x>",
    "frame": f"<iframe srcdoc='<script>parent.{_RUN}</script>' src={_FETCH}></iframe>",
    "object": f"<object data={_FETCH}></object><embed src={_FETCH}>",
    "link": f"<link rel=stylesheet href={_FETCH}><base href={_FETCH}>",
    "refresh": f"<meta http-equiv=refresh content='0;url={_FETCH}'>",
    "form": f"<form action={_FETCH}><input autofocus onfocus={_RUN}>",
    "details": f"<details open ontoggle={_RUN}>x</details>",
    "double quote": f'" autofocus onfocus="{_RUN}" x="',
    "single quote": f"' onmouseover='{_RUN}' x='",
    "no quote": f"x onmouseover={_RUN} y",
    "address": f"javascript:{_RUN}",
    "entities": f"&lt;img src=x onerror={_RUN}&gt;&#60;script&#62;{_RUN}&#60;/script&#62;&quot;",
    "JSON": f'"],"view":"model"}};{_RUN};//',
    "JSON escapes": f"\\u003cscript\\u003e{_RUN}\\u003c/script\\u003e\\",
    "template, Jinja": "{{ cycler.__init__.__globals__ }}{% for x in [1] %}{{ x }}{% endfor %}{# x #}",
    "template, JavaScript": f"${{{_RUN}}}`;{_RUN};`",
    "CSS": f"red;background:url({_FETCH});x:expression({_RUN})",
    "prototype": "__proto__",
    "bidi override": "abc\u202egnp.exe\u202c def",
    "bidi isolates": "\u2066\u2067\u2068\u2069\u200e\u200f\u061c left open \u2067",
    "NUL": f"a\x00b</scr\x00ipt><script>{_RUN}</script>",
    "controls": "\x01\x02\x07\x08\x0b\x0c\x1b[31m\x7f\x85",
    "line ends": f"a\r\nb\u2028{_RUN}\u2029c\n",
    "lone surrogate": "a\ud800b\udfffc",
    "not characters": "\ufffe\uffff\U0001fffe\U0010ffff",
    "zero width": "a\u200bb\u200c\u200d\u2060\ufeffc",
    "marks piled up": "Z" + "\u0335\u0321\u034f\u0337\u0322" * 60,
    "ligature of eighteen letters": "\ufdfd" * 8,
    "tags": "\U000e0001\U000e0062\U000e007f",
    "a megabyte": "A" * 1_000_000,
    "a megabyte of markup": f"<blink onclick={_RUN}>" * 50_000,
    "nothing": "",
    "blanks": " \t\u3000\xa0 ",
}
"""By name; more than a thousand characters only in the two that say so."""

LONG = ("a megabyte", "a megabyte of markup")
