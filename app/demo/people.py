"""Who lives in the demo: invented residents and officials, and their sign-in cards."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.demo.content import FATHERS, KK_FAMILY, KK_MEN, KK_WOMEN
from app.people.iin import check_digit
from app.people.models import Role

PASSWORD = "asar-demo-2026"
SOURCE = "Ойдан шығарылған тізім (көрсету нұсқасы)"
FAMILY_PHONE = "+77000000000"  # a demo sends nothing: it writes messages into a file
LEGAL_BASIS = "2001 жылғы 23 қаңтардағы № 148 Заң, 39-1-бап"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the demo: how many residents are invented for it, and its share by settlement."""

    kato: str
    slug: str
    residents: int
    shares: tuple[int, ...]  # in the order of the district's settlements
    known: tuple[str, ...]  # by name in the README and in tests


UNITS = (
    Unit(
        "315446000",
        "surat",
        240,
        (65, 20, 15),
        ("Сейітова Айгерім Бақытқызы", "Ермеков Болат Серікұлы"),
    ),
    Unit("315443000", "oytal", 150, (70, 20, 10), ("Ахметова Гүлнар Ерланқызы",)),
    Unit("473639000", "boranqul", 120, (100,), ("Есімов Айдос Маратұлы",)),
)


@dataclass(frozen=True, slots=True)
class InventedOfficial:
    """An invented official."""

    login: str
    name: str
    role: Role
    slug: str = ""  # of the district, for a clerk or an akim
    raion: str = ""  # KATO, for the maslikhat
    constituency: tuple[str, ...] = ()
    by_order: str = ""


MERKE, BEINEU = "315400000", "473600000"
OFFICIALS = (
    InventedOfficial("dana", "Омарова Дана", Role.CLERK, "surat"),
    InventedOfficial("nurlan", "Жақсыбеков Нұрлан", Role.CLERK, "surat"),
    InventedOfficial("erlan", "Тасқынов Ерлан", Role.AKIM, "surat"),
    InventedOfficial("marat", "Ысқақов Марат", Role.CLERK, "oytal"),
    InventedOfficial("zhanar", "Тілеуова Жанар", Role.AKIM, "oytal"),
    InventedOfficial("asel", "Мұқанова Әсел", Role.CLERK, "boranqul"),
    InventedOfficial("kairat", "Дәулетов Қайрат", Role.AKIM, "boranqul"),
    InventedOfficial(
        "saule", "Оразбаева Сәуле", Role.MASLIKHAT, raion=MERKE, constituency=("surat",)
    ),
    InventedOfficial(
        "askar", "Бейсенов Асқар", Role.MASLIKHAT, raion=MERKE, constituency=("oytal",)
    ),
    InventedOfficial("raushan", "Қалиева Раушан", Role.MASLIKHAT_OFFICE, raion=MERKE),
    InventedOfficial(
        "talgat", "Нұрланов Талғат", Role.MASLIKHAT, raion=BEINEU, constituency=("boranqul",)
    ),
    InventedOfficial("sholpan", "Иманова Шолпан", Role.MASLIKHAT_OFFICE, raion=BEINEU),
    InventedOfficial("bekzat", "Ахметов Бекзат", Role.RAION_OFFICE, raion=MERKE),
    InventedOfficial("gulmira", "Сағынова Гүлмира", Role.RAION_OFFICE, raion=BEINEU),
    InventedOfficial("timur", "Ли Тимур", Role.OBSERVER),
    InventedOfficial("operator", "Оператор", Role.OPERATOR),
)


def clerk_of(slug: str) -> str:
    """The name of a district's clerk."""
    return next(one.name for one in OFFICIALS if (one.slug, one.role) == (slug, Role.CLERK))


# Who gets a card, by the place in the district's list of people.
CARDS = {"surat": 6, "oytal": 3, "boranqul": 3}


def invented_names(number: int, dice: random.Random, first: Sequence[str]) -> list[str]:
    """So many different names: family, own, father's; whom the README speaks of come first."""
    names = dict.fromkeys(first)
    while len(names) < number:
        woman = dice.random() < 0.5
        family = dice.choice(KK_FAMILY) + ("а" if woman else "")
        own = dice.choice(KK_WOMEN if woman else KK_MEN)
        father = dice.choice(FATHERS) + ("қызы" if woman else "ұлы")
        names[f"{family} {own} {father}"] = None
    return list(names)[:number]


def invented_iins(number: int, dice: random.Random) -> list[str]:
    """Valid numbers that belong to nobody living: born in the 1800s by their seventh digit."""
    found: dict[str, None] = {}
    while len(found) < number:
        first = (
            f"{dice.randint(40, 99):02d}{dice.randint(1, 12):02d}{dice.randint(1, 28):02d}"
            f"{dice.choice('12')}{dice.randint(0, 9999):04d}"
        )
        if (digit := check_digit(first)) is not None:
            found[f"{first}{digit}"] = None
    return list(found)


def roll_text(unit: Unit, settlements: Sequence[str], dice: random.Random) -> str:
    """The roll as a clerk would bring it in."""
    names = invented_names(unit.residents, dice, unit.known)
    iins = invented_iins(unit.residents, dice)
    places = dice.choices(settlements[: len(unit.shares)], unit.shares, k=unit.residents)
    born = [told_birth(iin).isoformat() for iin in iins]
    rows = (";".join(row) for row in zip(names, iins, places, born, strict=True))
    return "name;iin;settlement;born\n" + "\n".join(rows) + "\n"


def told_birth(digits: str) -> date:
    """The day of birth to tell of an invented number: a hundred years after what it says."""
    return date(1900 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))


def card_entry(name: str, role: str, district: str | None, **sign_in: str) -> dict[str, Any]:
    """One line of `demo-cards.json`."""
    return {"name": name, "role": role, "district": district, "sign_in": sign_in}


def official_entries(secrets: Mapping[str, str]) -> list[dict[str, Any]]:
    """The officials' lines, each with the secret of their app for codes."""
    return [
        {
            **card_entry(
                one.name, str(one.role), one.slug or None, login=one.login, password=PASSWORD
            ),
            "totp_secret": secrets[one.login],
        }
        for one in OFFICIALS
    ]


def write_cards(cards: Sequence[dict[str, Any]], path: Path) -> None:
    """Keeps the cards for the sign-in page and for those who try it out."""
    path.write_text(json.dumps(cards, ensure_ascii=False, indent=1) + "\n")
    path.chmod(0o600)


def print_cards(cards: Sequence[dict[str, Any]], *, host: str, port: int) -> None:
    """Says where to go and as whom one may sign in."""
    print(f"\nAsar · demo: http://{reachable(host)}:{port}/kk/surat/")
    print("All people, proposals and votes are invented; places and their figures are real.")
    print("The sign-in page lists these people and signs in with one press. Officials then show a")
    print(
        "code: the page tells it here, and any app for such codes makes it from the secret below.\n"
    )
    for card in cards:
        how = card["sign_in"]
        words = (
            f"card {how['card']}  code {how['code']}"
            if "card" in how
            else f"{how['login']} / {how['password']}  code {card['totp_secret']}"
        )
        words += f"  phone {card['phone']}" if "phone" in card else ""
        print(f"  {card['role']:17}{card['district'] or '':10}{card['name']:34}{words}")
    print(flush=True)


def reachable(host: str) -> str:
    """The address to open; for 0.0.0.0 the one that a phone on this network reaches."""
    if host not in ("0.0.0.0", "::"):
        return host
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: asks which of our addresses leads out
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
