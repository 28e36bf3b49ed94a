"""An invented proposal, and the names of invented people."""

from dataclasses import dataclass
from typing import Literal

Fate = Literal["ballot", "refused_money", "forwarded", "returned", "overdue", "withdrawn", "new"]


@dataclass(frozen=True, slots=True)
class Idea:
    """An invented proposal and what becomes of it before the vote."""

    title_kk: str
    title_ru: str
    short_kk: str
    short_ru: str
    body: str
    settlement: int  # place in the district's list, the largest first
    place: str
    direction: int
    price: int
    weight: int = 10  # how many of a hundred residents like it
    contribution: str = ""
    fate: Fate = "ballot"
    lang: str = "kk"
    picture: str = ""  # drawn by `pictures`


KK_FAMILY = (
    "Сейітов",
    "Ермеков",
    "Ахметов",
    "Омаров",
    "Жақсыбеков",
    "Тілеуов",
    "Қасымов",
    "Нұрланов",
    "Әбдіров",
    "Бекжанов",
    "Дүйсенов",
    "Есімов",
    "Жұмабаев",
    "Иманов",
    "Кенжебаев",
    "Мұқанов",
    "Оспанов",
    "Рахимов",
    "Сәрсенов",
    "Төлегенов",
    "Үсенов",
    "Шәріпов",
    "Бейсенов",
    "Қалиев",
)
KK_WOMEN = (
    "Айгерім",
    "Гүлнар",
    "Дана",
    "Сәуле",
    "Жанар",
    "Мәдина",
    "Әсел",
    "Қарлығаш",
    "Назгүл",
    "Перизат",
    "Раушан",
    "Толқын",
    "Ұлжан",
    "Шолпан",
    "Ақмарал",
    "Бибігүл",
)
KK_MEN = (
    "Болат",
    "Ерлан",
    "Нұрлан",
    "Марат",
    "Асқар",
    "Бекзат",
    "Ғалым",
    "Дәулет",
    "Жандос",
    "Қайрат",
    "Мейрам",
    "Олжас",
    "Серік",
    "Талғат",
    "Айдос",
    "Бауыржан",
)
FATHERS = ("Серік", "Ерлан", "Болат", "Қайрат", "Марат", "Асқар", "Жандос", "Талғат")
