"""The people in a byline; agencies, desks, roles, places, dates and handles are none."""

from __future__ import annotations

import re
from functools import lru_cache

from cleaner.text import collapse, fold, normal

SPOKEN = (
    r"by|von|par|por|di|af|av|door|text|texto|texte|testo|autor(?:in|a)?(?:/autor(?:in)?)?|auteure?s?|autore|authors?(?:\(s\))?|contributors?|words|reporting|propos recueillis par|"
    "(?:une? |eine? |an? )?(?:entretien|interview|report|reportage|beitrag|kommentar|artikel|artículo|crónica|reportaje|article|gastbeitrag|analyse|"
    "analysis|kolumne|column|essay|comment|kritik|review|tribune|chronique|opinión|análisis) (?:by|von|par|por|de|di)|(?:story|words|text|written|reported|compiled|posted|published|submitted|reviewed|contributed)"
    r"(?:,? (?:and|&) (?:photos?|photography|pictures?|images?|video|photographs?))? by|(?:written|posted|published) by|"
    r"(?:photos?|photography|pictures?|images?|video),? (?:and|&) (?:text|words|story|report) by"
)
OUR_REPORTER = (
    r"(?:de |dal(?:la|l')? |del(?:la)? |d[oa] )?(?:unsere[mnr]?|nuestr[oa]s?|nostr[oaie]|notre|nos|noss[oa]s?) (?:redakteur(?:in)?|korrespondent(?:in)?|"
    r"reporter(?:in)?|mitarbeiter(?:in)?|corresponsal(?:es)?|redactor(?:a|es)?|enviad[oa]s?(?: especia(?:l|is|les))?|inviat[oaie]|corrispondent[ei]|"
    r"correspondant(?:e|s|es)?|envoy[ée](?:e|s|es)?(?: sp[ée]cia(?:l|le|ux|les))?|correspondentes?|rep[óo]rter(?:es)?)"
)
"""Before the name, in languages that print the office there: `Von unserem Redakteur Ole Voss`."""
PREFIX = re.compile(rf"^[\W_]*(?:(?:{SPOKEN}|{OUR_REPORTER})(?!\w)[\s:]*)+", re.IGNORECASE)
SCRIPTS = re.compile(
    r"^[(（【]?(?:[^\W\d_]{0,6}(?:記者|记者)[:：／/\s]*(?=\S)|(?:文|作者|撰文|責編|责编|責任編輯|责任编辑|編輯|编辑|執筆|取材・文|取材|聞き手)\s*[:：／/|＝=]\s*|"
    r"(?:автор(?:ы)?|текст|источник фото)\s*[:：]\s*|लेखक\s*[:：]\s*|(?:بقلم|كتب(?:ت|ه|ها)?|إعداد|تحرير|الكاتبة?)\s*[:：/–-]?\s+)"
    r"|\s*[／/]\s*[^／/]{1,6}(?:報導|报道)$|(?<=[^\W\d_])\s*(?:記者|记者)$|\s+(?:द्वारा|ने लिखा)$",
    re.IGNORECASE,
)
"""Words for `by` in other scripts; they stand before the name without a space, or behind it."""

IDEOGRAPHS = re.compile(r"[㐀-鿿가-힯]{2,4}")
"""A Chinese, Japanese or Korean name: no space in it."""

GLUED = re.compile(r"^(?:By|Von|Par|Por)(?=[A-ZÀ-ÖØ-Þ][a-zß-ÿ]+ [A-ZÀ-ÖØ-Þ])")
GLUED_LABEL = re.compile(
    r"(?<=[^\W\d_A-Z])(?=(?:Published|Updated|Posted|Publié|Publicado|Veröffentlicht|Aktualisiert|Stand)\b|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d|"
    r"(?:Senior|Staff|City|Shopping|Writer|Editor|Reporter|Columnist|Correspondent|Contributor|Twitter|Facebook)\b)"
)
WITHIN = re.compile(
    r"^(?:.*?[\d:|,] )?(?:posted|published|updated|written|on|at|am|le|el)\b.*?\b(?:by|von|par|por) (?-i:(?=[^\W\d_a-z]))",
    re.IGNORECASE,
)

DATED = re.compile(
    r"^\W*(?:(?:posted|published|updated)(?: on)?:? )?(?:[^\W\d_]{3,9}[.,]? )?(?:[^\W\d_]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d\d|"
    r"\d{1,2}(?:st|nd|rd|th)?\.? ?(?:de )?[^\W\d_]{3,10}\.?,? (?:de )?(?:19|20)\d\d|\d{1,4}[./-]\d{1,2}[./-]\d{2,4})"
    r"(?:,? (?:at |um |à )?\d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?| uhr)?)?\s*(?:[|·•–—,/-]\s*|(?=by\b|von\b|par\b|por\b))",
    re.IGNORECASE,
)
"""A day before the name: `4 March 2026 · Ana Ruiz`."""

