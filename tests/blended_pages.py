"""Pages that hold several articles, or look as if they did: invented stories × ways to build a page.

The ways called `tuning` were looked at while the finder of boundaries was written; the others were held out until it
was done. `pages()` gives all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

from blended_stories import Story, full, short

SITE = "https://skerrypost.example"
WORDS = {
    "en": {"by": "By", "more": "Read more", "go": "Continue reading", "tags": "Tagged", "live": "Storm over the bay: all that happened", "menu": "News Sport Culture Opinion",
           "related": "You may also like", "most": "Most read", "comments": "Comments", "cookies": "We use cookies to remember you. Accept all", "letter": "Sign up for our newsletter",
           "bio": "has written about the coast for this paper since 2011.", "top": "The ten best {} of the season", "faq": "What readers ask"},
    "de": {"by": "Von", "more": "Mehr lesen", "go": "Weiterlesen", "tags": "Schlagworte", "live": "Sturm über der Bucht: der Tag im Liveticker", "menu": "Lokales Sport Kultur Meinung",
           "related": "Das könnte Sie auch interessieren", "most": "Meistgelesen", "comments": "Kommentare", "cookies": "Wir verwenden Cookies. Alle annehmen", "letter": "Newsletter bestellen",
           "bio": "schreibt seit 2011 für diese Zeitung über die Küste.", "top": "Die zehn besten {} der Saison", "faq": "Was Leser fragen"},
    "es": {"by": "Por", "more": "Leer más", "go": "Seguir leyendo", "tags": "Etiquetas", "live": "Temporal en la bahía: el día minuto a minuto", "menu": "Local Deportes Cultura Opinión",
           "related": "También te puede interesar", "most": "Lo más leído", "comments": "Comentarios", "cookies": "Usamos cookies. Aceptar todas", "letter": "Suscríbete al boletín",
           "bio": "escribe sobre la costa en este diario desde 2011.", "top": "Los diez mejores {} de la temporada", "faq": "Lo que preguntan los lectores"},
    "fr": {"by": "Par", "more": "Lire plus", "go": "Lire la suite", "tags": "Mots-clés", "live": "Tempête sur la baie : la journée en direct", "menu": "Local Sport Culture Opinions",
           "related": "À lire aussi", "most": "Les plus lus", "comments": "Commentaires", "cookies": "Nous utilisons des cookies. Tout accepter", "letter": "Abonnez-vous à la lettre",
           "bio": "écrit sur la côte pour ce journal depuis 2011.", "top": "Les dix meilleurs {} de la saison", "faq": "Ce que demandent les lecteurs"},
}  # fmt: skip


@dataclass(frozen=True)
class Built:
    """A page's inside and what should come of it."""

    inside: str
    articles: Sequence[Story]
    title: str = ""
    """Of the window; of a page of one article its title."""
    fields: frozenset[str] = frozenset({"title"})
    """Fields that the page states for each article: title, author, date, url."""
    data: object = None
    """JSON-LD."""
    kind: str = "website"


@dataclass(frozen=True)
class Blended:
    """A page to clean."""

    name: str
    html: str
    articles: tuple[Story, ...]
    fields: frozenset[str]
    held_out: bool


Way = Callable[[str, int], Built]
WAYS: dict[str, tuple[Way, bool, str]] = {}
"""Name to builder, whether it was held out, languages."""


def way(languages: str = "en de", *, held_out: bool = False) -> Callable[[Way], Way]:
    def note(build: Way) -> Way:
        WAYS[build.__name__.replace("_", "-")] = (build, held_out, languages)
        return build

    return note


# Pieces


def paras(story: Story, tag: str = "p", **attributes: str) -> str:
    extra = "".join(f' {k.rstrip("_")}="{v}"' for k, v in attributes.items())
    return "\n".join(f"<{tag}{extra}>{escape(p, quote=False)}</{tag}>" for p in story.paragraphs)


def t(story: Story) -> str:
    return escape(story.title, quote=False)


def link(story: Story, more: str = "") -> str:
    return f'<a href="{SITE}/2026/{story.slug}"{more}>{t(story)}</a>'


def by(story: Story) -> str:
    return f"{WORDS[story.language]['by']} {story.author}"


def w(language: str, word: str) -> str:
    return WORDS[language][word]


ALL = frozenset({"title", "author", "date", "url"})

