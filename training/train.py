"""Turns gold into weights, in one command.

::

    python -m training.train --gold PATH [--cross-validate] [--out src/cleaner/learned/weights.npz] [--cache FOLDER]

Seeds are fixed: the same gold and code write the same bytes. About twelve minutes on two cores and 4 GB of memory.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaner.learned.weights import Decoding
from training.calibration import draw, of_pages
from training.crossvalidate import decoders, report
from training.export import forest, write_npz
from training.gold import DUMPS, PAGES, gold_samples, read_rows
from training.models import fit, fit_wording
from training.stages import ALPHA_OPENING, ALPHA_TEXT, Pages, judge_articles, judge_blocks, judge_cuts, words_of
from training.synth import own_samples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from training.gold import Sample
    from training.stages import Keep, Words

PROJECT = Path(__file__).resolve().parents[1]
OUT = PROJECT / "src/cleaner/learned/weights.npz"
BLENDS = 260
"""Own blended dumps a fold: 2.6 for each of the gold's that hold several articles."""
DECODING = Decoding(weight=1.5, cost=0.0, junk=0.0, inside=0.33, edge=0.35)


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(prog="python -m training.train", description="Train the learned engine.")
    parser.add_argument("--gold", type=Path, required=True, help=f"folder that holds {DUMPS} and {PAGES}")
    parser.add_argument("--cross-validate", action="store_true", help="print figures by fold for each decoder")
    parser.add_argument("--out", type=Path, default=OUT, help="where to write the weights")
    parser.add_argument("--cache", type=Path, help="folder for predictions; taken up again by the same code and gold")
    parser.add_argument("--picture", type=Path, help="with --cross-validate: draw the reliability plot here, as SVG")
    wanted = parser.parse_args()
    gold = read_rows(wanted.gold / DUMPS)
    samples = gold_samples(gold) + own_samples(read_rows(wanted.gold / PAGES), BLENDS)
    pages = Pages(samples, keep=_keep(wanted.cache, samples))
    arrays = train(pages)
    if wanted.cross_validate:
        print(report(pages, gold, DECODING), flush=True)
        calibrations = of_pages(pages, list(decoders(pages, DECODING).values())[-1])
        for found in calibrations:
            print(f"expected calibration error, {found.name}: {found.error:.3f}", flush=True)
        if wanted.picture:
            draw(calibrations, wanted.picture)
    write_npz(wanted.out, arrays)
    print(f"{wanted.out}: {wanted.out.stat().st_size:,} bytes")


def train(pages: Pages) -> dict[str, NDArray[Any]]:
    """Fill every stage, fit each model on all folds, and return the arrays of the weights file."""
    words = words_of(pages)
    odds = judge_blocks(pages, words)
    judge_cuts(pages, odds)
    judge_articles(pages)
    arrays: dict[str, NDArray[Any]] = {}
    for name, table in pages.tables.items():
        arrays |= forest(fit(table, pages.recipes[name])).arrays(name)
        print(f"{name}: fitted on all folds", flush=True)
    biases = _wording(words, arrays)
    meta = {
        "names": {name: list(table.names) for name, table in pages.tables.items()},
        "wording_bias": biases,
        "decode": asdict(DECODING),
        "facts": facts(pages.samples),
    }
    arrays["meta"] = np.array(json.dumps(meta, sort_keys=True))
    return arrays


def _wording(words: Words, arrays: dict[str, NDArray[Any]]) -> list[float]:
    """Fit the two models of wording into the arrays; returns their biases."""
    text = fit_wording(words.x[words.teach_text], words.text[words.teach_text], ALPHA_TEXT)
    opening = fit_wording(words.x[words.teach_opening], words.opening[words.teach_opening], ALPHA_OPENING)
    arrays["wording.text"], arrays["wording.opening"] = text.weights, opening.weights
    return [text.bias, opening.bias]


def facts(samples: Sequence[Sample]) -> dict[str, int]:
    """Say what the weights were trained on."""
    return {
        "gold_dumps": sum(not s.is_own for s in samples),
        "own_dumps": sum(s.is_own for s in samples),
        "blocks": sum(len(s.blocks) for s in samples),
    }


def _keep(cache: Path | None, samples: Sequence[Sample]) -> Keep:
    """Keep predictions in the cache under a digest of samples and code: neither can change unnoticed."""
    if cache is None:
        return lambda _name, make: make()
    folder = cache / _digest(samples)
    folder.mkdir(parents=True, exist_ok=True)

    def keep(name: str, make: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
        path = folder / f"{name}.npy"
        if not path.exists():
            np.save(path, make())
        return np.asarray(np.load(path))

    return keep


def _digest(samples: Sequence[Sample]) -> str:
    """Hash what predictions depend on: the samples, the features and the way models are grown."""
    found = hashlib.sha256()
    for folder in (PROJECT / "src/cleaner/learned", PROJECT / "training"):
        for file in sorted(folder.glob("*.py")):
            found.update(file.read_bytes())
    for sample in samples:
        found.update(repr((sample.name, sample.layout, sample.blocks)).encode("utf-8", "surrogatepass"))
        found.update(sample.truth.kind.tobytes() + sample.truth.article.tobytes())
    return found.hexdigest()[:16]


if __name__ == "__main__":
    main()
