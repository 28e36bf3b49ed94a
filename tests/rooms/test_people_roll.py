"""The roll: a list comes in whole or not at all, and a person stands on one roll at a time."""

import threading
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from app.core.database import open_session, transaction
from app.core.refusal import Refusal
from app.ledger.queries import entries_about
from app.people.cards import issue_card
from app.people.iin import check_digit
from app.people.models import OffRoll, Person, RollEntry, RollImport
from app.people.queries import eligible, may_vote_on, public_name
from app.people.roll import add_by_hand, take_off
from app.people.roll_lists import RollRefused, import_roll
from app.people.roll_models import RollConflict
from app.people.roll_queries import roll_counts, roll_line, roll_lines
from app.places.models import Settlement
from tests.town import Town


def numbers(of: str = "600615") -> Iterator[str]:
    """Numbers that nobody alive has: born in the 19th century."""
    for place in range(1000, 9999):
        first11 = f"{of}1{place}"
        digit = check_digit(first11)
        if digit is not None:
            yield f"{first11}{digit}"


IINS = numbers()
ONE, TWO, THREE, FOUR, FIVE = (next(IINS) for _ in range(5))
HEAD = "name;iin;settlement\n"
LIST = HEAD + f"Сейітова Әсел Бақытқызы;{ONE};Сұрат\nКим Александр;{TWO};315446200\n"


@pytest.fixture
def bring(town: Town) -> Callable[..., RollImport]:
    """Brings a list in, as Dana does."""

    def bring_in(text: str | bytes, *, district: str = "surat", whole: bool = False) -> RollImport:
        with transaction(town.session) as session:
            return import_roll(
                session,
                keyring=town.keyring,
                district_id=f"d-{district}",
                text=text,
                source="Тұрғындар тізілімі",
                source_date=date(2026, 4, 1),
                legal_basis="№ 148 Заң, 39-1-бап",
                whole=whole,
                by_name="Дана Омарова",
                now=town.clock.now(),
            )

    return bring_in


def on_roll(session: Session, district: str = "surat") -> list[str]:
    return [line.name for line in roll_lines(session, district_id=f"d-{district}")[0]]


def test_a_list_comes_in(town: Town, bring: Callable[..., RollImport]) -> None:
    before = on_roll(town.session)
    made = bring(LIST)
    assert (made.rows, made.added) == (2, 2)
    assert set(on_roll(town.session)) - set(before) == {"Сейітова Әсел Бақытқызы", "Ким Александр"}
    (entry,) = entries_about(town.session, district_id="d-surat", subject="d-surat")
    assert entry.kind == "people.roll_imported"
    assert entry.facts["added"] == 2
    assert entry.facts["sha256"] == made.sha256
    assert "Сейітова" not in str(entry.facts)