# Several articles, looked at


@way("en de es fr")
def infinite_articles(lang: str, n: int) -> Built:
    stories = full(lang, n, 3)
    parts = [
        f'<article class="beitrag"><div class="kicker">Inland</div><h1 class="headline">{t(s)}</h1><p class="author">{by(s)}</p>'
        f'<time datetime="{s.date}T10:00:00+01:00">{s.printed_date}</time><div class="text">{paras(s)}</div></article>'
        for s in stories
    ]
    late = "".join(
        f'<div class="lazy" data-url="/2026/{s.slug}">{p}</div>' for s, p in zip(stories[1:], parts[1:], strict=True)
    )
    return Built(
        f"<main>{parts[0]}</main>{late}",
        stories,
        stories[0].title,
        frozenset({"title", "author", "date"}),
        kind="article",
    )


@way("en de es fr")
def wordpress_archive(lang: str, n: int) -> Built:
    stories = [s.teaser() for s in full(lang, n, 5)]
    posts = "".join(
        f'<article id="post-{40 + i}" class="post-{40 + i} post type-post status-publish format-standard hentry category-{"news" if i % 2 else "sport"}">'
        f'<header class="entry-header"><h2 class="entry-title">{link(s, " rel=bookmark")}</h2><div class="entry-meta">'
        f'<span class="posted-on"><time class="entry-date published" datetime="{s.date}T08:00:00+00:00">{s.printed_date}</time></span> <span class="byline">'
        f'<span class="author vcard"><a class="url fn n" href="{SITE}/author/x">{s.author}</a></span></span></div></header>'
        f'<div class="entry-content">{paras(s)}<p><a class="more-link" href="{SITE}/2026/{s.slug}">{w(lang, "go")} <span>→</span></a></p></div></article>'
        for i, s in enumerate(stories)
    )
    side = f'<aside class="widget-area"><section class="widget"><h2>{w(lang, "most")}</h2><ul>{"".join(f"<li>{link(s)}</li>" for s in full(lang, n + 6, 4))}</ul></section></aside>'
    return Built(f'<div id="primary"><main id="main">{posts}</main></div>{side}', stories, "Archive", ALL)


@way("en es")
def blogger_front(lang: str, n: int) -> Built:
    stories = full(lang, n, 4)
    posts = "".join(
        f'<div class="date-outer"><h2 class="date-header"><span>{s.printed_date}</span></h2><div class="date-posts"><div class="post-outer">'
        f'<div class="post hentry uncustomized-post-template"><h3 class="post-title entry-title">{link(s)}</h3><div class="post-body entry-content">'
        f'{"<br><br>".join(escape(p, quote=False) for p in s.paragraphs)}</div><div class="post-footer"><span class="post-author vcard">Posted by <span class="fn">{s.author}</span></span> '
        f'<span class="post-timestamp">at 10:12</span></div></div></div></div></div>'
        for s in stories
    )
    return Built(
        f'<div class="main section" id="main"><div class="widget Blog">{posts}</div></div>',
        stories,
        "Front",
        frozenset({"title", "date", "url"}),
    )


@way("en fr")
def div_posts(lang: str, n: int) -> Built:
    stories = full(lang, n, 4)
    posts = "<hr>".join(
        f'<div class="post"><h2>{link(s)}</h2><p class="meta">{s.printed_date} | {s.author}</p>{paras(s)}</div>'
        for s in stories
    )
    return Built(
        f'<div id="content">{posts}</div><div id="sidebar"><h3>Archive</h3><ul><li>March</li><li>May</li></ul></div>',
        stories,
        "Blog",
        frozenset({"title", "url"}),
    )


@way("en de es")
def list_items(lang: str, n: int) -> Built:
    stories = [s.teaser() for s in full(lang, n + 3, 6)]
    items = "".join(
        f'<li class="news-item"><a class="thumb" href="/2026/{s.slug}"><img src="/i.jpg" alt=""></a><h3>{link(s)}</h3><p class="summary">{escape(s.paragraphs[0], quote=False)}</p>'
        f'<span class="date">{s.printed_date}</span></li>'
        for s in stories
    )
    return Built(
        f'<div class="page"><h1>Coast</h1><ul class="news-list">{items}</ul><ul class="pager"><li>1</li><li>2</li></ul></div>',
        stories,
        "Coast",
        frozenset({"title", "date", "url"}),
    )


