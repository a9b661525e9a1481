"""Pages that nobody wrote: a page with one or two things done to it that happen to pages, or that somebody does to a parser."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

RAW = Path(__file__).parents[1] / "raw"
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
LINE = "The ferry was late again on Monday, the harbour master said, and nobody on the quay was surprised. "
STATED = {
    "@context": "https://schema.org",
    "@graph": [
        {
            "@type": "NewsArticle",
            "headline": "Ferry late again",
            "author": [{"@type": "Person", "name": "Ana Ruiz"}],
            "datePublished": "2026-03-01T08:00:00+02:00",
            "keywords": ["ferry", "harbour"],
            "isAccessibleForFree": False,
            "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".paid"},
            "articleBody": LINE * 12,
        }
    ],
}
STATE = {
    "props": {
        "pageProps": {
            "article": {
                "title": "Ferry late again",
                "author": {"name": "Ana Ruiz"},
                "body": [{"type": "paragraph", "text": LINE * 2}, {"type": "html", "content": f"<p>{LINE}</p>"}] * 6,
            }
        }
    }
}
RICH = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ferry late again | Harrow Tide</title>
<meta property="og:title" content="Ferry late again"><meta name="author" content="Ana Ruiz"><meta name="keywords" content="ferry, harbour">
<script type="application/ld+json">{json.dumps(STATED)}</script><script id="__NEXT_DATA__" type="application/json">{json.dumps(STATE)}</script>
</head><body><nav><ul><li><a href="/">Home</a><li><a href="/sport">Sport</a></ul></nav><article class="story"><h1>Ferry late again</h1>
<p class="byline">By <a rel="author" href="/author/ana-ruiz">Ana Ruiz</a> <time datetime="2026-03-01">1 March 2026</time></p>
<p>{LINE}</p><p>{LINE}</p><figure><img src="a.jpg"><figcaption>The quay. Harbour Agency</figcaption></figure><h2>No change</h2>
<table><tr><td colspan="2">Ferries</td></tr><tr><td>Late</td><td>9</td></tr></table><p class="paid">{LINE}</p></article>
<div class="paywall">Subscribe to continue reading</div><footer>Copyright Harrow Tide</footer></body></html>"""
SHELL = f"""<html><head><title>Ferry late again</title></head><body><div id="root"></div><noscript>Please enable JavaScript.</noscript>
<script>window.__INITIAL_STATE__ = {json.dumps(STATE)};</script></body></html>"""


@cache
def ordinary() -> tuple[str, ...]:
    """Return the pages that are mutated: those of the project and two that say all that a page can say."""
    shipped = [file.read_bytes().decode("utf-8", "replace") for file in sorted(RAW.rglob("*.html"))]
    return (RICH, SHELL, *(page for page in shipped if 500 < len(page) < 20_000))


