import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.urls import canonical_url, host, link_url, resolved_url, url_date


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        (None, None),
        ("", None),
        ("tide", None),
        ("/news/ferry", None),
        ("mailto:desk@harrowtide.example", None),
        ("https://[::1", None),
        ("https://Harrowtide.example/News/Ferry", "https://harrowtide.example/News/Ferry"),
        ("https://harrowtide.example/ferry?utm_source=mail&id=3#map", "https://harrowtide.example/ferry?id=3"),
        ("https://harrowtide.example/ferry?fbclid=1", "https://harrowtide.example/ferry"),
        ("https://harrowtide.example/ferry?a=1&amp;b=2", "https://harrowtide.example/ferry?a=1&b=2"),
        ("https://harrowtide.example/amp/ferry", "https://harrowtide.example/amp/ferry"),
        ("  https://harrowtide.example/ferry ", "https://harrowtide.example/ferry"),
    ],
)
def test_canonical_url(url, canonical):
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    ("url", "own"),
    [
        (None, None),
        ("https://[::1", None),
        ("https://harrowtide.example/news/ferry", "https://harrowtide.example/news/ferry"),
        (
            "https://harrowtide.example/news/ferry?utm_source=mail&amp=1&id=3",
            "https://harrowtide.example/news/ferry?id=3",
        ),
        ("https://harrowtide.example/news?outputType=amp", "https://harrowtide.example/news"),
        ("https://harrowtide.example/news/ferry/amp/", "https://harrowtide.example/news/ferry"),
        ("https://harrowtide.example/amp/ferry", "https://harrowtide.example/ferry"),
        ("https://harrowtide.example/ferry.amp.html", "https://harrowtide.example/ferry.html"),
        ("https://m.harrowtide.example/ferry", "https://harrowtide.example/ferry"),
        ("https://en.m.harrowtide.example/ferry", "https://en.harrowtide.example/ferry"),
        ("https://harrowtide-example.cdn.ampproject.org/c/s/harrowtide.example/f.amp", "https://harrowtide.example/f"),
        ("https://www.google.com/amp/s/harrowtide.example/ferry", "https://harrowtide.example/ferry"),
        ("https://m.example/ferry", "https://m.example/ferry"),
        ("https://harrowtide.example/camp", "https://harrowtide.example/camp"),
        ("https://harrowtide.example/ferry?amp=12", "https://harrowtide.example/ferry?amp=12"),
    ],
)
def test_the_articles_own_address_is_no_copy_for_telephones_or_caches(url, own):
    assert resolved_url(url) == own


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.Wiesenau.example/stadt", "wiesenau.example"),
        ("http://m.wiesenau.example:8080/x", "m.wiesenau.example"),
        ("ftp://wiesenau.example/x", None),
        ("wiesenau.example/x", None),
        ("https://[::1", None),
        (None, None),
    ],
)
def test_host(url, name):
    assert host(url) == name


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://harrowtide.example/2026/03/01/ferry", "2026-03-01"),
        ("https://harrowtide.example/2026/3/1/ferry", "2026-03-01"),
        ("https://harrowtide.example/ferry-2026-03-01.html", "2026-03-01"),
        ("https://harrowtide.example/news/2026-03-01/ferry", "2026-03-01"),
        ("https://harrowtide.example/ferry-20260301", "2026-03-01"),
        ("https://harrowtide.example/2026/03/ferry", None),
        ("https://harrowtide.example/2026/40/99/ferry", None),
        ("https://harrowtide.example/ferry?day=/2026/03/01/", None),
        ("https://harrowtide.example/article-1220260301", None),
        ("https://[::1/2026/03/01/", None),
        (None, None),
    ],
)
def test_url_date(url, day):
    assert url_date(url) == day


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("ferry?utm_source=a&id=3&copy=2#top", "https://harrowtide.example/news/ferry?copy=2&id=3"),
        ("/a b", "https://harrowtide.example/a%20b"),
        (" //other.example/\nx ", "https://other.example/x"),
        ("../", "https://harrowtide.example"),
        ("#comments", None),
        ("bridge#comments", None),
        ("", "https://harrowtide.example/news/bridge"),
        ("javascript:go()", None),
        ("mailto:desk@harrowtide.example", None),
        ("http://[::1", None),
    ],
)
def test_where_a_link_of_a_page_leads(href, url):
    assert link_url(href, "https://harrowtide.example/news/bridge") == url


def test_without_the_page_only_whole_addresses_lead_anywhere():
    assert link_url("/ferry", None) is None
    assert link_url("https://harrowtide.example/ferry", None) == "https://harrowtide.example/ferry"


@given(st.text(max_size=80))
def test_no_text_breaks_the_readers_of_addresses(text):
    for url in (text, f"https://harrowtide.example/{text}", f"https://{text}"):
        canonical, name = canonical_url(url), host(url)
        assert canonical is None or "#" not in canonical
        assert name is None or name == name.lower()
        assert url_date(url) is None or len(url_date(url)) == 10
        assert link_url(url, None) is None or host(link_url(url, None))


@given(st.from_regex(r"[a-z0-9/_-]{0,30}(\?[a-z]{1,3}=[a-z0-9]{0,4}(&[a-z]{1,3}=[0-9]{0,3}){0,3})?", fullmatch=True))
def test_a_canonical_address_is_its_own_canonical_address(path):
    once = canonical_url(f"https://harrowtide.example/{path}")
    assert once is not None
    assert canonical_url(once) == once
