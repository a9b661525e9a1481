"""The furniture of one page, made of the parts in `phrases`: a page repeats its own few phrases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training import phrases

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence


class Stock:
    """What one page's site puts around its articles."""

    def __init__(self, rng: random.Random, language: str) -> None:
        """Choose the few phrases that the page repeats."""
        self._rng = rng
        self._site, self._net = rng.choice(phrases.SITES), rng.choice(phrases.NETS)
        self._language = self._of_furniture(language)
        self.marker = rng.choice(phrases.GO_ON[self._language])
        self._byline, self._date_form = rng.choice(phrases.BYLINE), rng.choice(phrases.DATE)
        self._also = rng.choice(phrases.ALSO[self._language])
        self._tag = rng.choice(phrases.TAGS)
        self._credit_forms = rng.sample(phrases.CREDIT, 3)
        self._caption_forms = rng.sample(phrases.CAPTION, 2)
        self._promos = [self._new_promo() for _ in range(rng.choice([1, 1, 2, 3]))]

    def _of_furniture(self, language: str) -> str:
        """Choose its language: often English around other languages, sometimes any at all."""
        if language in phrases.GO_ON and self._rng.random() < 0.6:
            return language
        return self._rng.choice(["en", "en", self._rng.choice(list(phrases.GO_ON))])

    def name(self) -> str:
        """Make up a person's name."""
        return f"{self._rng.choice(phrases.FIRST)} {self._rng.choice(phrases.LAST)}"

    def _fill(self, form: str, **more: str) -> str:
        rng = self._rng
        name = more.pop("n", self.name())
        values = {
            "a": rng.choice(phrases.AGENCIES),
            "n": name,
            "N": name.upper(),
            "n2": self.name(),
            "site": self._site,
            "net": self._net,
            "h": f"{rng.choice(phrases.LAST).lower()}{rng.randint(1, 99)}",
            "d": str(rng.randint(1, 60)),
            "date": self._day(),
            **more,
        }
        for key, value in values.items():
            form = form.replace("{" + key + "}", value)
        return form

    def _day(self) -> str:
        rng = self._rng
        month = rng.choice(phrases.MONTHS[rng.choice(["en", "de"])])
        day, year = rng.randint(1, 28), rng.randint(2009, 2025)
        number, hour, minute = rng.randint(1, 12), rng.randint(0, 23), rng.randint(0, 59)
        forms = (
            f"{month} {day}, {year}",
            f"{day}.{number}.{year}",
            f"{day} {month} {year}",
            f"{year}-{number:02}-{day:02} {hour:02}:{minute:02}",
        )
        return rng.choice(forms)

    def _new_promo(self) -> str:
        rng, language = self._rng, self._language
        form = rng.choice(phrases.PROMO[language])
        form = form.replace("{imp}", rng.choice(phrases.IMP[language]))
        form = form.replace("{obj}", rng.choice(phrases.OBJ[language]))
        form = form.replace("{where}", rng.choice(phrases.PLACE[language]))
        return self._fill(form) + rng.choice(["", "", "", ".", "!"])

    def section(self) -> str:
        """Return the name of a part of the site."""
        return self._rng.choice(phrases.SECTION)

    def promo(self) -> str:
        """Return a call to the reader, mostly one that the page has already."""
        return self._rng.choice(self._promos) if self._rng.random() < 0.7 else self._new_promo()

    def credit(self) -> str:
        """Return a line that names whose picture it is."""
        return self._fill(self._rng.choice(self._credit_forms))

    def caption(self, words: Sequence[str], sentence: str) -> str:
        """Return a line below a picture, made of the article's own words."""
        rng = self._rng
        if words and rng.random() < 0.6:
            said = " ".join(rng.sample(list(words), min(len(words), rng.randint(1, 4))))
        else:
            said = " ".join(sentence.split()[: rng.randint(4, 16)]).rstrip(".,;")
        return self._fill(rng.choice(self._caption_forms), w=said, c=self.credit())

    def related(self, title: str) -> str:
        """Return a line that leads to another article."""
        form = self._also if self._rng.random() < 0.8 else self._rng.choice(phrases.ALSO[self._language])
        return self._fill(form, t=title)

    def tags(self, words: Sequence[str]) -> str:
        """Return a list of topics, made of the article's own words."""
        rng = self._rng
        chosen = rng.sample(list(words), min(len(words), rng.randint(2, 8))) or [self._site]
        return self._fill(self._tag, l=rng.choice([", ", ", ", " ", " | ", " · "]).join(chosen))

    def byline(self, name: str) -> str:
        """Return a line that names the author."""
        return self._fill(self._byline, n=name)

    def date(self) -> str:
        """Return a line that says when it was published."""
        return self._fill(self._date_form)

    def end(self) -> str:
        """Return a line such as stands below an article."""
        return self._fill(self._rng.choice(phrases.END))