def ordinary_of_size(size: int) -> bytes:
    """Return an ordinary page of about that many bytes: half of it a long article, half a list of links."""
    count = max(1, size // 2 // (len(LINE) + 7))
    body = "".join(f"<h2>Part {i}</h2>" if i % 10 == 9 else f"<p>{LINE}</p>" for i in range(count))
    links = "".join(f"<li><a href=/{i}>Ferry {i}</a>" for i in range(max(1, size // 2 // 30)))
    return f"<html><head><title>Ferry late again</title></head><body><article>{body}</article><ul>{links}</ul></body></html>".encode()


Mutator = Callable[[random.Random, str, int], str]
"""Changes a page; the number says how many times what is done is done."""


def _insert(draw: random.Random, page: str, text: str) -> str:
    """Put text where a tag ends, anywhere in the page."""
    ends = [tag.end() for tag in TAG.finditer(page)] or [0]
    at = draw.choice(ends)
    return page[:at] + text + page[at:]


def _inside(page: str, text: str) -> str:
    """Put text into the article, or at the page's end."""
    found = re.search(r"<p[^>]*>|<body[^>]*>", page)
    at = found.end() if found else len(page)
    return page[:at] + text + page[at:]


def cut_off(draw: random.Random, page: str, n: int) -> str:
    del n
    return page[: draw.randrange(len(page) + 1)]


def cut_out(draw: random.Random, page: str, n: int) -> str:
    del n
    first, last = sorted(draw.randrange(len(page) + 1) for _ in range(2))
    return page[:first] + page[last:]


def nested(draw: random.Random, page: str, n: int) -> str:
    tag = draw.choice("div span b a table ul li p font section article blockquote sub noscript template h1 svg".split())
    close = draw.choice([f"</{tag}>" * n, ""])
    return _insert(draw, page, f"<{tag}>" * n + LINE + close)


def nested_mixed(draw: random.Random, page: str, n: int) -> str:
    tags = draw.choices("div span b a table tr td ul li p i h2 article form select".split(), k=n)
    return _insert(draw, page, "".join(f"<{tag}>x" for tag in tags))


def attributes(draw: random.Random, page: str, n: int) -> str:
    name = draw.choice(["a{}", "data-{}", "class{}", "on{}"])
    return _insert(draw, page, "<div " + " ".join(f"{name.format(i)}=1" for i in range(n)) + f"><p>{LINE}</p></div>")


def same_attribute(draw: random.Random, page: str, n: int) -> str:
    return _insert(draw, page, f"<div {draw.choice(['class=x ', 'id=a ', 'style=b ']) * n}>{LINE}</div>")


def spans_of_cells(draw: random.Random, page: str, n: int) -> str:
    row = f"<tr><td colspan={10 ** draw.randint(1, 12)} rowspan={draw.choice(['65534', '-1', 'x', '9' * 30])}>{LINE}"
    return _insert(draw, page, "<table>" + row * n + "</table>")


def nuls(draw: random.Random, page: str, n: int) -> str:
    chars = list(page)
    for _ in range(min(n, max(1, len(page) // 80))):
        chars.insert(draw.randrange(len(chars) + 1), "\0")
    return "".join(chars)


def controls(draw: random.Random, page: str, n: int) -> str:
    signs = "".join(
        draw.choice("\x01\x08\x0b\x0c\x1b\x7f\x85\u200b\u202e\u2028\ufeff\ufffe\U000e0001") for _ in range(n)
    )
    return _inside(page, f"{LINE}{signs}{LINE}" if draw.random() < 0.5 else signs.join(LINE[:40]))


def surrogates(draw: random.Random, page: str, n: int) -> str:
    return _insert(draw, page, draw.choice(["<p>\ud800 half \udfff</p>", "<p>&#xD800;&#55357;</p>"]) * n)


def entities(draw: random.Random, page: str, n: int) -> str:
    kind = draw.choice(
        ["&amp;", "&amp;amp;lt;", "&#x41;", "&#99999999999;", "&nosuch;", "&", "&#", "&lt;p&gt;", "&#146;"]
    )
    return _inside(page, kind * n)


def laughs(draw: random.Random, page: str, n: int) -> str:
    del draw, n
    lines = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    return f'<!DOCTYPE html [<!ENTITY l0 "lol">{lines}]>{_inside(page, "<p>&l9;</p>")}'


def doubled_tags(draw: random.Random, page: str, n: int) -> str:
    del n
    return TAG.sub(lambda m: m[0] * draw.choice([1, 1, 1, 2, 3]), page)


def dropped_tags(draw: random.Random, page: str, n: int) -> str:
    share = 1 / draw.randint(2, 12) if n else 0
    return TAG.sub(lambda m: "" if draw.random() < share else m[0], page)


def dropped_ends(draw: random.Random, page: str, n: int) -> str:
    del draw, n
    return re.sub(r"</[^<>]*>", "", page)


def swapped_tags(draw: random.Random, page: str, n: int) -> str:
    del n
    tags = TAG.findall(page)
    draw.shuffle(tags)
    left = iter(tags)
    return TAG.sub(lambda _: next(left), page)


def giant_value(draw: random.Random, page: str, n: int) -> str:
    value = draw.choice(["x", "x ", "display:", "by ", "2026-", "author-", "a=b;", "/tag/", "([", " | ", "A"]) * n
    name = draw.choice("class id style href content datetime data-x title lang itemprop".split())
    tag = draw.choice("div p a meta time link html h1 span".split())
    also = draw.choice(["", " name=author", " property=og:title", " rel=canonical", " name=keywords", " rel=author"])
    return _insert(draw, page, f'<{tag}{also} {name}="{value}">Ana Ruiz')


UNITS = [
    "x", "x ", "the ", LINE, ".", "?! ", "1.", "1:2", "A. ", "Ana Ruiz, ", "By ", "by Ana ", "|", " - ", "“", "'", "(", "[x] ", "\n", " \u00a0", "é", "â€™", "Ã©", "漢", "漢。",
    "क्", "ا", "http://a.b/", "@a ", "#tag ", "2026-03-01 ", "1 March 2026, ", "Read more", "Keep reading ", "... ", "… ", "U.S.", "a-b", "$1 ", "🎉", "\u0301", "12:30 ", "Photo: ", "© ",
]  # fmt: skip
"""What long texts are made of: each a chance for some pattern to go back and forth over it."""


def giant_text(draw: random.Random, page: str, n: int) -> str:
    unit = draw.choice(UNITS)
    return _inside(page, unit * max(1, n * 8 // len(unit)) + draw.choice(["", "x", "</p>"]))


def many_lines(draw: random.Random, page: str, n: int) -> str:
    tag, unit = draw.choice("p li td div h2 h1 time a span".split()), draw.choice(UNITS)
    return _insert(draw, page, f"<{tag}>{unit * draw.choice([1, 3, 12])}</{tag}>" * n)


def giant_title(draw: random.Random, page: str, n: int) -> str:
    text = draw.choice(UNITS) * n
    return _insert(
        draw, page, draw.choice([f"<title>{text}</title>", f"<h1>{text}</h1>", f'<h1 class="byline">{text}</h1>'])
    )


def breaks(draw: random.Random, page: str, n: int) -> str:
    return _insert(
        draw, page, draw.choice(["<br>", "<br> ", "<br><br>x", "<hr>", "<wbr>", "<p>", "</p>", "</div>"]) * n
    )


def siblings(draw: random.Random, page: str, n: int) -> str:
    unit = draw.choice(
        ["<div></div>", "<i>x</i>", "<a href=/tag/x>x</a>", "<a href=/author/ana rel=author>Ana Ruiz</a>", "<time>1 March 2026</time>", "<h1>x</h1>", "<meta name=author content='Ana Ruiz'>",
         "<p class=byline>By Ana Ruiz</p>", f"<article><h2>T</h2><p>{LINE}</p></article>", "<article>x</article>", "<script type=application/ld+json>{}</script>", "<span class=date>1 March 2026</span>",
         "<link rel=canonical href=x>", "<title>x</title>", "<div hidden>x</div>", "<template><p>x</p></template>", "<noscript>x</noscript>", "<img>", "<td>x", "<li>x", "<option>x", "<!-- x -->",
         "<p itemprop=author><span itemprop=name>A</span></p>"]
    )  # fmt: skip
    return _insert(draw, page, unit * n)


def left_open(draw: random.Random, page: str, n: int) -> str:
    del n
    return _insert(draw, page, draw.choice("<!-- <script> <style> <title> <textarea> <select> <svg> <![CDATA[ <plaintext> <xmp> <noframes> <a href=\" <p class='".split(" ")))  # fmt: skip


def broken_statement(draw: random.Random, page: str, n: int) -> str:
    whole = json.dumps(STATED)
    text = draw.choice(
        [whole[: draw.randrange(len(whole))], whole.replace('"', "'"), "[" * n, '{"a":' * n, whole * 2, whole.replace(",", ",,"),
         json.dumps([STATED["@graph"][0]] * min(n, 3000)), '{"@graph":[' + '{"@type":"NewsArticle","headline":"x"},' * n, '"author": ' * n, '"headline":"' + "\\" * n,
         json.dumps({**STATED["@graph"][0], draw.choice(["headline", "author", "datePublished", "keywords", "image"]): draw.choice([1, None, {}, [[]], {"name": {"name": []}}, True, "x" * n, [["y"]] * 9])}),
         json.dumps({**STATED["@graph"][0], "articleBody": f"<p>{LINE}" * (n // 50 + 1)})]
    )  # fmt: skip
    return _insert(draw, page, f'<script type="application/ld+json">{text}</script>')


def broken_state(draw: random.Random, page: str, n: int) -> str:
    whole = json.dumps(STATE)
    deep = '{"body":' * n + '"x"' + "}" * draw.choice([n, n // 2])
    text = draw.choice(
        [whole[: draw.randrange(len(whole))], whole.replace('"', "'"), deep, "[" * n, json.dumps({"items": [STATE["props"]] * min(n, 500)}), json.dumps({"body": LINE * (n // 20 + 1)}),
         json.dumps({"body": f"<div><p>{LINE}</p>" * (n // 20 + 1)}), json.dumps(json.dumps(json.dumps(STATE))), "(function(a,b){return {body:a}}(" + json.dumps(LINE * 9) + "))", '"' + "\\" * n,
         '{"text":"x",' * n, '{"body":[' + '{"type":"paragraph","text":"x"},' * n, json.dumps({"body": [["p", [LINE]]] * 5}), json.dumps({"title": "Ferry late again", "body": {"a": 1}})]
    )  # fmt: skip
    script = draw.choice(
        ['<script id="__NEXT_DATA__" type="application/json">{}</script>', "<script>window.__INITIAL_STATE__ = {};</script>", "<script>window.__NUXT__={}</script>",
         "<script>Fusion.globalContent={};Fusion.x=1</script>", "<script>self.__next_f.push([1,{}])</script>", '<script type="application/json">{}</script>',
         "<script>window.__DATA__ = JSON.parse({})</script>", "<div data-page='{}'></div>"]
    )  # fmt: skip
    return _insert(draw, page, script.replace("{}", text))


def flipped(draw: random.Random, page: str, n: int) -> str:
    chars = list(page)
    for _ in range(min(n, len(chars))):
        chars[draw.randrange(len(chars))] = draw.choice("<>\"'&=/ ;x\n\0é\u2028")
    return "".join(chars)


MUTATORS: tuple[Mutator, ...] = (
    *(cut_off, cut_out, nested, nested_mixed, attributes, same_attribute, spans_of_cells, nuls, controls, surrogates, entities, laughs),
    *(doubled_tags, dropped_tags, dropped_ends, swapped_tags, giant_value, giant_text, many_lines, giant_title, breaks, siblings),
    *(left_open, broken_statement, broken_state, flipped),
)  # fmt: skip
LARGE, LARGEST = 300, 30_000
"""How many times something is done at most: to most pages, and to every 250th."""
CODECS = (
    "utf-8",
    "utf-8",
    "utf-8",
    "utf-8",
    "cp1252",
    "utf-16-le",
    "utf-16",
    "gb18030",
    "shift_jis",
    "koi8-r",
    "iso2022_jp",
    "utf-32",
)
LABELS = (
    None,
    None,
    None,
    "utf-8",
    "windows-1252",
    "utf-16",
    "gb18030",
    "iso-2022-jp",
    "no-such-set",
    "utf-7",
    "\0",
    "koi8-r",
)


def mutant(seed: int) -> tuple[str, bytes, str | None]:
    """Return a name, the bytes and the declared character set of a page, the same for the same seed."""
    draw = random.Random(seed)
    largest = LARGEST if seed % 250 == 249 else LARGE
    page = draw.choice(ordinary())
    chosen = [MUTATORS[seed % len(MUTATORS)], *draw.sample(MUTATORS, draw.choice([0, 0, 1, 2]))]
    for mutate in chosen:
        page = mutate(draw, page, round(math.exp(draw.uniform(math.log(2), math.log(largest)))))
    codec, label = draw.choice(CODECS), draw.choice(LABELS)
    content = page.encode(codec, "surrogatepass" if codec.startswith("utf") else "replace")
    if draw.random() < 0.1:
        content = content[: draw.randrange(len(content) + 1)]
    return f"{seed}: {'+'.join(m.__name__ for m in chosen)} in {codec}, said to be {label}", content, label