def test_the_number_is_kept_nowhere(town: Town, bring: Callable[..., RollImport]) -> None:
    bring(LIST)
    rows = [*town.session.exec(select(Person)), *town.session.exec(select(RollEntry))]
    kept = " ".join(str(row.model_dump()) for row in rows)
    assert "Әсел" in kept
    assert ONE not in kept
    mac = town.keyring.mac("iin", ONE)
    assert town.session.exec(select(Person).where(Person.iin_mac == mac)).one().of_age_on == date(
        1878, 6, 15
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(";", ","),
        lambda text: text.replace(";", "\t"),
        lambda text: text.replace("name;iin;settlement", "ФИО;ИИН;Населённый пункт"),
        lambda text: text.replace("name;iin;settlement", "Аты-жөні;ЖСН;Елді мекен"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(ONE, f"'{ONE}"),
        lambda text: text.replace(TWO, f" {TWO[:6]} {TWO[6:]} "),
        lambda text: text.replace("Сұрат", "сурат"),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("kz1048"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("Сейітова Әсел Бақытқызы", "Сергеева Анна")
        .replace("Сұрат", "315446100")
        .encode("cp1251"),
        lambda text: "\n" + text + "\n;;\n",
    ],
)  # fmt: skip
def test_lists_as_offices_have_them(
    town: Town, bring: Callable[..., RollImport], change: Callable[[str], str | bytes]
) -> None:
    assert bring(change(LIST)).added == 2


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f";{THREE};Сұрат", "people.name_missing"),
        (f"?????ова ?сел;{THREE};Сұрат", "people.name_letters"),
        (f"<script>;{THREE};Сұрат", "people.name_wrong"),
        (f"-;{THREE};Сұрат", "people.name_wrong"),
        (f"{'Я' * 121};{THREE};Сұрат", "form.too_long"),
        (f"Ахмет Әлі;{THREE[1:]};Сұрат", "people.iin_digits"),
        ("Ахмет Әлі;6.00615E+11;Сұрат", "people.iin_digits"),
        (f"Ахмет Әлі;{THREE[:11]}{(int(THREE[11]) + 1) % 10};Сұрат", "people.iin_check"),
        (f"Ахмет Әлі;{THREE};Шу", "people.settlement_unknown"),
        (f"Ахмет Әлі;{THREE};", "people.settlement_unknown"),
        (f"Ахмет Әлі;{THREE};315443100", "people.settlement_unknown"),  # the other district's
        (f"Ахмет Әлі;{ONE};Сұрат", "people.iin_twice"),
        (f"Ахмет Әлі;{next(numbers('601315'))};Сұрат", "people.iin_day"),
        (f"Ахмет Әлі;{THREE}", "people.settlement_unknown"),
    ],
)
def test_one_bad_row_keeps_the_whole_list_out(
    town: Town, bring: Callable[..., RollImport], line: str, code: str
) -> None:
    before = on_roll(town.session)
    with pytest.raises(RollRefused) as refused:
        bring(LIST + line + "\n")
    assert [(p.row, p.why.code) for p in refused.value.checked.problems] == [(4, code)]
    assert on_roll(town.session) == before
    assert town.session.exec(select(RollImport)).all() == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "people.roll_empty"),
        (HEAD, "people.roll_empty"),
        (HEAD + ";;\n", "people.roll_empty"),
        (f"Ахмет Әлі;{ONE};Сұрат\n", "people.roll_header"),
        ("name;name;iin;settlement\nа;б;в;г\n", "people.roll_header"),
        ("name;iin\nа;б\n", "people.roll_header"),
        (HEAD + '"Ахмет', "sheets.quote"),
        (HEAD + f'"Ахмет" Әлі;{ONE};Сұрат\n', "sheets.quote"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00" + bytes(range(256)), "sheets.broken"),
    ],
)
def test_what_is_no_list_says_so(
    town: Town, bring: Callable[..., RollImport], text: str | bytes, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        bring(text)
    assert refused.value.code == code


def test_two_settlements_of_one_name_want_the_code(
    town: Town, bring: Callable[..., RollImport]
) -> None:
    with transaction(town.session) as session:
        session.add(
            Settlement(district_id="d-surat", id="315446600", name_kk="Сұрат", name_ru="Сурат 2")
        )
    with pytest.raises(RollRefused) as refused:
        bring(LIST)
    assert refused.value.checked.problems[0].why.code == "people.settlement_two"
    assert bring(LIST.replace("Сұрат", "315446100")).added == 2


def test_the_same_list_again_adds_nobody(town: Town, bring: Callable[..., RollImport]) -> None:
    bring(LIST)
    names = on_roll(town.session)
    again = bring(LIST + f"Ахмет Әлі;{THREE};Сұрат\n")
    assert (again.rows, again.added) == (3, 1)
    assert len(on_roll(town.session)) == len(names) + 1


def test_a_column_may_tell_the_day_of_birth(town: Town, bring: Callable[..., RollImport]) -> None:
    bring(f"name;iin;settlement;born\nАхмет Әлі;{next(numbers('601315'))};Сұрат;01.02.2010\n")
    with pytest.raises(RollRefused) as refused:
        bring(f"name;iin;settlement;born\nАхмет Әлі;{TWO};Сұрат;31.12.2030\n")
    assert refused.value.checked.problems[0].why.code == "people.born_ahead"
    (line,), _ = roll_lines(town.session, district_id="d-surat", name="ахмет али")
    assert line.of_age_on == date(2028, 2, 1)


def test_a_list_names_somebody_of_another_roll(
    town: Town, bring: Callable[..., RollImport]
) -> None:
    """The others come in, nobody is moved, and the raion is asked once."""
    bring(LIST)
    other = HEAD + f"Әсел;{ONE};Ойтал\nАхмет Әлі;{THREE};Ойтал\n"
    assert bring(other, district="oytal").added == 1
    bring(other, district="oytal")
    assert set(on_roll(town.session, "oytal")) == {"Ахметова Гүлнар Ерланқызы", "Ахмет Әлі"}
    assert "Сейітова Әсел Бақытқызы" in on_roll(town.session)
    (conflict,) = town.session.exec(select(RollConflict)).all()
    assert (conflict.district_id, conflict.stands_in) == ("d-oytal", "d-surat")
    for entry in entries_about(town.session, district_id="d-oytal", subject="d-oytal"):
        assert "surat" not in str(entry.facts)
        assert "Әсел" not in str(entry.facts)


def test_whoever_moved_comes_onto_the_other_roll(
    town: Town, bring: Callable[..., RollImport]
) -> None:
    bring(LIST)
    (asel,), _ = roll_lines(town.session, district_id="d-surat", name="әсел")
    with transaction(town.session) as session:
        take_off(
            session,
            district_id="d-surat",
            person_id=asel.person_id,
            why=OffRoll.MOVED,
            note="анықтама",
            by_name="Дана Омарова",
            now=town.clock.now(),
        )
    bring(HEAD + f"Сейітова-Ким Әсел;{ONE};Ойтал\n", district="oytal")
    moved = roll_line(town.session, district_id="d-oytal", person_id=asel.person_id)
    assert moved is not None
    assert moved.name == "Сейітова-Ким Әсел"
    assert roll_line(town.session, district_id="d-surat", person_id=asel.person_id) is None
    rows = town.session.exec(select(RollEntry).where(RollEntry.person_id == asel.person_id)).all()
    assert len(rows) == 2


def test_another_districts_clerk_takes_nobody_off(town: Town) -> None:
    with pytest.raises(Refusal) as refused, transaction(town.session) as session:
        take_off(
            session,
            district_id="d-oytal",
            person_id=town.ids["aigerim"],
            why=OffRoll.DIED,
            by_name="Марат Ысқақов",
            now=town.clock.now(),
        )
    assert refused.value.code == "people.not_on_this_roll"
    assert "Сейітова Айгерім Бақытқызы" in on_roll(town.session)


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_two_offices_press_at_once(engine: Engine, town: Town, known: bool) -> None:
    """The same person onto two rolls: the second writes while the first has not committed."""
    if known:
        with transaction(town.session) as session:
            person = Person(
                id="p-asel",
                iin_mac=town.keyring.mac("iin", ONE),
                full_name="Сейітова Әсел",
                of_age_on=date(1878, 6, 15),
            )
            session.add(person)
    written, go_on = threading.Event(), threading.Event()
    said: dict[str, str] = {}  # by district: the threads end in any order

    def press(district: str, place: str, first: bool) -> None:
        try:
            with open_session(engine) as own:
                if not first:
                    written.wait(20)
                    threading.Timer(0.3, go_on.set).start()
                with transaction(own):
                    import_roll(
                        own,
                        keyring=town.keyring,
                        district_id=district,
                        text=HEAD + f"Сейітова Әсел;{ONE};{place}\n",
                        source="Тізілім",
                        source_date=date(2026, 4, 1),
                        legal_basis="Заң",
                        by_name="Маман",
                        now=town.clock.now(),
                    )
                    if first:
                        written.set()
                        go_on.wait(20)
            said[district] = "in"
        except RollRefused as why:
            said[district] = why.checked.problems[0].why.code
        except Refusal as why:
            said[district] = why.code

    town.session.rollback()
    threads = [
        threading.Thread(target=press, args=("d-surat", "Сұрат", True)),
        threading.Thread(target=press, args=("d-oytal", "Ойтал", False)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    assert said["d-surat"] == "in"
    # SQLite lets one writer in at a time, who then sees the conflict; PostgreSQL's index has the
    # last word.
    assert said["d-oytal"] in ("in", "people.roll_raced")
    mac = town.keyring.mac("iin", ONE)
    standing = town.session.exec(
        select(RollEntry)
        .join(Person, col(Person.id) == RollEntry.person_id)
        .where(Person.iin_mac == mac)
    ).all()
    assert [entry.district_id for entry in standing] == ["d-surat"]


def test_by_hand(town: Town) -> None:
    def add(**over: object) -> str:
        given = {
            "name": "Ахмет Әлі",
            "iin": FOUR,
            "settlement_id": "315446200",
            "basis": "Анықтама № 7",
        }
        with transaction(town.session) as session:
            return add_by_hand(
                session,
                keyring=town.keyring,
                district_id="d-surat",
                by_name="Дана Омарова",
                now=town.clock.now(),
                **{**given, **over},  # type: ignore[arg-type]
            )

    for over, code, field in (
        ({"name": ""}, "people.name_missing", "name"),
        ({"iin": "1"}, "people.iin_digits", "iin"),
        ({"settlement_id": "315443100"}, "people.settlement_unknown", "settlement_id"),
    ):
        with pytest.raises(Refusal) as refused:
            add(**over)
        assert (refused.value.code, refused.value.field) == (code, field)
    person_id = add()
    line = roll_line(town.session, district_id="d-surat", person_id=person_id)
    assert line is not None
    assert line.settlement_kk == "Аққайнар"
    with pytest.raises(Refusal) as refused:
        add()
    assert refused.value.code == "people.this_roll"


def test_numbers_by_settlement(town: Town, bring: Callable[..., RollImport]) -> None:
    bring(LIST)
    with transaction(town.session) as session:
        issue_card(
            session,
            keyring=town.keyring,
            district_id="d-surat",
            person_id=town.ids["aigerim"],
            by_name="Дана Омарова",
            now=town.clock.now(),
        )
        town.resident("Жас Адам", of_age_on=date(2026, 4, 28))
    counts = roll_counts(town.session, district_id="d-surat", today=date(2026, 4, 27))
    assert [(c.name_kk, c.people, c.adults, c.cards) for c in counts] == [
        ("Сұрат", 4, 3, 1),
        ("Аққайнар", 1, 1, 0),
    ]


def test_who_may_vote(town: Town) -> None:
    with transaction(town.session):
        young = town.resident("Жас Адам", of_age_on=date(2026, 4, 28))
    for person_id, district, of_age_on, may in (
        (town.ids["aigerim"], "surat", date(2026, 4, 27), True),
        (town.ids["aigerim"], "oytal", date(2026, 4, 27), False),
        (town.ids["gulnar"], "surat", date(2026, 4, 27), False),
        (young, "surat", date(2026, 4, 27), False),
        (young, "surat", date(2026, 4, 28), True),
    ):
        assert may is may_vote_on(
            town.session,
            district_id=f"d-{district}",
            of_age_on=of_age_on,
            person_id=person_id,
        )
    assert eligible(town.session, district_id="d-surat", of_age_on=date(2026, 4, 27)) == 2
    assert eligible(town.session, district_id="d-surat", of_age_on=date(2026, 4, 28)) == 3
    asked = {"district_id": "d-surat", "of_age_on": date(2026, 4, 28)}
    assert eligible(town.session, **asked, listed_by=date(2026, 1, 9)) == 0


@pytest.mark.parametrize(
    ("full", "public"),
    [
        ("Сейітова Айгерім Бақытқызы", "Айгерім С."),
        ("Ким Александр", "Александр К."),
        ("Сейітова-Ким Әсел", "Әсел С."),
        ("Айгерім", "Айгерім"),
        ("  Әли   Ахмет ", "Ахмет Ә."),
    ],
)
def test_neighbours_read_a_short_name(full: str, public: str) -> None:
    assert public_name(full) == public