@way("en de es fr")
def flat_h2_links(lang: str, n: int) -> Built:
    stories = full(lang, n, 4)
    posts = "<hr>".join(f'<h2>{link(s)}</h2><p class="byline">{by(s)}</p>{paras(s)}' for s in stories)
    return Built(f'<div class="content">{posts}</div>', stories, "Diary", frozenset({"title", "author", "url"}))


@way("en de es")
def appended_h1(lang: str, n: int) -> Built:
    stories = full(lang, n, 3)
    posts = "".join(
        f'<h1>{t(s)}</h1><p class="author-line">{by(s)}</p><p class="stamp">{s.printed_date}</p>{paras(s)}'
        for s in stories
    )
    return Built(
        f'<div class="story-column">{posts}</div>',
        stories,
        stories[0].title,
        frozenset({"title", "author"}),
        kind="article",
    )


@way("en fr")
def full_then_teasers(lang: str, n: int) -> Built:
    stories = [full(lang, n, 1)[0], *(s.teaser() for s in full(lang, n + 1, 4))]
    posts = "".join(
        f'<div class="widget post-partial"><h2 class="widget__headline">{link(s)}</h2><div class="social-author">{s.author}</div><div class="social-date">{s.printed_date}</div>'
        f'<div class="body-description">{paras(s)}</div>{"" if not s.truncated else "<div class=more>Keep Reading Show less</div>"}</div>'
        for s in stories
    )
    return Built(f'<div class="posts-custom">{posts}</div>', stories, "Tag", ALL)


@way("en de")
def briefs_with_datelines(lang: str, n: int) -> Built:
    stories = [s.teaser() for s in full(lang, n, 6)]
    places = ("OBAN", "LEITH", "CRIEFF", "KIRKWALL", "STORNOWAY", "THURSO")
    stories = [
        Story(s.title, s.author, s.day, s.language, (f"{place} (dpa) – {s.paragraphs[0]}",))
        for s, place in zip(stories, places, strict=True)
    ]
    posts = "".join(f'<h3 class="brief">{t(s)}</h3><p>{escape(s.paragraphs[0], quote=False)}</p>' for s in stories)
    return Built(f'<div class="briefs"><h1>In brief</h1>{posts}</div>', stories, "In brief")


@way("en es")
def hashed_sections(lang: str, n: int) -> Built:
    stories = full(lang, n, 3)
    posts = "".join(
        f'<section class="css-{i}x9k sc-story" data-article-id="{900 + i}"><h2 class="css-t{i}">{t(s)}</h2><div class="css-m"><span>{by(s)}</span></div><div class="css-b">{paras(s)}</div></section>'
        for i, s in enumerate(stories)
    )
    data = {"@context": "https://schema.org", "@type": "ItemList", "itemListElement": [
        {"@type": "ListItem", "position": i + 1, "item": {"@type": "NewsArticle", "headline": s.title, "url": f"{SITE}/2026/{s.slug}", "datePublished": s.date, "author": {"@type": "Person", "name": s.author}}}
        for i, s in enumerate(stories)]}  # fmt: skip
    return Built(f"<main>{posts}</main>", stories, "Today", ALL, data)


# Several articles, held out


@way("en", held_out=True)
def table_layout(lang: str, n: int) -> Built:
    stories = full(lang, n, 4)
    rows = "".join(
        f'<tr><td valign="top"><font size="+1"><b><a href="/2026/{s.slug}">{t(s)}</a></b></font><br><i>{by(s)}, {s.printed_date}</i>{paras(s)}</td></tr>'
        for s in stories
    )
    return Built(f'<table width="600" cellpadding="6">{rows}</table>', stories, "News", frozenset({"title"}))


@way("en de", held_out=True)
def amp_next_pages(lang: str, n: int) -> Built:
    stories = full(lang, n, 3)
    posts = "".join(
        f'<div class="i-amphtml-next-page-document-container"><div class="amp-wp-article"><header class="amp-wp-article-header"><h1 class="amp-wp-title">{t(s)}</h1>'
        f'<div class="amp-wp-meta amp-wp-byline"><span class="amp-wp-author author vcard">{s.author}</span></div><div class="amp-wp-meta amp-wp-posted-on"><time datetime="{s.date}T09:00:00+00:00">{s.printed_date}</time></div></header>'
        f'<div class="amp-wp-article-content">{paras(s)}</div></div></div>'
        for s in stories
    )
    return Built(posts, stories, stories[0].title, frozenset({"title", "author", "date"}), kind="article")


