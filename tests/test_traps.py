"""Traps: lines that look like what they are not. A dump goes in; what is kept, of how many articles, is compared."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from conftest import clean_text

from cleaner.model import TEXT_LABELS, Label, Verdict

# Paragraphs that every dump may use; none of them is a trap.
MILL = "The council voted on Tuesday to sell the old mill at Garrow Bridge to a cooperative of forty local families."
WEIR = "Repairs to the weir will begin in May, the surveyor told the meeting, and will cost at least 300,000 pounds."
KEYS = "Nobody on the council could say who had held the keys since the last miller died in the winter of 2009."
FERRY = "The ferry between Oban and Craignure stopped running on Sunday after a fishing net was caught in its rudder."
DIVER = (
    "A diver freed the rudder within an hour, but the harbour master kept the boat in port until the wind had dropped."
)
BEES = "Beekeepers in the upper valley have counted more swarms this spring than in any year since their records began."
HIVES = "Most of the swarms settled in chimneys, and the fire brigade has asked people not to light their stoves."
CHESS = "A girl of nine from Leith has beaten the national chess champion in a simultaneous display on thirty boards."


@dataclass(frozen=True)
class Trap:
    """A dump, and what should come of it."""

    dump: tuple[str, ...]
    articles: tuple[tuple[str, ...], ...]
    """Kept text of each article, in order."""
    removed: tuple[str, ...] = ()
    """Lines that must stand in the ledger as removed."""
    fields: tuple[dict[str, object], ...] = ()
    """Of each article, where they matter."""
    labels: dict[str, Label] = field(default_factory=dict)
    apart: str = "\n\n"


def trap(name, dump, articles, **more):
    wrong = more.pop("wrong", None)
    marks = [pytest.mark.xfail(strict=True, reason=wrong)] if wrong else []
    return pytest.param(Trap(tuple(dump), tuple(map(tuple, articles)), **more), id=name, marks=marks)


READ_MORE = "“Tell readers to read more books,” the librarian begged the council."
READ_MORE_STRAIGHT = '"Tell readers to read more books," the librarian begged the council.'
READ_MORE_BARE = "Read more books, the librarian begged the council."
OBAN = "A ferry in Oban harbour. Pixabay"
COPY = (
    "The mill wheel at Garrow Bridge turned for the last time in the winter of 2009, and ice broke two of its paddles."
)
NAMES = (
    "Ana Ruiz",
    "Bo Lindqvist",
    "Chidi Eze",
    "Dora Falk",
    "Emil Hartwig",
    "Faye Nolan",
    "Gus Amari",
    "Hana Sato",
    "Ivo Brandt",
    "June Okafor",
)
PORTRAITS = tuple(
    f"Taught the village {what} for longer than anyone can remember, and never once sent a bill for the lessons."
    for what in ("to swim", "to read", "to bake", "to dance", "to sail", "to spell", "to sing", "to knit", "to box", "to wait")
)  # fmt: skip
STAMPS = ("06:10", "06:55", "07:20", "08:05", "09:30", "10:15", "11:40", "12:25", "13:50", "15:10", "16:45")
POSTS = tuple(
    f"{who} said that the storm had passed over {where} and that no one there had been hurt so far."
    for who, where in (
        ("The coastguard", "the outer skerries"), ("Police", "the harbour road"), ("The mayor", "the old town"),
        ("A farmer", "the salt marsh"), ("The railway", "the viaduct"), ("The school", "the north beach"),
        ("A nurse", "the cottage hospital"), ("The fire brigade", "the timber yard"), ("The ferry line", "the sound"),
        ("The power company", "the substation"), ("The coastguard", "the whole of the bay"),
    )
)  # fmt: skip
FIGURES = (
    "70: Share of islanders, in per cent, who told the survey that they would rather walk than pay for the new bus.",
    "1,140: Metres of rope that the harbour office lost last year, most of it to gulls, according to its own report.",
    "3: Number of lighthouse keepers left on the coast, all of them over seventy and none with an apprentice so far.",
    "12 million: Pounds that the bridge at Garrow was to cost when it was planned, before anybody had drilled a hole.",
)
POND_LIST = "(a pond, frogs, spring rain)"
POND = "There was not much to see (a pond, really) and the children asked three times when they could go home again."
BRIEF3 = "A flock of storks held up the evening train to Dunmore for twenty minutes on Friday; no bird was hurt."
BRIEF4 = "Baker wins prize for square loaf"
BAKER = "A baker from Crieff has won the national prize for a loaf that can be stacked, the guild said on Saturday."
SPONSOR_SLOGAN = "Brightwell Boilers. Warm is a feeling."
SPONSOR = (
    "With the new Brightwell Comfort Plan your boiler is serviced every autumn, and your first three months are on us."
)
FISH_QUESTION = "WHO PAYS FOR THE NETS"
FISH_ANSWER = (
    "The nets are paid for by the owners of the boats, who share the cost in proportion to the length of their keels."
)
FISH_LINK = "TEN HARBOURS WHERE YOU CAN STILL BUY FROM THE BOAT"

TRAPS = [
    # A quote with "read more".
    trap("quote with read more", [MILL, READ_MORE, KEYS], [[MILL, READ_MORE, KEYS]]),
    trap("quote with read more, straight quotes", [MILL, READ_MORE_STRAIGHT, KEYS], [[MILL, READ_MORE_STRAIGHT, KEYS]]),
    trap("imperative read more", [MILL, READ_MORE_BARE, KEYS], [[MILL, READ_MORE_BARE, KEYS]]),
    trap("quote with read more, single newlines", [MILL, READ_MORE, KEYS], [[MILL, READ_MORE, KEYS]], apart="\n"),
    # Marker and caption on one line.
    trap(
        "marker and caption on one line",
        [MILL, WEIR, f"Keep ReadingShow less {OBAN}", FERRY, DIVER],
        [[MILL, WEIR], [FERRY, DIVER]],
        removed=(OBAN,),
        labels={OBAN: Label.CAPTION},
        fields=({"truncated": True}, {"truncated": False}),
    ),
    trap(
        "marker glued to the caption",
        [MILL, WEIR, f"Keep Reading Show less{OBAN}", FERRY, DIVER],
        [[MILL, WEIR], [FERRY, DIVER]],
        removed=(OBAN,),
    ),
    trap(
        "marker, caption and all on one long line",
        [f"{MILL} {WEIR} {KEYS} {HIVES} Keep Reading Show less {OBAN} {FERRY} {DIVER} {BEES}"],
        [[MILL, WEIR, KEYS, HIVES], [FERRY, DIVER, BEES]],
        removed=("Keep Reading Show less",),
        wrong="a caption among sentences has no line of its own to be known by",
    ),
    # A caption that repeats a paragraph.
    trap(
        "caption repeats a paragraph",
        [MILL, COPY, f"{COPY} Reuters", WEIR],
        [[MILL, COPY, WEIR]],
        removed=(f"{COPY} Reuters",),
    ),
    trap(
        "caption before the paragraph it repeats",
        [MILL, f"{COPY} AFP", COPY, WEIR],
        [[MILL, COPY, WEIR]],
        removed=(f"{COPY} AFP",),
    ),
    trap(
        "sentence that ends with an agency's name",
        [MILL, "The surveyor, who has worked on eleven mills along the river, declined to comment to Reuters.", WEIR],
        [[MILL, "The surveyor, who has worked on eleven mills along the river, declined to comment to Reuters.", WEIR]],
    ),
    # Bylines with a weekday.
    trap(
        "By Tuesday Okoro",
        ["Mill goes to forty families", "By Tuesday Okoro", MILL, WEIR],
        [[MILL, WEIR]],
        fields=({"authors": ("Tuesday Okoro",)},),
    ),
    trap(
        "By Tuesday in a sentence",
        [MILL, "By Tuesday evening forty families had signed.", WEIR],
        [[MILL, "By Tuesday evening forty families had signed.", WEIR]],
    ),
    # Follow.
    trap(
        "follow the money, follow the site",
        [
            MILL,
            "Follow the money, auditors told the board.",
            WEIR,
            "Follow The Heron on Facebook to stay informed.",
            KEYS,
        ],
        [[MILL, "Follow the money, auditors told the board.", WEIR, KEYS]],
        removed=("Follow The Heron on Facebook to stay informed.",),
        fields=({"site": "The Heron"},),
    ),
    # Headings that are names.
    trap(
        "ten names, ten portraits",
        ["Ten who taught the village", *(line for pair in zip(NAMES, PORTRAITS, strict=True) for line in pair)],
        [[line for pair in zip(NAMES, PORTRAITS, strict=True) for line in pair]],
        fields=({"title": "Ten who taught the village"},),
    ),
    trap(
        "ten names after an opening paragraph",
        [MILL, *(line for pair in zip(NAMES, PORTRAITS, strict=True) for line in pair)],
        [[MILL, *(line for pair in zip(NAMES, PORTRAITS, strict=True) for line in pair)]],
    ),
    # A live blog.
    trap(
        "live blog of eleven time stamps",
        ["Storm over the bay: all that happened", *(line for pair in zip(STAMPS, POSTS, strict=True) for line in pair)],
        [POSTS],
        removed=STAMPS,
    ),
    trap(
        "live blog, single newlines",
        ["Storm over the bay: all that happened", *(line for pair in zip(STAMPS, POSTS, strict=True) for line in pair)],
        [POSTS],
        apart="\n",
    ),
    # A column of figures.
    trap("column of figures", ["The week in numbers", *FIGURES], [FIGURES]),
    trap("column of figures, single newlines", FIGURES, [FIGURES], apart="\n"),
    # A title on two lines.
    trap(
        "title on two lines",
        ["Forty families and one old mill are key for\nnext spring's council vote", MILL, WEIR],
        [[MILL, WEIR]],
        fields=({"title": "Forty families and one old mill are key for next spring's council vote", "dek": None},),
        wrong="a short line in lower case joins the line before it only where that one is as wide as a column",
    ),
    trap(
        "title on two lines, each a line's width",
        [
            "The forty families and the one old mill by the weir are key\nfor the next president of the council",
            MILL,
            WEIR,
        ],
        [[MILL, WEIR]],
        fields=(
            {
                "title": "The forty families and the one old mill by the weir are key for the next president of the council",
                "dek": None,
            },
        ),
    ),
    # Brackets.
    trap(
        "tag list as last line",
        [MILL, WEIR, POND_LIST],
        [[MILL, WEIR]],
        removed=(POND_LIST,),
        fields=({"tags": ("a pond", "frogs", "spring rain")},),
    ),
    trap("brackets in a sentence", [MILL, POND, WEIR], [[MILL, POND, WEIR]], fields=({"tags": ()},)),
    trap(
        "agency glued to the last sentence",
        [MILL, f"{WEIR} (dpa)"],
        [[MILL, WEIR]],
        removed=("(dpa)",),
        fields=({"agency": "dpa"},),
    ),
    # Briefs.
    trap(
        "headline after the last sentence of a brief",
        [f"{BRIEF3} {BRIEF4}", BAKER],
        [[BRIEF3], [BAKER]],
        fields=({}, {"title": BRIEF4}),
        wrong="a headline after a full stop on the same line is not cut off",
    ),
    trap(
        "headline glued to the last sentence of a brief",
        [f"{BRIEF3}{BRIEF4}", BAKER],
        [[BRIEF3], [BAKER]],
        fields=({}, {"title": BRIEF4}),
        wrong="a headline after a full stop on the same line is not cut off",
    ),
    # A sponsor between two items.
    trap(
        "sponsor without an ad label",
        ["Ferry stays in port", FERRY, DIVER, SPONSOR_SLOGAN, SPONSOR, "Bees in every chimney", BEES, HIVES],
        [[FERRY, DIVER], [BEES, HIVES]],
        removed=(SPONSOR_SLOGAN, SPONSOR),
        wrong="only topic and wording tell a sponsor's text from news; rules alone cannot",
    ),
    trap(
        "sponsor after a marker",
        [FERRY, DIVER, "Keep Reading Show less", "True", SPONSOR, "Keep Reading Show less", OBAN, BEES, HIVES],
        [[FERRY, DIVER], [SPONSOR], [BEES, HIVES]],
        wrong="the sponsor's flag, one word, is taken for the first line of its text",
    ),
    # A section word.
    trap(
        "section word above a caption",
        [MILL, WEIR, "Keep Reading Show less", "Climate", OBAN, FERRY, DIVER],
        [[MILL, WEIR], [FERRY, DIVER]],
        removed=("Climate",),
    ),
    trap(
        "section word, no marker",
        ["Mill goes to forty families", MILL, WEIR, "Climate", OBAN, "Ferry stays in port", FERRY, DIVER],
        [[MILL, WEIR], [FERRY, DIVER]],
        removed=("Climate", OBAN),
        fields=({}, {"title": "Ferry stays in port"}),
    ),
    # Teasers.
    trap(
        "teaser of whole paragraphs",
        [MILL, WEIR, KEYS, "Keep Reading Show less", FERRY, DIVER],
        [[MILL, WEIR, KEYS], [FERRY, DIVER]],
        fields=({"truncated": True, "truncated_by": "keep_reading.whole"}, {"truncated": False}),
    ),
    trap(
        "ellipsis that is only a pause",
        [MILL, "He did not finish the sentence…", WEIR],
        [[MILL, "He did not finish the sentence…", WEIR]],
        fields=({"truncated": False},),
    ),
    # Capitals.
    trap(
        "question in capitals that is answered",
        [FERRY, FISH_QUESTION, FISH_ANSWER, DIVER],
        [[FERRY, FISH_QUESTION, FISH_ANSWER, DIVER]],
    ),
    trap(
        "link in capitals between paragraphs",
        [FERRY, FISH_LINK, DIVER],
        [[FERRY, DIVER]],
        removed=(FISH_LINK,),
        wrong="whether the next paragraph answers a line in capitals is not asked",
    ),
]


@pytest.mark.parametrize("case", TRAPS)
def test_trap(case):
    cleaned = clean_text(case.apart.join(case.dump))
    assert [tuple(p.text for p in a.paragraphs) for a in cleaned.articles] == list(case.articles)
    ruled = {e.block.text: e for e in cleaned.ledger}
    assert [line for line in case.removed if ruled[line].verdict is not Verdict.REMOVED] == []
    assert {line: ruled[line].label for line in case.labels} == case.labels
    for article, fields in zip(cleaned.articles, case.fields or ({},) * len(cleaned.articles), strict=True):
        assert {name: getattr(article, name) for name in fields} == fields


def test_no_trap_is_sprung_by_the_paragraphs_alone():
    """What the dumps share is kept whole, so a trap that fails fails for its own line."""
    for paragraph in (MILL, WEIR, KEYS, FERRY, DIVER, BEES, HIVES, CHESS):
        cleaned = clean_text(f"{CHESS}\n\n{paragraph}\n\n{MILL}")
        assert [e.label for e in cleaned.ledger if e.label not in TEXT_LABELS] == []
        assert len(cleaned.articles) == 1