TOLD = re.compile(r"^.*\bas told to\s+", re.IGNORECASE)
"""Of `Ana Ruiz as told to Bo Lind` the second wrote."""

HOUSE_TAIL = re.compile(
    r"(?<=[^\W\d_] )(?:the )?(?:associated press|canadian press|press association|agence france-presse|thomson reuters foundation|"
    r"reuters|bloomberg(?: news)?|deutsche presse-agentur|afp|dpa|efe|ansa)$",
    re.IGNORECASE,
)
"""The agency that the writer works for, behind the name without a comma."""

HOUSE = re.compile(r"\((?:www\.)?\w[\w-]+\.(?:com|org|net|[a-z]{2})\)")
"""Behind a house's name in an author field: `Harrow Tide (www.harrowtide.com)`."""

BARS = re.compile(
    r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,3}(?: ?\| ?[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){1,3})+"
)
"""Full names with bars between, as author fields have them: `Ana Ruiz|Bo Lind`."""

SLASH = re.compile(r"(?<=[a-zß-ÿ])/(?=[A-ZÀ-ÖØ-Þ][\w'’-]+ [A-ZÀ-ÖØ-Þ])")
"""Between two full names: `Ana Ruiz/Bo Lind`."""

TAIL = re.compile(
    r"\s*(?:[|•·»←→\n\t]|\s[-–—/]+\s|[;,]?\s*\b(?:photos?|photography|pictures?|images?|video|illustrations?|fotos?|bilder|photographies?|фото|"
    r"on behalf of|edited|translated|(?:last )?updated?|published|posted|last modified|reviewed|for|via|publié|mis à jour|publicado|actualizado|veröffentlicht|aktualisiert|stand)"
    r"\b(?!\s*(?:and|&)).*|[,\s]*(?:\b(?:on|at|am|le|el|em|il) )?\b(?:jan|feb|mar|apr|ma[iy]|jun|jul|aug|sep|oct|okt|nov|dec|dez)[^\W\d_]*\.? \d.*|\s(?:in|à|en|aus) (?-i:(?=[^\W\d_a-z])).*|\s\((?![^()]*\)\s[^\W\d_])|\s(?:on|at|am|um|le|el|em|il) \d|[\s/／、]*(?:写真|撮影|摄影|攝影)\s*[:：／/＝=].*|\d).*$",
    re.IGNORECASE | re.DOTALL,
)
AND = re.compile(r"\s*(?:\s&\s|\s\+\s|,?\s(?:and|und|et|with|mit|avec|og|och|en)\s)\s*")
AND_ROMANCE = re.compile(r"\s(?:y|e)\s")
COMMA = re.compile(r"\s*[,;、]\s*")