@way("es fr", held_out=True)
def role_article_cards(lang: str, n: int) -> Built:
    stories = [s.teaser() for s in full(lang, n, 5)]
    posts = "".join(
        f'<div role="article" class="c-card c-card--{i % 3}"><a href="/2026/{s.slug}"><div class="c-card__body"><h3 class="c-card__title">{t(s)}</h3></div></a><p class="c-card__dek">{escape(s.paragraphs[0], quote=False)}</p>'
        f'<footer><span class="c-card__author">{by(s)}</span></footer></div>'
        for i, s in enumerate(stories)
    )
    return Built(f'<div class="l-grid">{posts}</div>', stories, "Section", frozenset({"title", "author", "url"}))


@way("en de fr", held_out=True)
def drupal_views(lang: str, n: int) -> Built:
    stories = full(lang, n, 4)
    rows = "".join(
        f'<div class="views-row views-row-{i}"><div about="/2026/{s.slug}" class="node node--type-article node--view-mode-full"><h2 class="node__title"><a href="/2026/{s.slug}"><span>{t(s)}</span></a></h2>'
        f'<div class="node__meta"><span>{s.author}</span> <span>{s.printed_date}</span></div><div class="node__content"><div class="field field--name-body">{paras(s)}</div></div></div></div>'
        for i, s in enumerate(stories, 1)
    )
    return Built(
        f'<div class="view view-frontpage"><div class="view-content">{rows}</div></div>',
        stories,
        "Front page",
        frozenset({"title", "url"}),
    )


@way("en es", held_out=True)
def microdata_posts(lang: str, n: int) -> Built:
    stories = full(lang, n, 4)
    posts = "".join(
        f'<div itemprop="blogPost" itemscope itemtype="https://schema.org/BlogPosting"><h2 itemprop="headline">{link(s, " itemprop=url")}</h2><meta itemprop="datePublished" content="{s.date}">'
        f'<span itemprop="author">{s.author}</span><div itemprop="articleBody">{paras(s)}</div></div>'
        for s in stories
    )
    return Built(f'<div itemscope itemtype="https://schema.org/Blog">{posts}</div>', stories, "Blog", ALL)


@way("en de", held_out=True)
def press_releases(lang: str, n: int) -> Built:
    stories = short(lang, n, 6)
    items = "".join(f'<dt><span class="d">{s.printed_date}</span> {link(s)}</dt><dd>{paras(s)}</dd>' for s in stories)
    return Built(f'<h1>Press</h1><dl class="releases">{items}</dl>', stories, "Press", frozenset({"title"}))


@way("en fr", held_out=True)
def flat_h3_bylines(lang: str, n: int) -> Built:
    stories = full(lang, n, 4)
    posts = "".join(f"<h3>{t(s)}</h3><p><em>{by(s)}</em></p>{paras(s)}<hr>" for s in stories)
    return Built(
        f'<div class="digest"><h1>The week</h1>{posts}</div>', stories, "The week", frozenset({"title", "author"})
    )


@way("en de es", held_out=True)
def wrappers_with_ids(lang: str, n: int) -> Built:
    stories = full(lang, n, 3)
    posts = '<div class="ad-slot">Advertisement</div>'.join(
        f'<div class="article-wrapper" data-article-id="{70 + i}" data-url="{SITE}/2026/{s.slug}"><div class="top"><h1>{t(s)}</h1><div class="info">{s.printed_date} · {by(s)}</div></div><div class="rich-text">{paras(s)}</div>'
        f'<div class="tags">{w(lang, "tags")}: <a href="/t/a">Coast</a></div></div>'
        for i, s in enumerate(stories)
    )
    return Built(
        f'<div id="root">{posts}</div>', stories, stories[0].title, frozenset({"title", "url"}), kind="article"
    )


@way("en fr", held_out=True)
def nested_list_cards(lang: str, n: int) -> Built:
    stories = [s.teaser() for s in full(lang, n, 6)]
    posts = "".join(
        f'<li><div class="promo"><div class="text"><a href="/2026/{s.slug}"><h3>{t(s)}</h3></a><p>{escape(s.paragraphs[0], quote=False)}</p><ul><li><time datetime="{s.date}">{s.printed_date}</time></li><li>Coast</li></ul></div></div></li>'
        for s in stories
    )
    return Built(
        f"<main><h1>Coast</h1><section><ol>{posts}</ol></section></main>", stories, "Coast", frozenset({"title", "url"})
    )


