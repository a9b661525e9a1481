"""The landing zone: what is a page, what is none and why, and that nothing there can hold up a run."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import random
import socket
import sys
import threading
import tracemalloc
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from cleaner.errors import ConfigurationError, DiskError, Reason
from cleaner.landing import Limits, discover, land, page_id, read_file, read_paths, rejected_id
from cleaner.landing.rows import TOMBSTONE, cut_rows
from cleaner.model import MediaType, Page, Rejected

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

LIMITS = Limits(page_bytes=10_000)
DAY = "site.example/2026-03-02"
TODAY = date(2026, 3, 9)
ROWS = b'{"id": 1, "text": "One."}\n{"id": 2, "html": "<p>Two."}\n'

PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".zst": lambda content: zstandard.ZstdCompressor(write_checksum=True).compress(content),
}


def put(raw: Path, name: str, content: bytes | str, sidecar: object = None) -> Path:
    path = raw / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    if sidecar is not None:
        path.with_name(f"{path.name}.meta.json").write_text(
            sidecar if isinstance(sidecar, str) else json.dumps(sidecar)
        )
    return path


def read(raw: Path, limits: Limits = LIMITS) -> list[Page | Rejected]:
    return [found for file in discover(raw) for found in read_file(file, limits)]


def read_one(raw: Path, limits: Limits = LIMITS) -> Page | Rejected:
    (found,) = read(raw, limits)
    return found


def page_of(raw: Path) -> Page:
    found = read_one(raw)
    assert isinstance(found, Page), found
    return found


def told(found: Sequence[Page | Rejected]) -> list[str | tuple[Reason, int | None]]:
    """Pages by their content, the others by reason and row."""
    return [f.content.decode() if isinstance(f, Page) else (f.reason, f.row) for f in found]


# ---------------------------------------------------------------- names and ids


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.txt", MediaType.TEXT),
        ("a.text", MediaType.TEXT),
        ("a.html", MediaType.HTML),
        ("a.b.HTM", MediaType.HTML),
        ("a.xhtml", MediaType.HTML),
    ],
)
@pytest.mark.parametrize("packing", ["", *PACK])
def test_a_file_is_a_page(tmp_path: Path, name: str, media_type: MediaType, packing: str) -> None:
    pack = PACK.get(packing, bytes)
    put(tmp_path, f"{DAY}/{name}{packing}", pack(b"Text.\r\n"))
    page = page_of(tmp_path)
    assert (page.media_type, page.content, page.row, page.site) == (media_type, b"Text.\r\n", None, "site.example")
    assert page.source == page.path == f"{DAY}/{name}{packing}"
    assert page.page_id == page_id(None, b"Text.\r\n")
    assert len(page.sha256) == 64


@pytest.mark.parametrize("extension", [".jsonl", ".ndjson", ".JSONL"])
@pytest.mark.parametrize("packing", ["", *PACK])
def test_a_file_of_rows(tmp_path: Path, extension: str, packing: str) -> None:
    put(tmp_path, f"{DAY}/rows{extension}{packing}", PACK.get(packing, bytes)(ROWS))
    one, two = read(tmp_path)
    assert isinstance(one, Page)
    assert isinstance(two, Page)
    assert (one.source, one.row, one.media_type, one.content, one.charset) == ("1", 1, MediaType.TEXT, b"One.", "utf-8")
    assert (two.source, two.row, two.media_type, two.content, two.charset) == (
        "2",
        2,
        MediaType.HTML,
        b"<p>Two.",
        "utf-8",
    )


@pytest.mark.parametrize("packing", PACK)
@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz", "a.txt.xz"])
def test_bytes_decide_over_the_name(tmp_path: Path, name: str, packing: str) -> None:
    put(tmp_path, name, PACK[packing](b"Text."))
    assert page_of(tmp_path).content == b"Text."


def test_a_name_may_promise_more_than_there_is(tmp_path: Path) -> None:
    put(tmp_path, "plain.txt.gz", "Text.")
    put(tmp_path, "damaged.jsonl.gz", b"\0\0" + gzip.compress(ROWS, mtime=0))
    assert told(read(tmp_path)) == [(Reason.CORRUPT, None), "Text."]


@pytest.mark.parametrize("packing", PACK)
def test_members_one_after_the_other(tmp_path: Path, packing: str) -> None:
    put(tmp_path, f"a.txt{packing}", PACK[packing](b"One. ") + PACK[packing](b"Two."))
    assert page_of(tmp_path).content == b"One. Two."


def test_zstd_with_skippable_frames(tmp_path: Path) -> None:
    put(tmp_path, "a.txt.zst", b"\x50\x2a\x4d\x18\x02\0\0\0ab" + PACK[".zst"](b"Text."))
    assert page_of(tmp_path).content == b"Text."


def test_page_id_is_of_url_and_content() -> None:
    ids = [page_id(None, b"x"), page_id("u", b"x"), page_id("u", b"y"), rejected_id("u", None), rejected_id("u", 1)]
    assert page_id("", b"x") == ids[0]
    assert len(set(ids)) == len(ids)
    assert {len(name) for name in ids} == {32}
    assert ids[1] == "6eda6225a975ce3afe0d51e914a5624f"  # stored in warehouses: must never change


# ---------------------------------------------------------------- discovery


def test_what_is_a_page_and_what_lies_beside_it(tmp_path: Path) -> None:
    for name in (
        "b/2.txt",
        "b/10.txt",
        "a.txt",
        "b.txt",
        "README.md",
        "b/README",
        ".hidden.txt",
        ".git/x.txt",
        "x.bin",
    ):
        put(tmp_path, name, "x")
    put(tmp_path, "a.txt.meta.json", "{}")
    put(tmp_path, "README-folder/c.txt", "x")
    names = [file.name for file in discover(tmp_path)]
    assert names == ["README-folder/c.txt", "a.txt", "b.txt", "b/10.txt", "b/2.txt", "x.bin"]


def test_links_are_followed_once_and_loops_end(tmp_path: Path) -> None:
    raw, outside = tmp_path / "raw", tmp_path / "outside"
    put(raw, "a/1.txt", "x")
    put(outside, "2.txt", "x")
    (raw / "a" / "loop").symlink_to(raw)
    (raw / "0same").symlink_to(raw / "a")
    (raw / "linked").symlink_to(outside)
    (raw / "twice").symlink_to(outside)
    (outside / "back").symlink_to(raw)
    (raw / "file.txt").symlink_to(outside / "2.txt")
    (raw / "self").symlink_to(raw / "self")
    assert [file.name for file in discover(raw)] == ["a/1.txt", "file.txt", "linked/2.txt", "self"]


def test_a_new_sidecar_makes_its_page_new(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", "x")
    os.utime(path, ns=(1, 1))
    (before,) = discover(tmp_path)
    put(tmp_path, "a.txt", "x", {"url": "https://a.example/"})
    os.utime(path, ns=(1, 1))
    (after,) = discover(tmp_path)
    assert (before.mtime_ns, before.size) == (1, 1)
    assert after.mtime_ns > 1


@pytest.mark.parametrize("name", ["missing", "file.txt"])
def test_a_landing_zone_that_is_none(tmp_path: Path, name: str) -> None:
    put(tmp_path, "file.txt", "x")
    with pytest.raises(ConfigurationError, match=name):
        discover(tmp_path / name)


def test_names_that_are_no_utf8_can_be_stored(tmp_path: Path) -> None:
    try:
        put(tmp_path, os.fsdecode(b"caf\xe9.txt"), "Text.")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    page = page_of(tmp_path)
    assert page.path == "caf\\xe9.txt"
    assert page.content == b"Text."


# ---------------------------------------------------------------- sidecars


def test_a_sidecar_tells_about_its_page(tmp_path: Path) -> None:
    notes = {
        "url": "https://s.example/a",
        "fetched_at": "2026-03-02T08:15:00-05:00",
        "site": "Sea & Shore",
        "content_type": 'text/html; charset="ISO-8859-1"',
    }
    put(tmp_path, f"{DAY}/a.html", b"<p>\xe9", notes)
    page = page_of(tmp_path)
    assert (page.url, page.site, page.charset) == ("https://s.example/a", "Sea & Shore", "ISO-8859-1")
    assert page.fetched_at == datetime(2026, 3, 2, 8, 15, tzinfo=timezone(timedelta(hours=-5)))
    assert page.page_id == page_id("https://s.example/a", b"<p>\xe9")


@pytest.mark.parametrize(
    "sidecar", ["{", "[]", "\udcff", '{"url": 5}', '{"site": ["x"]}', '{"url": "\\ud800"}', "[" * 100_000, " " * 2**21]
)
def test_a_bad_sidecar_is_reported_and_its_page_read(tmp_path: Path, sidecar: str) -> None:
    put(tmp_path, f"{DAY}/a.txt", "Text.")
    (tmp_path / f"{DAY}/a.txt.meta.json").write_bytes(sidecar.encode("utf-8", "surrogateescape"))
    bad, page = read(tmp_path)
    assert isinstance(bad, Rejected)
    assert (bad.reason, bad.path, bad.row) == (Reason.BAD_ROW, f"{DAY}/a.txt.meta.json", None)
    assert "sidecar" in bad.detail
    assert isinstance(page, Page)
    assert (page.url, page.site) == (None, "site.example")


def test_a_sidecar_that_is_a_folder_is_reported(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "Text.")
    (tmp_path / "a.txt.meta.json").mkdir()
    assert told(read(tmp_path)) == [(Reason.UNREADABLE, None), "Text."]


@pytest.mark.parametrize("kind", ["pipe", "broken link", "endless"])
def test_a_sidecar_that_is_no_file_is_reported(tmp_path: Path, kind: str) -> None:
    put(tmp_path, "a.txt", "Text.")
    sidecar = tmp_path / "a.txt.meta.json"
    if kind == "pipe":
        os.mkfifo(sidecar)
    else:
        sidecar.symlink_to("/dev/zero" if kind == "endless" else tmp_path / "gone")
    assert told(read(tmp_path)) == [(Reason.UNREADABLE, None), "Text."]


def test_a_name_too_long_for_a_sidecar_has_none(tmp_path: Path) -> None:
    put(tmp_path, "in/" + "x" * 250 + ".txt", "Text.")
    assert page_of(tmp_path).content == b"Text."
    assert len(land([f"{tmp_path}/in"], tmp_path / "raw", TODAY).new) == 1


def test_rows_inherit_site_and_time_of_their_file_but_no_url(tmp_path: Path) -> None:
    notes = {"url": "https://s.example/", "site": "Shore", "fetched_at": "2026-03-02"}
    put(
        tmp_path,
        "a.jsonl",
        b'{"text": "One."}\n{"text": "Two.", "site": "Sea", "fetched_at": "2026-01-01T00:00Z"}\n',
        notes,
    )
    one, two = read(tmp_path)
    assert isinstance(one, Page)
    assert isinstance(two, Page)
    assert (one.source, one.site, one.url) == ("a.jsonl#1", "Shore", None)
    assert one.fetched_at == datetime(2026, 3, 2, tzinfo=UTC)
    assert (two.source, two.site, two.fetched_at) == ("a.jsonl#2", "Sea", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("given_time", "expected"),
    [
        ("2026-03-02T08:15:00", datetime(2026, 3, 2, 8, 15, tzinfo=UTC)),
        ("2026-03-02T08:15:00Z", datetime(2026, 3, 2, 8, 15, tzinfo=UTC)),
        (" 2026-03-02 08:15:00+01:00 ", datetime(2026, 3, 2, 7, 15, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (1772439300, None),
        (["2026-03-02"], None),
    ],
)
def test_times(tmp_path: Path, given_time: object, expected: datetime | None) -> None:
    put(tmp_path, "a.jsonl", json.dumps({"text": "x", "fetched_at": given_time}))
    assert page_of(tmp_path).fetched_at == expected


@pytest.mark.parametrize(
    ("name", "site"),
    [
        ("s.example/2026-03-02/a.txt", "s.example"),
        ("deep/s.example/2026-03-02/more/a.txt", "s.example"),
        ("unknown/2026-03-02/a.txt", None),
        ("2026-03-02/a.txt", None),
        ("s.example/2026/a.txt", None),
        ("a.txt", None),
    ],
)
def test_site_by_folder(tmp_path: Path, name: str, site: str | None) -> None:
    put(tmp_path, name, "x")
    assert page_of(tmp_path).site == site


# ---------------------------------------------------------------- rows


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (b"{", "not JSON"),
        (b"[1]", "object was expected"),
        (b"null", "object was expected"),
        (b"{}", "neither"),
        (b'{"html": null}', "neither"),
        (b'{"html": "a", "text": "b"}', "both"),
        (b'{"text": 5}', "'text' must be a string"),
        (b'{"text": "x", "url": 5}', "'url' must be a string"),
        (b'{"text": "x", "site": {}}', "'site' must be a string"),
        (b'{"text": "\\ud800"}', "surrogate"),
        (b'{"text": "x", "id": "\\udfff"}', "surrogate"),
        (b'{"text": "x", "url": "\\ud800"}', "surrogate"),
        (b'{"text": "\xff"}', "not UTF-8"),
        (b'{"text": ' + b"[" * 5000, "not JSON"),
        (b'{"text": "x", "n": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"\0" * 50, "not JSON"),
    ],
)
def test_a_bad_row_is_told_and_the_others_go_on(tmp_path: Path, row: bytes, says: str) -> None:
    put(tmp_path, "a.jsonl", b'{"text": "One."}\n' + row + b'\n{"text": "Three."}')
    one, bad, three = read(tmp_path)
    assert told([one, bad, three]) == ["One.", (Reason.BAD_ROW, 2), "Three."]
    assert isinstance(bad, Rejected)
    assert says in bad.detail
    assert "\n" not in bad.detail
    assert (bad.source, bad.page_id) == ("a.jsonl#2", rejected_id("a.jsonl", 2))
    bad.detail.encode()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b'\xef\xbb\xbf{"text": "x"}', ["x"], id="byte order mark"),
        pytest.param(b'\n  \r\n{"text": "x"}\r\n\n', ["x"], id="blank lines"),
        pytest.param('\ufeff{"text": "ñ"}\n{"text": "y"}\n'.encode("utf-16-le"), ["ñ", "y"], id="utf-16-le"),
        pytest.param('\ufeff{"text": "ñ"}\r\n{"text": "y"}'.encode("utf-16-be"), ["ñ", "y"], id="utf-16-be"),
        pytest.param(b'{"text": ""}', [(Reason.EMPTY, 1)], id="empty row"),
        pytest.param(b'{"text": "", "html": "<p>"}', ["<p>"], id="an empty column"),
        pytest.param(b'{"text": "", "html": ""}', [(Reason.EMPTY, 1)], id="two empty columns"),
        pytest.param(b'{"text": "\\u0000\\u0001\\u0000"}', [(Reason.BINARY, 1)], id="binary row"),
        pytest.param(b'{"text": "x", "url": ""}', ["x"], id="empty url"),
        pytest.param(b"", [(Reason.EMPTY, None)], id="no bytes"),
        pytest.param(b"\xef\xbb\xbf\n\n", [(Reason.EMPTY, None)], id="no rows"),
    ],
)
def test_rows(tmp_path: Path, content: bytes, expected: list[object]) -> None:
    put(tmp_path, "a.jsonl", content)
    assert told(read(tmp_path)) == expected


@pytest.mark.parametrize(("given_id", "source"), [("x-1", "x-1"), (7, "7"), (None, "a.jsonl#1"), ("", "a.jsonl#1")])
def test_a_row_goes_by_its_id(tmp_path: Path, given_id: object, source: str) -> None:
    put(tmp_path, "a.jsonl", json.dumps({"text": "x", "id": given_id}))
    assert page_of(tmp_path).source == source


@given(st.binary(max_size=200), st.integers(1, 40), st.integers(1, 50))
def test_rows_are_cut_alike_however_they_arrive(content: bytes, size: int, most: int) -> None:
    content = content.replace(b"a", b"\n")
    pieces = [content[i : i + size] for i in range(0, len(content), size)]
    assert list(cut_rows(pieces, most)) == list(cut_rows([content], most)) or content[:3].startswith(
        (b"\xff", b"\xfe", b"\xef")
    )
    if not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        lines = [(n, line.lstrip()) for n, line in enumerate(content.split(b"\n"), 1) if line.strip()]
        assert list(cut_rows([content], most)) == [(n, line if len(line) <= most else None) for n, line in lines]


# ---------------------------------------------------------------- what is no page


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", Reason.EMPTY),
        ("a.txt", b" \n\t\r\n", Reason.EMPTY),
        ("a.html", b"\xef\xbb\xbf\n", Reason.EMPTY),
        ("a.txt", "\n\xa0\u3000\u200b\n".encode(), Reason.EMPTY),
        ("a.txt", "\ufeff\xa0".encode("utf-32-be"), Reason.EMPTY),
        ("a.txt", "\ufeff \n".encode("utf-16-le"), Reason.EMPTY),
        ("a.html.gz", gzip.compress(b"", mtime=0), Reason.EMPTY),
        ("a.gz", gzip.compress(b"x", mtime=0), Reason.UNKNOWN_TYPE),
        ("a.pdf", b"%PDF", Reason.UNKNOWN_TYPE),
        ("a", b"Text.", Reason.UNKNOWN_TYPE),
        ("a.html", b"%PDF-1.7\n%text", Reason.BINARY),
        ("a.txt", bytes(range(256)), Reason.BINARY),
        ("a.txt", "Text.".encode("utf-16-le"), Reason.BINARY),
        ("a.txt", b"x" * 10_001, Reason.TOO_LARGE),
        ("a.html.xz", lzma.compress(b"x" * 10_001), Reason.TOO_LARGE),
        ("a.txt.gz", gzip.compress(b"Text. " * 99, mtime=0)[:-1], Reason.CORRUPT),
        ("a.txt.gz", gzip.compress(b"Text.", mtime=0) + b"junk", Reason.CORRUPT),
    ],
)
def test_what_is_no_page(tmp_path: Path, name: str, content: bytes, reason: Reason) -> None:
    put(tmp_path, name, content)
    found = read_one(tmp_path)
    assert isinstance(found, Rejected)
    assert (found.reason, found.path, found.source) == (reason, name, name)
    assert found.detail
    assert found.page_id == (page_id(None, content) if reason is Reason.BINARY else rejected_id(name, None))


def test_the_limit_is_the_largest_page(tmp_path: Path) -> None:
    put(tmp_path, "a.txt.zst", PACK[".zst"](b"x" * 10_000))
    assert len(page_of(tmp_path).content) == 10_000


def test_declared_utf16_is_text(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "Text.".encode("utf-16-le"), {"charset": "utf-16-le"})
    assert page_of(tmp_path).charset == "utf-16-le"


@pytest.mark.parametrize("packing", PACK)
@pytest.mark.parametrize("how", ["cut", "damaged"])
def test_damage_keeps_what_was_read_before(tmp_path: Path, packing: str, how: str) -> None:
    chance = random.Random(7)
    texts = [chance.randbytes(1000).hex() for _ in range(400)]
    packed = bytearray(PACK[packing]("".join(f'{{"text": "{text}"}}\n' for text in texts).encode()))
    place = len(packed) * 3 // 4
    if how == "cut":
        del packed[place:]
    else:
        packed[place] ^= 0xFF
    put(tmp_path, f"a.jsonl{packing}", bytes(packed))
    *before, last = read(tmp_path)
    assert isinstance(last, Rejected)
    assert (last.reason, last.row, last.page_id) == (Reason.CORRUPT, None, rejected_id(f"a.jsonl{packing}", None))
    # What comes between the damage and the checksum that tells of it may be anything.
    assert told(before[:200]) == texts[:200]
    assert how == "damaged" or told(before) == texts[: len(before)]


@pytest.mark.parametrize("packing", PACK)
def test_every_cut_is_noticed(tmp_path: Path, packing: str) -> None:
    packed = PACK[packing](b"Text. " * 20)
    path = put(tmp_path, f"a.txt{packing}", b"")
    for end in range(6, len(packed)):
        path.write_bytes(packed[:end])
        found = read_one(tmp_path)
        assert isinstance(found, Rejected)
        assert found.reason is Reason.CORRUPT


# ---------------------------------------------------------------- what could hold up a run, or fill its memory


def peak_of(raw: Path) -> tuple[list[Page | Rejected], int]:
    tracemalloc.start()
    try:
        found = read(raw)
        return found, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("packing", PACK)
@pytest.mark.parametrize("name", ["a.html", "a.jsonl"])
def test_bombs(tmp_path: Path, name: str, packing: str) -> None:
    put(tmp_path, f"{name}{packing}", PACK[packing](b"x" * 20_000_000))
    found, peak = peak_of(tmp_path)
    assert [f.reason for f in found if isinstance(f, Rejected)] == [Reason.TOO_LARGE]
    assert peak < 36_000_000  # one KiB of zstd holds up to 255 blocks of 128 KiB


def test_a_bomb_after_good_rows(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl.gz", gzip.compress(b'{"text": "x"}\n' + b"\n" * 2_000_000))
    assert told(read(tmp_path)) == ["x", (Reason.TOO_LARGE, None)]


def test_a_long_row_is_not_held_and_the_others_go_on(tmp_path: Path) -> None:
    with put(tmp_path, "a.jsonl", b'{"text": "One."}\n').open("ab") as stream:
        stream.write(b'{"text": "')
        for _ in range(100):
            stream.write(b"x" * 10**6)
        stream.write(b'"}\n{"text": "Three."}\n')
    found, peak = peak_of(tmp_path)
    assert told(found) == ["One.", (Reason.TOO_LARGE, 2), "Three."]
    assert peak < 2_000_000


def test_what_is_no_file_does_not_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "null.txt").symlink_to("/dev/zero")
    (tmp_path / "broken.txt").symlink_to(tmp_path / "gone.txt")
    (tmp_path / "broken-folder").symlink_to(tmp_path / "gone")
    monkeypatch.chdir(tmp_path)  # a socket's path may have no more than 108 bytes
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.txt")
        found = read(tmp_path)
    details = {f.path: f.detail for f in found if isinstance(f, Rejected) and f.reason is Reason.UNREADABLE}
    assert details == {
        "broken-folder": "No such file or directory",
        "broken.txt": "No such file or directory",
        "null.txt": "not a file but a device",
        "pipe.txt": "not a file but a pipe",
        "socket.txt": "not a file but a socket",
    }


def test_a_pipe_that_takes_a_files_place_does_not_wait(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "x")
    files = list(discover(tmp_path))
    real = (tmp_path / "a.txt").stat()
    (tmp_path / "a.txt").unlink()
    os.mkfifo(tmp_path / "a.txt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(tmp_path), "stat", lambda *_args, **_kwargs: real)
        (found,) = read_file(files[0], LIMITS)
    assert isinstance(found, Rejected)
    assert found.reason is Reason.UNREADABLE


def test_a_file_that_vanished(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "x")
    (file,) = discover(tmp_path)
    file.path.unlink()
    assert told(list(read_file(file, LIMITS))) == [(Reason.UNREADABLE, None)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "x").chmod(0)
    put(tmp_path, "closed/b.txt", "x").parent.chmod(0)
    try:
        assert told(read(tmp_path)) == [(Reason.UNREADABLE, None)] * 2
    finally:
        (tmp_path / "closed").chmod(0o700)


def refuse(*_args: object, **_kwargs: object) -> Any:
    raise PermissionError(13, "Permission denied")


def test_what_the_system_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.txt", "x")
    put(tmp_path, "closed/b.txt", "x")
    files = list(discover(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr("cleaner.landing.discovery.os.open", refuse)
        (found,) = read_file(files[0], LIMITS)
    assert isinstance(found, Rejected)
    assert (found.reason, found.detail) == (Reason.UNREADABLE, "Permission denied")
    with monkeypatch.context() as patch:
        patch.setattr("cleaner.landing.discovery.os.scandir", refuse)
        (closed,) = discover(tmp_path)
    (found,) = read_file(closed, LIMITS)
    assert isinstance(found, Rejected)
    assert (found.path, found.detail) == (".", "not a file but a folder that cannot be listed")


@given(
    st.binary(max_size=400).filter(lambda content: TOMBSTONE not in content),  # what stands where a row was forgotten
    st.sampled_from(["a.txt", "a.html", "a.jsonl", "a.txt.gz", "a.jsonl.zst", "a"]),
)
def test_any_bytes_give_a_page_or_a_reason(tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str) -> None:
    raw = tmp_path_factory.mktemp("raw")
    put(raw, name, content)
    found = read(raw)
    assert found
    assert len({f.page_id for f in found if isinstance(f, Rejected) and f.reason is not Reason.BINARY}) == sum(
        isinstance(f, Rejected) and f.reason is not Reason.BINARY for f in found
    )


@given(st.sampled_from(sorted(PACK)), st.binary(max_size=300), st.integers(0, 300), st.integers(0, 255))
def test_any_damage_gives_rows_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, packing: str, text: bytes, place: int, byte: int
) -> None:
    packed = bytearray(PACK[packing](ROWS + text))
    packed[place % len(packed)] = byte
    raw = tmp_path_factory.mktemp("raw")
    put(raw, f"a.jsonl{packing}", bytes(packed))
    assert read(raw)


# ---------------------------------------------------------------- paths given by hand


def stdin_of(content: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedReader(io.BytesIO(content)))  # type: ignore[type-var,unused-ignore]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"Text.\n", [(MediaType.TEXT, b"Text.\n")]),
        (b"\n <!doctype html><p>x", [(MediaType.HTML, b"\n <!doctype html><p>x")]),
        (b"\xef\xbb\xbf<html>", [(MediaType.HTML, b"\xef\xbb\xbf<html>")]),
        ("\ufeff<p>x\n".encode("utf-16-le"), [(MediaType.HTML, "\ufeff<p>x\n".encode("utf-16-le"))]),
        (b"< 5 people came", [(MediaType.TEXT, b"< 5 people came")]),
        (ROWS, [(MediaType.TEXT, b"One."), (MediaType.HTML, b"<p>Two.")]),
        (gzip.compress(ROWS, mtime=0), [(MediaType.TEXT, b"One."), (MediaType.HTML, b"<p>Two.")]),
        (b'{"title": "x"}', [(MediaType.TEXT, b'{"title": "x"}')]),
    ],
)
@pytest.mark.parametrize("buffered", [True, False])
def test_standard_input_tells_its_type(
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    expected: list[tuple[MediaType, bytes]],
    buffered: bool,
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin_of(content) if buffered else io.TextIOWrapper(io.BytesIO(content)))
    pages = [page for page in read_paths(["-"], LIMITS) if isinstance(page, Page)]
    assert [(page.media_type, page.content) for page in pages] == expected
    assert {page.path for page in pages} == {"-"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"\n" * 20_000, Reason.TOO_LARGE),
        (b"x" * 20_000, Reason.TOO_LARGE),
        (gzip.compress(b"Text.", mtime=0)[:-3], Reason.CORRUPT),
        (bytes(range(256)), Reason.BINARY),
    ],
)
def test_standard_input_that_is_no_page(monkeypatch: pytest.MonkeyPatch, content: bytes, reason: Reason) -> None:
    monkeypatch.setattr(sys, "stdin", stdin_of(content))
    assert told(list(read_paths(["-"], LIMITS))) == [(reason, None)]


def test_paths_given_by_hand(tmp_path: Path) -> None:
    put(tmp_path, f"raw/{DAY}/b.txt", "B.")
    put(tmp_path, f"raw/{DAY}/a.jsonl", ROWS)
    put(tmp_path, "README.txt", "Read.")
    pages = [p for p in read_paths([f"{tmp_path}/README.txt", f"{tmp_path}/raw/"], LIMITS) if isinstance(p, Page)]
    assert [page.content for page in pages] == [b"Read.", b"One.", b"<p>Two.", b"B."]
    assert pages[3].path == f"{tmp_path}/raw/{DAY}/b.txt"
    assert [page.site for page in pages] == [None, *["site.example"] * 3]


def test_a_pipe_given_by_hand_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "63"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=[ROWS])
    writer.start()
    assert told(list(read_paths([str(pipe)], LIMITS))) == ["One.", "<p>Two."]
    writer.join()


@pytest.mark.parametrize("path", ["gone", "a\0b", "x" * 300, "broken"])
def test_a_path_that_is_not_there_stops_before_the_first_page(tmp_path: Path, path: str) -> None:
    put(tmp_path, "a.txt", "x")
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigurationError, match="no such file"):
        read_paths([f"{tmp_path}/a.txt", f"{tmp_path}/{path}"], LIMITS)


# ---------------------------------------------------------------- land


def names_in(raw: Path) -> list[str]:
    return sorted(path.relative_to(raw).as_posix() for path in raw.rglob("*") if path.is_file())


def test_landing_copies_pages_with_their_sidecars(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    put(tmp_path, "in/a.txt", "A.", {"url": "https://S.example:443/a", "site": "Shore"})
    put(tmp_path, "in/sub/b.html.gz", gzip.compress(b"B."), {"site": "Sea & Shore/.."})
    put(tmp_path, "in/other.example/2026-01-01/c.jsonl", ROWS)
    put(tmp_path, "d.txt", "D.")
    landed = land([f"{tmp_path}/in", f"{tmp_path}/d.txt"], raw, TODAY)
    assert names_in(raw) == [
        "Sea-Shore/2026-03-09/b.html.gz",
        "Sea-Shore/2026-03-09/b.html.gz.meta.json",
        "other.example/2026-03-09/c.jsonl",
        "s.example/2026-03-09/a.txt",
        "s.example/2026-03-09/a.txt.meta.json",
        "unknown/2026-03-09/d.txt",
    ]
    assert sorted(path.relative_to(raw).as_posix() for path in landed.new) == [
        name for name in names_in(raw) if not name.endswith(".meta.json")
    ]
    assert (landed.known, landed.rejected) == (0, ())
    assert sorted(map(str, told(read(raw)))) == sorted(["A.", "B.", "One.", "<p>Two.", "D."])


def test_landing_twice_copies_nothing(tmp_path: Path) -> None:
    put(tmp_path, "in/a.txt", "A.", {"url": "https://s.example/a"})
    put(tmp_path, "in/b.txt", "B.")
    raw = tmp_path / "raw"
    land([f"{tmp_path}/in"], raw, date(2026, 3, 1))
    before = names_in(raw)
    again = land([f"{tmp_path}/in"], raw, TODAY)
    assert (again.new, again.known) == ((), 2)
    assert names_in(raw) == before


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    for folder, text, notes in (
        ("1", "A.", None),
        ("2", "B.", None),
        ("3", "A.", None),
        ("4", "C.", None),
        ("5", "A.", {}),
    ):
        put(tmp_path, f"{folder}/a.b.html.gz", text, notes)
    landed = land([f"{tmp_path}/{folder}" for folder in "12345"], raw, TODAY)
    assert [path.name for path in landed.new] == ["a.b.html.gz", "a.b-2.html.gz", "a.b-3.html.gz", "a.b-4.html.gz"]
    assert landed.known == 1
    assert (raw / "unknown/2026-03-09/a.b-4.html.gz.meta.json").read_text() == "{}"


def test_a_leftover_sidecar_is_nobody_elses(tmp_path: Path) -> None:
    put(tmp_path, "raw/unknown/2026-03-09/a.txt.meta.json", '{"url": "https://s.example/other"}')
    put(tmp_path, "in/a.txt", "A.")
    landed = land([f"{tmp_path}/in"], tmp_path / "raw", TODAY)
    assert [path.name for path in landed.new] == ["a-2.txt"]


def test_what_cannot_be_landed_is_told(tmp_path: Path) -> None:
    os.mkfifo(put(tmp_path, "in/good.txt", "x").with_name("pipe.txt"))
    put(tmp_path, "README.txt", "x")
    landed = land([f"{tmp_path}/in", f"{tmp_path}/README.txt"], tmp_path / "raw", TODAY)
    assert [path.name for path in landed.new] == ["good.txt"]
    assert [(r.path, r.reason) for r in landed.rejected] == [
        (f"{tmp_path}/in/pipe.txt", Reason.UNREADABLE),
        (f"{tmp_path}/README.txt", Reason.UNKNOWN_TYPE),
    ]


@pytest.mark.parametrize("path", ["gone", "raw", "raw/a.txt", "."])
def test_landing_what_is_not_elsewhere(tmp_path: Path, path: str) -> None:
    put(tmp_path, "raw/a.txt", "x")
    put(tmp_path, "b.txt", "x")
    with pytest.raises(ConfigurationError):
        land([f"{tmp_path}/b.txt", f"{tmp_path}/{path}"], tmp_path / "raw", TODAY)
    assert names_in(tmp_path / "raw") == ["a.txt"]


def test_a_full_disk_leaves_no_half_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "in/a.txt", "A.")
    raw = tmp_path / "raw"

    def full(*_args: object, **_kwargs: object) -> Any:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(type(tmp_path), "replace", full)
        with pytest.raises(DiskError, match="No space left"):
            land([f"{tmp_path}/in"], raw, TODAY)
    assert names_in(raw) == []
    assert len(land([f"{tmp_path}/in"], raw, TODAY).new) == 1


def test_a_landing_zone_that_cannot_be_made(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "A.")
    put(tmp_path, "raw", "a file")
    with pytest.raises(DiskError, match="raw"):
        land([f"{tmp_path}/a.txt"], tmp_path / "raw", TODAY)