NO_PERSON = re.compile(
    r"\b(?:staff|news|newsroom|desk|team|editors?|editorial|editor-in-chief|editora?|redaktion\w*|\w*redaktion|\w*redakteur(?:in)?|redaktör|redacci[oó]n|"
    r"r[ée]daction|redazione|redaktionen|agency|agencies|agencias?|agences?|agentur(?:en)?|press|presse|media|times|daily|magazine|network|gazette|herald|"
    r"tribune|journal|reuters|afp|ap|dpa|efe|ansa|upi|pti|ians|ani|voa|xinhua|bloomberg|admin\w*|webmaster|contributors?|writers?|reporters?|"
    r"reporterin(?:nen)?|correspondents?|corresponsal|correspondant[es]*|korrespondent(?:in)?|envoy[ée]s?|enviad[oa]|special|bureau|guest|author|autor|"
    r"unknown|anonymous|wire|services?|official|inc|llc|ltd|gmbh|university|institute|department|company|group|foundation|society|association|"
    r"council|committee|board|columnists?|journalists?|journaliste|periodista|giornalista|photographers?|fot[oó]graf\w*|producers?|anchor|blogger|"
    r"critic|intern|analyst|consultants?|specialist|strategist|experts?|reviewers?|dietitian|nutritionist|certified|developer|engineering|director|manager|president|professor|chief|head of|founder|ceo|co-founder|marketing|shop|blog|podcast|"
    r"radio|tv|television|channel|studio|online|web|site|website|facebook|twitter|linkedin|instagram|youtube|"
    r"comments?|minutes?|hours?|ago|posts?|articles?|latest|updated?|published|posted|subscribe|newsletter|sponsored|partner|advertis\w+|"
    r"content|null|undefined|representatives?|candidate|attorneys?|lawyers?|counsel|researchers?|fellows?|physicians?|nutritionists?|therapists?|former|"
    r"log ?in|log ?out|sign ?(?:in|up)|takeaways?|thoughts|insights?|download|(?:e-?)?mail|details|sharing|trending|popular|related|categor(?:y|ies)|"
    r"information|policy|privacy|cookies?|accessibility|overview|summary|introduction|conclusion|questions|answers|solutions?|resources?|products?|"
    r"pricing|programs?|programmes?|checked|bio|takeaway|trends|tips|guide|essentials|technology|industry|events?|learning|name \*|help|joined|captions?|modified|engineers?|scientists?|designers?|architects?|veterinarians?|lecturers?|advis[eo]rs?|officers?|licensed|"
    r"story|stories|topics?|tags?|contents|thema|mehr|edition|subscriptions?|account|profile|health|education|disclosure|"
    r"cent(?:er|re)|clinic|school|college|academy|museum|ministry|commission|federation|alliance|authority|hotels?|partners|labs|studios|"
    r"software|systems|collective|digest|report|bulletin|chronicle|observer|sentinel|dispatch|universit(?:y|ät|é|à)|universidade?|hochschule|institut[oe]?|"
    r"ministerium|ministère|ministerio|ministero|stiftung|fundación|fundação|fondation|fondazione|asociación|associação|associazione|verein|verband|verlag|zeitung|"
    r"nachrichtenagentur|anzeiger|tageblatt|dagblad|krant|rundschau|diario|diário|periódico|jornal|giornale|gazzetta|corriere|quotidien|redação|editoria|"
    r"редакция|редакции|агентство|администратор|новости|газета)\b|\bby$|編集部|编辑部|編輯部|取材班|通信社|通讯社|新聞|新闻|报社"
)
"""Searched in small letters: an expression that ignores case takes four times as long for so many words."""
FURNITURE = re.compile(
    r"(?i)^(?:best|top|free|currently|link|hide|who|what|how|why|where|work|start|submit|request|please|set|using|name|originally|spotlight|buy|you|use|meet|find|go|get|apply|hire|original paper|united states|front page|letters to|full|design|key|quick|final|common|event|public|"
    r"social|exclusive|trade|front|back to|read|learn|more|share|copy|print|save|listen|watch|click|tap|skip|tweet|bookmark|follow|view|see|profile|home|store|test|user|about|contact|support|none|n/a|the|our|all|your|this)\b"
)
"""Words that are surnames too, and so count only where they open the line."""

OFFICE = re.compile(
    r"(?i)(?<=[^\W\d_] )(?P<office>(?:(?:senior|chief|junior|deputy|assistant|associate|managing|executive|contributing|political|business|sports?|health|science|crime|"
    r"education|environment|city|local|national|world|foreign|digital|data|features?|opinion|lifestyle|entertainment|tech(?:nology)?|travel|food|culture|"
    r"arts?|breaking|freelance|investigative|multimedia|weather|legal|economics?|finance|money|politics|transport|royal|showbiz|consumer|parliamentary|wellness|gaming|games|film|movies?|"
    r"music|video|audio|social|security|defen[cs]e|diplomatic|climate|energy|housing|religion|beauty|fashion|shopping|commerce|markets?|courts?|police|war) )*"
    r"(?:staff|news|writer|reporter(?:in)?|correspondent|editor|columnist|journalist|contributor|photographer|producer|anchor|blogger|critic|intern|analyst|"
    r"consultant|specialist|strategist|expert|dietitian|nutritionist|redakteur(?:in)?|korrespondent(?:in)?|corresponsal|journaliste|periodista|special to)\b.*|"
    r"(?:senior|junior|deputy|associate|contributing|managing|parliamentary|political|wellness|city|shopping)$)",
)
"""The writer's office, printed behind the name without a comma, or what a rule for bylines left of it."""

DAYS = frozenset(
    "mon tue tues wed thu thurs fri sat sun monday wednesday thursday january july august september october november december janvier février juillet août octobre novembre décembre juli oktober enero "
    "febrero julio agosto septiembre octubre noviembre diciembre friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi "
    "dimanche lunes martes miércoles jueves viernes sábado domingo today yesterday february march januar februar märz mai dezember".split(),
)
"""Words that open a date, where nothing else follows; `Tuesday Okoro` is a name."""

