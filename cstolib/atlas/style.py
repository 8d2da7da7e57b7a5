"""How the static page looks: light and dark, on paper, and on a narrow screen."""

STYLE = """\
:root{color-scheme:light dark;
--ink:#1f2329;--muted:#4d545d;--paper:#fff;--line:#c4c9cf;--link:#0b4f9e;
--shade:#f3f5f7}
@media (prefers-color-scheme:dark){:root{--ink:#e7e9ec;--muted:#b5bcc5;--paper:#15181c;--line:#454c55;
--link:#8fbcff;--shade:#1f242a}}
*{box-sizing:border-box}
html{scroll-padding-top:1em}
body{margin:0 auto;padding:1em;max-width:72em;background:var(--paper);color:var(--ink);
font:1rem/1.55 Helvetica,Arial,"Liberation Sans",sans-serif;overflow-wrap:anywhere}
p,dd,li{max-width:46em}
td p,td li,th p{max-width:none}
h1{font-size:1.8rem;line-height:1.2}
h2{font-size:1.4rem;line-height:1.25;margin:2.2em 0 .5em}
h3{font-size:1.1rem;margin:1.6em 0 .4em}
a{color:var(--link)}
a:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-100vw}
.skip:focus{position:static}
article,main>section{border-top:1px solid var(--line)}
nav ul{columns:18em;padding-left:1.2em}
nav li{break-inside:avoid;padding:.15em 0}
dl{display:grid;grid-template-columns:minmax(9em,16em) 1fr;gap:.3em 1em;margin:.8em 0}
dt{font-weight:600}
dd{margin:0}
table{width:100%;border-collapse:collapse;margin:.5em 0 1em;font-size:.92rem}
caption{text-align:left;color:var(--muted);padding:.3em 0}
th,td{text-align:left;vertical-align:top;overflow-wrap:break-word;
padding:.45em .7em .45em 0;border-bottom:1px solid var(--line)}
thead th{border-bottom:2px solid var(--ink)}
tbody th{font-weight:600;min-width:7em}
th span,td span{display:block;margin-top:.25em;font-weight:400;color:var(--muted)}
b{font-weight:600}
code{font-size:.95em}
#sources~ul li{margin:.3em 0;font-size:.92rem}
@media (max-width:52em){
dl{display:block}
dd{margin:0 0 .5em}
table,tbody,tr,th,td,caption{display:block;width:100%}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tbody tr{padding:.5em .7em;margin:.6em 0;background:var(--shade);border-left:4px solid var(--line)}
th,td{border:0;padding:.2em 0}
td::before{content:attr(data-label) ": ";font-weight:600}
}
@media print{
:root{--ink:#000;--muted:#333;--paper:#fff;--line:#888;--link:#000;--shade:#fff}
body{max-width:none;font-size:10pt;padding:0}
h2,h3,caption{break-after:avoid}
tr,dt{break-inside:avoid}
article{break-before:page}
.skip{display:none}
}
"""