@way("en de", held_out=True)
def appended_elsewhere(lang: str, n: int) -> Built:
    stories = full(lang, n, 3)
    first, *rest = stories
    posts = f'<div class="article-page"><h1>{t(first)}</h1><p class="by">{by(first)}</p><div class="body">{paras(first)}</div></div>'
    posts += "".join(
        f'<section id="next-{i}" class="next-story"><h1>{t(s)}</h1><p class="by">{by(s)}</p><div class="body">{paras(s)}</div></section>'
        for i, s in enumerate(rest)
    )
    return Built(posts, stories, first.title, frozenset({"title", "author"}), kind="article")


@way("en es", held_out=True)
def hfeed(lang: str, n: int) -> Built:
    stories = full(lang, n, 4)
    posts = "".join(
        f'<li class="hentry p{i}"><div class="entry-content">{paras(s)}</div><h2 class="entry-title">{link(s)}</h2><abbr class="published" title="{s.date}">{s.printed_date}</abbr></li>'
        for i, s in enumerate(stories)
    )
    return Built(f'<ol class="hfeed">{posts}</ol>', stories, "Feed", frozenset())


# One article, looked at


def one(story: Story, inside: str, data: object = None) -> Built:
    return Built(inside, [story], story.title, frozenset({"title"}), data, "article")


def head(s: Story) -> str:
    return f'<h1 class="headline">{t(s)}</h1><p class="byline">{by(s)}</p><p class="date">{s.printed_date}</p>'


def joined(stories: Sequence[Story], heads: Sequence[str] = ()) -> Story:
    """Make one long article of several texts, with a heading before each."""
    texts = [p for i, s in enumerate(stories) for p in (*heads[i : i + 1], *s.paragraphs)]
    return Story(
        "Everything we learnt on the coast this winter", stories[0].author, 5, stories[0].language, tuple(texts)
    )


@way("en de es fr")
def related_cards(lang: str, n: int) -> Built:
    s, *others = full(lang, n, 5)
    cards = "".join(
        f'<article class="card"><h3>{link(o)}</h3><p>{escape(o.paragraphs[0], quote=False)}</p><time datetime="{o.date}">{o.printed_date}</time></article>'
        for o in others
    )
    return one(
        s,
        f'<article class="main">{head(s)}{paras(s)}</article><section class="below"><h2>{w(lang, "related")}</h2>{cards}</section>',
    )


@way("en de")
def article_comments(lang: str, n: int) -> Built:
    s, *others = full(lang, n, 5)
    comments = "".join(
        f'<article class="comment"><h4>{o.author}</h4><time datetime="{o.date}">{o.printed_date}</time>{paras(o)}<a href="#">Reply</a></article>'
        for o in others
    )
    return one(
        s,
        f'<article>{head(s)}{paras(s)}</article><section id="comments"><h2>{w(lang, "comments")}</h2>{comments}</section>',
    )


@way("en de es fr")
def live_blog(lang: str, n: int) -> Built:
    posts = full(lang, n, 6)
    story = joined(posts, [p.title for p in posts])
    story = Story(w(lang, "live"), story.author, story.day, lang, story.paragraphs)
    entries = "".join(
        f'<div class="live-post"><span class="time">{9 + i}:{10 + i}</span><h2>{t(p)}</h2>{paras(p)}</div>'
        for i, p in enumerate(posts)
    )
    return one(story, f'{head(story)}<div class="stream">{entries}</div>')


@way("en de")
def numbered_list(lang: str, n: int) -> Built:
    posts = full(lang, n, 5)
    heads = [f"{i}. {p.title}" for i, p in enumerate(posts, 1)]
    story = joined(posts, heads)
    inside = "".join(f"<h2>{escape(h, quote=False)}</h2>{paras(p)}" for h, p in zip(heads, posts, strict=True))
    return one(story, f"<article>{head(story)}{inside}</article>")