LETTERS = frozenset("phd md jd mba rn do dds cpa cfp esq esquire ma ba msc bsc llb llm dphil edd dr".split())
"""Degrees behind a comma."""

NUMERALS = frozenset({"III", "VII", "VIII"})
VOWELS = frozenset("AEIOUY")
LONGEST_DEGREE = 4
"""Letters of a degree that could be spoken as a word: `André Oliver KLEIN` has a surname."""

CREDENTIAL = re.compile(r"(?:[A-Z]\.?){2,6}(?: ?\([A-Z]+\))?|[A-Z][a-z]\.?[A-Z]\.?")
"""`MD`, `Ph.D.`, `VTS`: stands between the names of a list."""

SUFFIX = re.compile(r",\s*(Jr|Sr|II|III|IV)\b\.?(?=\s*(?:$|[,;&]|and\b|und\b))", re.IGNORECASE)
PARTICLES = frozenset(
    "van von vom zu zum zur der den de del della dello dei di da das do dos du des la le les lo el al bin bint ibn ben ten ter te af av y e i och d' 't op".split(),
)
GIVEN = frozenset({"Ben", "Al", "Des", "Della"})
"""Particles that are given names too."""
PLACES = re.compile(
    r"^(?:New|San|Santa|Los|Las|Saint|St\.?|North|South|East|West|Washington|Hong|United|Great|Rio|Sankt|Bad|Buenos|Kuala|Abu|Tel|El) [^\W\d_]+(?: [^\W\d_]+)?$"
)
LONG_WORD = re.compile(r"[^\W\d_]{3,}")
GAP_BEFORE = re.compile(r"(?![\w@.#/-])")
GAP_BEHIND = re.compile(r"(?![\w@/-]|\.\w)")
"""Around a word in small letters that is part of no address, handle or other word."""
LINE = 400
"""Characters of a byline that are read."""

LONGEST = 5
"""Words in a name at most, particles aside; longer runs were titles or lists."""


