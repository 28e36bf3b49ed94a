"""The classifier's abbreviated names, written out. Pure.

What a place is, is read from the ending of its Kazakh name; the Russian prefix misleads: «с.а.»
and «п.а.» stand before and after, a district of a city is once «р.а.» and once «а.ә.».
"""

import re
from dataclasses import dataclass

from app.places.models import Kind, Level

ADJECTIVE = re.compile(r"(ий|ый|ой|ая|ое)$")
KK_ENDINGS = (
    (Kind.RURAL_OKRUG, r"(?:а\. ?о\.?|ауылдық округі?)"),
    (Kind.VILLAGE, r"(?:а\. ?ә\.?|ауыл әкімшілігі)"),
    (Kind.KENT, r"к\. ?ә\.?"),
    (Kind.TOWN, r"қ\. ?ә\.?"),
)
KK_HOMES = (
    (Kind.AUL, r"(?:(?:а|с)\.? ?(?:а\.)?|ауылы)"),
    (Kind.KENT, r"(?:к\.?|кенті)"),
    (Kind.CITY, r"(?:[қќ]\.?|қаласы)"),
    (Kind.CITY_RAION, r"ауданы"),
)
NAMED_AFTER = re.compile(r" (?:атындағы|атын\.?|ат\.) ?$")
# What a Russian name is called, in front or behind.
RU_WORDS = {
    Kind.RURAL_OKRUG: r"с\. ?о\.?",
    Kind.VILLAGE: r"с\. ?а\.?",
    Kind.KENT: r"п\. ?а\.?",
    Kind.TOWN: r"г\. ?а\.?",
    Kind.CITY: r"(?:г\.|[Гг]\. ?[Аа]\.)",
    Kind.CITY_RAION: r"(?:р\. ?а\.|район)",
    Kind.RAION: r"[Рр]айон",
    Kind.OBLAST: r"область",
}
RU_HOMES = {
    Kind.AUL: r"(?:с|а)\.",
    Kind.KENT: r"(?:п\.|[Пп]ос[её]лок)",
    Kind.CITY: r"г\.",
    Kind.CITY_RAION: r"район",
}
# Display: Kazakh after the name (plain after «атындағы»), Russian before a noun or after an
# adjective.
KK_NAMES = {
    Kind.RURAL_OKRUG: ("ауылдық округі", "ауылдық округ"),
    Kind.VILLAGE: ("ауылы", "ауыл"),
    Kind.AUL: ("ауылы", "ауыл"),
    Kind.KENT: ("кенті", "кент"),
    Kind.TOWN: ("қаласы", "қала"),
    Kind.CITY: ("қаласы", "қала"),
    Kind.CITY_RAION: ("ауданы", "аудан"),
    Kind.RAION: ("ауданы", "аудан"),
    Kind.OBLAST: ("облысы", "облыс"),
}
RU_NAMES = {
    Kind.RURAL_OKRUG: ("сельский округ", "сельский округ"),
    Kind.VILLAGE: ("село", "сельская администрация"),
    Kind.AUL: ("село", "село"),
    Kind.KENT: ("посёлок", "поселковая администрация"),
    Kind.TOWN: ("город", "городская администрация"),
    Kind.CITY: ("город", "город"),
    Kind.CITY_RAION: ("район", "район"),
    Kind.RAION: ("район", "район"),
    Kind.OBLAST: ("область", "область"),
}
STATION = re.compile(r"^ст\. ?(?P<name>.+)$|^(?P<name2>.+?) ст\.?$")
SIDING = re.compile(r"^рзд\. ?(?P<name>.+)$|^(?P<name2>.+?) рзд\.?$")
LETTERS = dict(
    zip(
        "абвгғдежзийкқлмнңоөпрстуұүфхһыіэә",
        "abvggdejziykqlmnnooprstuuufhhyiea",
        strict=True,
    )
) | {"ё": "yo", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ю": "yu", "я": "ya", "ь": "", "ъ": ""}


@dataclass(frozen=True, slots=True)
class Name:
    """What a place is, and what it is called in full and without its kind."""

    kind: Kind
    name_kk: str
    name_ru: str
    short_kk: str
    short_ru: str
    hidden: bool = False


def tidy(text: str) -> str:
    """One space where there were many or an unbreakable one."""
    return " ".join(text.split()).replace(" .", ".")


def read_name(level: Level, name_kk: str, name_ru: str) -> Name:
    """A row's names, written out."""
    kk, ru = tidy(name_kk), tidy(name_ru)
    kind, stem = _kind(level, kk, ru)
    if kind is Kind.OTHER:
        return _other(kk, ru)
    named_after = NAMED_AFTER.search(stem) is not None
    short_kk = NAMED_AFTER.sub("", stem)
    after, alone = KK_NAMES[kind]
    full_kk = f"{short_kk} атындағы {alone}" if named_after else f"{short_kk} {after}"
    short_ru = _without(RU_HOMES if level is Level.SETTLEMENT else RU_WORDS, kind, ru)
    return Name(kind, full_kk, ru_name(kind, short_ru), short_kk, short_ru)


def ru_name(kind: Kind, short: str) -> str:
    """«сельский округ Арнасай», «Суратский сельский округ», «село Боранкул»."""
    before, after = RU_NAMES[kind]
    if kind is not Kind.AUL and ADJECTIVE.search(short) and not short.startswith("им."):
        return f"{short} {after}"
    return f"{before} {short}"


def _kind(level: Level, kk: str, ru: str) -> tuple[Kind, str]:
    if level is Level.SETTLEMENT:
        if kk.startswith("а."):
            kk = f"{kk[2:].strip()} а."
        for kind, ending in KK_HOMES:
            if found := re.fullmatch(rf"(.+?)[ .]{ending}", kk):
                return kind, _dotted(found[1])
        return Kind.OTHER, kk
    if level is Level.OBLAST:
        if found := re.fullmatch(r"(.+) қ\.", kk):
            return Kind.CITY, found[1]
        return Kind.OBLAST, re.sub(r" облысы$", "", kk)
    if level is Level.RAION:
        if found := re.fullmatch(r"(.+) (?:Қ\.Ә\.|Г\.А\.)", kk):
            return Kind.CITY, found[1]
        return Kind.RAION, re.sub(r"[ .]ауданы$", "", kk)
    if re.search(r"(^| )р\. ?а\.", ru):
        return Kind.CITY_RAION, re.sub(r" ?а\. ?ә\.?$", "", kk)
    for kind, ending in KK_ENDINGS:
        if found := re.fullmatch(rf"(.+?)[ .]{ending}", kk):
            return kind, _dotted(found[1])
    for kind, ending in ((Kind.CITY, r"[қќ]\."), (Kind.CITY_RAION, "ауданы")):
        if found := re.fullmatch(rf"(.+?) {ending}", kk):
            return kind, found[1].strip()
    return Kind.OTHER, kk


def _dotted(stem: str) -> str:
    """The full stop that was taken for a part of the ending: «Темір Масин ат.а.о.»."""
    stem = stem.strip()
    return f"{stem}." if stem.endswith((" атын", " ат")) else stem


def _other(kk: str, ru: str) -> Name:
    """Stations and sidings are shown as people say them; the rest as it stands, hidden."""
    for pattern, kk_word, ru_word in (
        (STATION, "станциясы", "станция"),
        (SIDING, "разъезі", "разъезд"),
    ):
        found, found_ru = pattern.match(kk), pattern.match(ru)
        if found and found_ru:
            short_kk = (found["name"] or found["name2"]).strip()
            short_ru = (found_ru["name"] or found_ru["name2"]).strip()
            return Name(
                Kind.OTHER, f"{short_kk} {kk_word}", f"{ru_word} {short_ru}", short_kk, short_ru
            )
    return Name(Kind.OTHER, kk, ru, kk, ru, hidden=True)


def _without(words: dict[Kind, str], kind: Kind, ru: str) -> str:
    word = words[kind]
    short = re.sub(rf"^{word} ?", "", ru)
    if short == ru:
        short = re.sub(rf" ?{word}$", "", ru)
    short = re.sub(r"^(?:имени|им\.) ?", "им. ", short)
    return short.strip() or ru


def transliterate(short_kk: str) -> str:
    """«Боранқұл» as it stands in an address: `boranqul`."""
    text = "".join(LETTERS.get(c, c) for c in short_kk.lower())
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")