@way("en es")
def sections_in_containers(lang: str, n: int) -> Built:
    posts = full(lang, n, 4)
    heads = [" ".join(p.title.split()[:5]) for p in posts]
    story = joined(posts, heads)
    inside = "".join(
        f'<section class="chapter"><h2 id="s{i}">{escape(h, quote=False)}</h2>{paras(p)}</section>'
        for i, (h, p) in enumerate(zip(heads, posts, strict=True))
    )
    return one(story, f'<div class="article-body">{head(story)}{inside}</div>')


@way("en fr")
def questions(lang: str, n: int) -> Built:
    posts = full(lang, n, 4)
    heads = [f"{' '.join(p.title.split()[:7])}?" for p in posts]
    story = joined(posts, heads)
    inside = "".join(
        f'<div class="qa"><h3>{escape(h, quote=False)}</h3>{paras(p)}</div>' for h, p in zip(heads, posts, strict=True)
    )
    return one(story, f"<article>{head(story)}{inside}</article>")


@way("en de es fr")
def with_furniture(lang: str, n: int) -> Built:
    s, *others = full(lang, n, 6)
    most = "".join(f"<li>{link(o)}</li>" for o in others)
    bio = f'<div class="author-box"><h3>{s.author}</h3><p>{s.author} {w(lang, "bio")}</p></div>'
    letter = f'<div class="newsletter-box"><h3>{w(lang, "letter")}</h3><p>{w(lang, "letter")}.</p></div>'
    return one(
        s,
        f'<div class="story">{head(s)}{paras(s)}</div>{bio}{letter}<div class="most"><h2>{w(lang, "most")}</h2><ol>{most}</ol></div>',
    )


@way("en de")
def products(lang: str, n: int) -> Built:
    posts = full(lang, n, 5)
    heads = [" ".join(p.title.split()[:4]) for p in posts]
    story = joined(posts, heads)
    inside = "".join(
        f'<div class="product"><h3><a href="https://shop.example/{i}">{escape(h, quote=False)}</a></h3>{paras(p)}</div>'
        for i, (h, p) in enumerate(zip(heads, posts, strict=True))
    )
    return one(story, f"<article>{head(story)}{inside}</article>")


# One article, held out


@way("de en", held_out=True)
def ticker_items(lang: str, n: int) -> Built:
    posts = full(lang, n, 6)
    story = joined(posts, [p.title for p in posts])
    story = Story(w(lang, "live"), story.author, story.day, lang, story.paragraphs)
    items = "".join(
        f'<li class="entry"><div class="stamp">{8 + i}:3{i} {"Uhr" if lang == "de" else "GMT"}</div><h3>{t(p)}</h3>{paras(p)}</li>'
        for i, p in enumerate(posts)
    )
    return one(story, f"<main>{head(story)}<ul>{items}</ul></main>")


@way("en de es", held_out=True)
def teasers_below(lang: str, n: int) -> Built:
    s, *others = full(lang, n, 6)
    cards = "".join(
        f'<div class="tz"><a href="/2026/{o.slug}"><h4>{t(o)}</h4></a><p>{escape(o.paragraphs[0], quote=False)}</p><a href="/2026/{o.slug}">{w(lang, "go")}</a></div>'
        for o in others
    )
    return one(s, f'<div class="story">{head(s)}<div class="txt">{paras(s)}</div></div><div class="row">{cards}</div>')


@way("en fr", held_out=True)
def comment_list(lang: str, n: int) -> Built:
    s, *others = full(lang, n, 6)
    items = "".join(
        f'<li class="c-{i}"><div class="cmt-body"><h4>{o.author}</h4><span class="d">{o.printed_date}</span>{paras(o)}<a href="#r{i}">Reply</a></div></li>'
        for i, o in enumerate(others)
    )
    return one(s, f'<div class="story">{head(s)}{paras(s)}</div><ol class="commentlist">{items}</ol>')


@way("en es", held_out=True)
def countdown(lang: str, n: int) -> Built:
    posts = full(lang, n, 5)
    heads = [f"#{len(posts) - i}: {' '.join(p.title.split()[:6])}" for i, p in enumerate(posts)]
    story = joined(posts, heads)
    items = "".join(
        f'<div class="item"><h2><a href="#i{i}">{escape(h, quote=False)}</a></h2>{paras(p)}</div>'
        for i, (h, p) in enumerate(zip(heads, posts, strict=True))
    )
    return one(story, f"<div>{head(story)}{items}</div>")


