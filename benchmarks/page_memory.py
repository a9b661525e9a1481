"""Measure how much memory an HTML page takes while it is cleaned, beside its tree of elements alone and beside trafilatura.

    python benchmarks/page_memory.py [--gold FILE] [--pages N] [--warm N]      MB a page at the peak

Every allocation is counted, also those of libxml2, RE2 and numpy: a small library, compiled here with `cc`, stands before
the allocator, and Python's own is switched off (`PYTHONMALLOC=malloc`). What a process holds by `VmHWM` says little of one
page: it counts what earlier pages left free. Each way is measured in a process of its own, after WARM pages, so that weights
and rules are loaded.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING

import pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from cleaner.model import Page

COUNTER = """
#include <malloc.h>
#include <stddef.h>
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void __libc_free(void *);
static long now = 0, most = 0;
static void *taken(void *p) {
    if (p) {
        long held = __atomic_add_fetch(&now, (long)malloc_usable_size(p), __ATOMIC_RELAXED);
        if (held > most) most = held;
    }
    return p;
}
static void given(void *p) { if (p) __atomic_sub_fetch(&now, (long)malloc_usable_size(p), __ATOMIC_RELAXED); }
void *malloc(size_t n) { return taken(__libc_malloc(n)); }
void *calloc(size_t a, size_t b) { return taken(__libc_calloc(a, b)); }
void *realloc(void *p, size_t n) { given(p); return taken(__libc_realloc(p, n)); }
void free(void *p) { given(p); __libc_free(p); }
long bytes_now(void) { return now; }
long bytes_most(void) { return most; }
void begin(void) { most = now; }
"""
WAYS = ("tree", "trafilatura", "cleaner")


def main() -> None:
    """Measure each way in a process of its own, or one of them here."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--gold", type=Path, default=pages.default_gold())
    asked.add_argument("--pages", type=int, default=40)
    asked.add_argument("--warm", type=int, default=60)
    asked.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    asked.add_argument("--counter", type=Path, help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.way:
        print(json.dumps(measured(options)))
        return
    with tempfile.TemporaryDirectory() as folder:
        found = {way: _apart(way, _compiled(Path(folder)), options) for way in WAYS}
    tree = mean(found["tree"])
    print(f"{options.pages} pages; MB at the peak of a page:  mean  median  most")
    for way, peaks in found.items():
        print(
            f"  {way:12} {mean(peaks):6.2f} {median(peaks):6.2f} {max(peaks):6.2f}   {mean(peaks) / tree:.1f} times the tree"
        )


def _compiled(folder: Path) -> Path:
    source, counter = folder / "counter.c", folder / "counter.so"
    source.write_text(COUNTER, encoding="ascii")
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", counter, source], check=True)  # the compiler of this machine
    return counter


def _apart(way: str, counter: Path, options: argparse.Namespace) -> list[float]:
    command = [sys.executable, __file__, "--way", way, "--counter", str(counter), "--gold", str(options.gold)]
    command += ["--pages", str(options.pages), "--warm", str(options.warm)]
    surroundings = os.environ | {"LD_PRELOAD": str(counter), "PYTHONMALLOC": "malloc"}
    done = subprocess.run(command, env=surroundings, check=True, capture_output=True, text=True)  # this file
    peaks: list[float] = json.loads(done.stdout)
    return peaks


def measured(options: argparse.Namespace) -> list[float]:
    """Return the peak of each page above what was held before it, in MB."""
    counter = ctypes.CDLL(str(options.counter))
    counter.bytes_now.restype = counter.bytes_most.restype = ctypes.c_long
    rows = list(pages.rows_of(options.gold))
    random.Random(1).shuffle(rows)  # the same pages each time
    chosen = [pages.page_of(row) for row in rows[: options.warm + options.pages]]
    del rows
    take = _way(options.way)
    for page in chosen[: options.warm]:
        take(page)
    peaks = []
    for page in chosen[options.warm :]:
        gc.collect()
        counter.begin()
        before = counter.bytes_now()
        held = take(page)
        peaks.append((counter.bytes_most() - before) / 2**20)
        del held
    return peaks


def _way(name: str) -> Callable[[Page], object]:
    """Return what is done with a page; imported here, so that no way carries what another loads."""
    if name == "trafilatura":
        import trafilatura  # noqa: PLC0415

        return lambda page: trafilatura.bare_extraction(page.content, with_metadata=True)
    if name == "tree":
        from cleaner.blocks.html import parse  # noqa: PLC0415

        return lambda page: list(parse(page.content.decode()).iter())
    from cleaner.clean import clean_page  # noqa: PLC0415
    from cleaner.rules import load_rulebook  # noqa: PLC0415

    rulebook = load_rulebook()
    return lambda page: clean_page(page, rulebook)


if __name__ == "__main__":
    main()