@lru_cache(maxsize=16_384)
def people(text: str, *, structured: bool = False, outlets: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the names of the people in a byline, in order and once each.

    `structured`: the text is an author field, so that `Voss, Lena` may be turned round; `outlets`: names of the site, as `outlets` in `document` gathers them.
    """
    if structured and HOUSE.search(text):
        return ()
    names: list[str] = []
    listed = text.replace("|", ";") if structured and BARS.fullmatch(collapse(text)) else text
    for part in _parts(_bare(listed), structured=structured):
        name = _name(part, structured=structured)
        if name and not outlets & {normal(name), squeeze(name)} and normal(name) not in {normal(n) for n in names}:
            names.append(name)
    return tuple(names)


def is_phrase(name: str, text: str) -> bool:
    """Tell a heading such as `Harbour Insurance` from a name: the text writes each of its words small too."""
    words = [word.lower() for word in LONG_WORD.findall(name) if not word.isupper()]
    return len(words) > 1 and all(_stands_alone(word, text) for word in words)


def _stands_alone(word: str, text: str) -> bool:
    """Find a word between others, in no address or handle; an expression for each word would have to be compiled."""
    at = text.find(word)
    while at >= 0:
        behind = at + len(word)
        if GAP_BEFORE.match(text[max(0, at - 1) : at]) and GAP_BEHIND.match(text[behind : behind + 2]):
            return True
        at = text.find(word, at + 1)
    return False


def squeeze(name: str) -> str:
    """Reduce a name to its letters, as a host writes it: `The Harrow Tide` → `harrowtide`."""
    return normal(name).replace(" ", "").removeprefix("the")


def _bare(text: str) -> str:
    line = collapse(text[:LINE].replace("\n", " | "))
    line = re.sub(r"https?://\S+|\S+@\S+|@\w+|\(@[^)]*\)", "|", line) if "@" in line or "://" in line else line
    line = GLUED_LABEL.sub(" | ", GLUED.sub("", line if line.isascii() else SCRIPTS.sub("", line)))
    line = WITHIN.sub("", DATED.sub("", TOLD.sub("", line, count=1), count=1), count=1)
    line = TAIL.sub("", PREFIX.sub("", line, count=1), count=1)
    line = HOUSE_TAIL.sub("", SLASH.sub("; ", line), count=1)
    name = OFFICE.sub("", line, count=1).strip(" ,;:|）】")
    return name if len(name.split()) > 1 else line.strip(" ,;:|）】")


def _parts(line: str, *, structured: bool) -> list[str]:
    line = SUFFIX.sub(r" \1", line)
    if structured and re.fullmatch(r"[^\W\d_][\w'’-]*, [^\W\d_][\w'’.-]*(?: [^\W\d_]\.?)?", line):
        last, first = line.split(", ")
        return [line] if first.lower().strip(".") in LETTERS else [f"{first} {last}"]
    persons = AND.split(line)
    several = len(persons) > 1 or ";" in line
    parts: list[str] = []
    for group in persons:
        for i, part in enumerate(COMMA.split(group)):
            if i and CREDENTIAL.fullmatch(part):
                continue
            if i and not _is_full_name(part):
                if not several:
                    break  # an office or place; behind it stands the house
                if any(" " in person for person in persons):
                    continue  # `Ana Ruiz and Bo Lind, Harbour Correspondents`
            parts.extend(_romance(part))
    return parts


def _romance(part: str) -> list[str]:
    """Cut at Spanish `y` and Italian `e`, unless they join two surnames: `José Ortega y Gasset`."""
    parts = AND_ROMANCE.split(part)
    return parts if all(len(p.split()) > 1 for p in parts) else [part]


def _is_full_name(part: str) -> bool:
    """Tell a second person from a role or place behind a comma."""
    if IDEOGRAPHS.fullmatch(part):
        return True
    tokens = part.split()
    return 2 <= len(tokens) <= LONGEST and all(_is_name_word(t) for t in tokens) and not PLACES.match(part)


def _name(part: str, *, structured: bool) -> str | None:
    tokens = [t for t in part.strip(' .,;:-–—|/"“”«»()[]×&').split() if t]
    while len(tokens) > 1 and _is_degree(tokens[-1], tokens[:-1]):
        tokens.pop()
    if len(tokens) > 2 and tokens[-1].lower() in DAYS | {"tuesday"}:
        tokens.pop()  # the date that followed was cut off: `Ana Ruiz Sábado`
    half = len(tokens) // 2
    if (
        len(tokens) >= 4
        and len(tokens) % 2 == 0
        and [t.lower() for t in tokens[:half]] == [t.lower() for t in tokens[half:]]
    ):
        tokens = tokens[:half]
    name = " ".join(tokens).strip(" ,;")
    if not _is_person(name, tokens) or (name.islower() and not structured):
        return None
    return _title_case(name) if name.isupper() or name.islower() else name


def _is_degree(token: str, before: list[str]) -> bool:
    """Tell `PhD`, and `CPP` behind a name that is not in capitals, from a surname such as `Ma`."""
    letters = token.strip(".,").replace(".", "")
    if letters.lower() in LETTERS:
        return len(before) > 1 or letters != letters.capitalize()
    if len(before) < 2 or len(letters) < 3 or not (letters.isascii() and letters.isupper()) or before[0].isupper():
        return False
    return letters not in NUMERALS and (len(letters) <= LONGEST_DEGREE or not VOWELS & set(letters))


def _is_person(name: str, tokens: list[str]) -> bool:
    if not tokens or len(tokens) > LONGEST + 2 or not 2 <= len(name) <= 60:
        return False
    if (
        any(c.isdigit() for c in name)
        or re.search(
            r"[@#{}<>_=/\\?!:…]|\w{3}\.\w{2,}|\w\.(?:[Cc]om|net|org|de|at|ch|fr|es|it|uk|eu|news)$|www\.", name
        )
        or NO_PERSON.search(fold(name).lower())
        or FURNITURE.match(name)
    ):
        return False
    if len(tokens) == 1 and (name.lower() in DAYS or (name.isupper() and len(name) <= 5) or _is_lone_particle(name)):
        return False
    return name.islower() or all(_is_name_word(t) for t in tokens)


def _is_lone_particle(name: str) -> bool:
    """Tell what is left of a cut name from Ben and Al, who are called so."""
    return name.lower() in PARTICLES and name not in GIVEN


def _is_name_word(token: str) -> bool:
    bare = token.strip(".'’\"“”()")
    return bool(bare) and (
        bare[0].isupper() or not bare[0].islower() or bare.lower() in PARTICLES or bare[:2] in {"d'", "d’", "al", "de"}
    )


def _title_case(name: str) -> str:
    """Write `ÁLVARO DE LA PEÑA-MCCOY` as `Álvaro de la Peña-McCoy`."""
    words = [
        w.lower() if w.lower() in PARTICLES else re.sub(r"[^\W\d_]+", lambda m: m.group().capitalize(), w)
        for w in name.split()
    ]
    return re.sub(r"\bMc([a-z])", lambda m: "Mc" + m.group(1).upper(), re.sub(r"(['’])S\b", r"\1s", " ".join(words)))