@way("en de", held_out=True)
def linked_sections(lang: str, n: int) -> Built:
    posts = full(lang, n, 5)
    heads = [" ".join(p.title.split()[:5]) for p in posts]
    story = joined(posts, heads)
    inside = "".join(
        f'<h2><a href="#part-{i}">{escape(h, quote=False)}</a></h2>{paras(p)}'
        for i, (h, p) in enumerate(zip(heads, posts, strict=True))
    )
    return one(story, f'<div class="entry">{head(story)}{inside}</div>')


@way("en fr", held_out=True)
def info_boxes(lang: str, n: int) -> Built:
    s, box, other = full(lang, n, 3)
    inside = paras(s) + f'<article class="info-box"><h3>{" ".join(box.title.split()[:4])}</h3>{paras(box)}</article>'
    story = Story(s.title, s.author, s.day, lang, s.paragraphs)
    return one(
        story,
        f'<article class="story">{head(story)}{inside}</article><div class="reviews"><div class="review"><b>★★★</b><p>{escape(other.paragraphs[0], quote=False)}</p></div></div>',
    )


@way("en de", held_out=True)
def day_by_day(lang: str, n: int) -> Built:
    posts = full(lang, n, 6)
    heads = [p.printed_date for p in posts]
    story = joined(posts, heads)
    inside = "".join(f'<div class="day"><h3>{h}</h3>{paras(p)}</div>' for h, p in zip(heads, posts, strict=True))
    return one(story, f"<main><article>{head(story)}{inside}</article></main>")


@way("en es", held_out=True)
def book_list(lang: str, n: int) -> Built:
    posts = full(lang, n, 5)
    heads = [" ".join(p.title.split()[:4]) for p in posts]
    story = joined(posts, heads)
    inside = "".join(
        f'<h2><a href="https://books.example/isbn/{i}">{escape(h, quote=False)}</a></h2>{paras(p)}'
        for i, (h, p) in enumerate(zip(heads, posts, strict=True))
    )
    return one(story, f'<div class="post-content">{head(story)}{inside}</div>')


@way("en de", held_out=True)
def long_read(lang: str, n: int) -> Built:
    posts = full(lang, n, 8)
    heads = [" ".join(p.title.split()[:5]) for p in posts]
    story = joined(posts, heads)
    inside = "".join(f"<h2>{escape(h, quote=False)}</h2>{paras(p)}" for h, p in zip(heads, posts, strict=True))
    return one(story, f'<div class="longread">{head(story)}{inside}</div>')


# Whole pages


def document(built: Built, lang: str, n: int) -> str:
    """Put the site's furniture around it, another with each number."""
    data = (
        f'<script type="application/ld+json">{json.dumps(built.data, ensure_ascii=False)}</script>'
        if built.data
        else ""
    )
    menu = "".join(f'<li><a href="/{i}">{word}</a></li>' for i, word in enumerate(w(lang, "menu").split()))
    top = (
        f"<header><nav><ul>{menu}</ul></nav></header>",
        f'<div class="topbar"><ul class="menu">{menu}</ul></div>',
        f'<div id="mast"><a href="/">Skerry Post</a></div><ul>{menu}</ul>',
    )[n % 3]
    end = (
        f"<footer><p>© 2026 Skerry Post</p><p>{w(lang, 'cookies')}</p></footer>",
        f'<div class="foot"><div class="cookie">{w(lang, "cookies")}</div><span>© Skerry Post</span></div>',
        '<div id="bottom"><ul><li><a href="/imprint">Imprint</a></li></ul>© Skerry Post Ltd</div>',
    )[n % 3]
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(built.title)} | Skerry Post</title><meta property="og:type" content="{built.kind}">'
        f'<meta property="og:title" content="{escape(built.title)}"><meta property="og:site_name" content="Skerry Post">{data}</head><body>\n{top}\n{built.inside}\n{end}\n</body></html>'
    )


@cache
def pages() -> tuple[Blended, ...]:
    """Build every page."""
    found = []
    for number, (name, (build, held_out, languages)) in enumerate(WAYS.items()):
        for turn, lang in enumerate(languages.split()):
            built = build(lang, number * 3 + turn)
            html = document(built, lang, number + turn)
            found.append(Blended(f"{name}.{lang}", html, tuple(built.articles), built.fields, held_out))
    return tuple(found)
