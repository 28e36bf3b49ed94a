"""Lists that wait to be confirmed, the history of a line, and a roll that is closed."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.core.database import open_session, transaction
from app.core.refusal import Refusal
from app.ledger.queries import entries_about
from app.people.cards import issue_card
from app.people.models import Card, OffRoll, Person, RollEntry, RollImport, SignIn
from app.people.roll import add_by_hand, correct, take_off, why_not_locked
from app.people.roll_changes import Step, history_of, taken_off
from app.people.roll_check import check_rows, hash_lines
from app.people.roll_drafts import (
    Kind,
    add_draft,
    confirm,
    forget_drafts,
    load_draft,
    preview_of,
    read_draft,
)
from app.people.roll_models import RollDraft, RollLock
from app.people.roll_queries import roll_line
from app.people.roll_sheet import Line, read_list
from app.tick import tick
from tests.rooms.test_people_roll import numbers
from tests.town import Town

IINS = numbers("630615")
ONE, TWO, THREE = (next(IINS) for _ in range(3))
HEAD = "name;iin;settlement\n"
LIST = HEAD + f"Сейітова Әсел;{ONE};Сұрат\nКим Александр;{TWO};Аққайнар\n"
DANA = "Дана Омарова"


@pytest.fixture
def keep(town: Town) -> Callable[..., str]:
    """Reads a list and keeps it; its id."""

    def keep_one(text: str, *, district: str = "surat", whole: bool = False, by: str = "") -> str:
        draft = read_draft(
            town.session,
            keyring=town.keyring,
            district_id=f"d-{district}",
            official_id=town.ids[by or {"surat": "dana", "oytal": "marat"}[district]],
            data=text.encode(),
            source="Тұрғындар тізілімі",
            source_date=date(2026, 4, 1),
            legal_basis="№ 148 Заң, 39-1-бап",
            whole=whole,
            now=town.clock.now(),
        )
        with transaction(town.session) as session:
            add_draft(session, draft, by_name=DANA)
        return draft.id

    return keep_one


def press(town: Town, session: Session, draft_id: str, district: str = "surat") -> Any:
    with transaction(session):
        return confirm(
            session,
            keyring=town.keyring,
            district_id=f"d-{district}",
            draft_id=draft_id,
            gone_seen=True,
            by_name=DANA,
            now=town.clock.now(),
        )


def by_hand(town: Town, iin: str, name: str = "Ахмет Әлі", **over: Any) -> str:
    with transaction(town.session) as session:
        return add_by_hand(
            session,
            keyring=town.keyring,
            **{
                "district_id": "d-surat",
                "name": name,
                "iin": iin,
                "settlement_id": "315446100",
                "basis": "Анықтама № 7",
                "by_name": DANA,
                "now": town.clock.now(),
                **over,
            },
        )


def lock(town: Town, *, since: timedelta, until: timedelta) -> None:
    of = town.round()
    now = town.clock.now()
    with transaction(town.session) as session:
        session.add(
            RollLock(district_id="d-surat", round_id=of.id, since=now + since, until=now + until)
        )


def test_what_is_kept_of_a_list_names_nobody(town: Town, keep: Callable[..., str]) -> None:
    kept = town.session.get_one(RollDraft, keep(LIST))
    dump = str(kept.model_dump()) + kept.sealed.decode("latin-1")
    for secret in (ONE, TWO, "Сейітова", "Әсел", town.keyring.mac("iin", ONE)):
        assert secret not in dump
        assert secret.encode() not in kept.sealed
    preview = preview_of(town.keyring, kept)
    assert (preview.rows, preview.counts[Kind.NEW], preview.standing) == (2, 2, 2)
    with pytest.raises(ValueError, match="does not open"):
        town.keyring.unseal("roll-draft", "another", kept.sealed)


def test_a_newer_list_of_the_same_clerk_takes_the_place_of_the_older(
    town: Town, keep: Callable[..., str]
) -> None:
    old, other = keep(LIST), keep(LIST, by="nurlan")
    new = keep(LIST)
    ids = {one.id for one in town.session.exec(select(RollDraft)).all()}
    assert ids == {other, new}
    assert old not in ids


def test_another_district_finds_no_list(town: Town, keep: Callable[..., str]) -> None:
    draft_id = keep(LIST)
    with pytest.raises(LookupError):
        load_draft(town.session, district_id="d-oytal", draft_id=draft_id, now=town.clock.now())
    with pytest.raises(LookupError):
        press(town, town.session, draft_id, "oytal")
    assert press(town, town.session, draft_id).added == 2
    with pytest.raises(LookupError):  # done at Surat is not done at Oytal
        press(town, town.session, draft_id, "oytal")


def test_after_its_day_a_list_is_gone(town: Town, keep: Callable[..., str], engine: Engine) -> None:
    draft_id = keep(LIST)
    town.clock.forward(hours=23, minutes=59)
    assert load_draft(town.session, district_id="d-surat", draft_id=draft_id, now=town.clock.now())
    with transaction(town.session) as session:
        assert forget_drafts(session, now=town.clock.now()) == 0
    town.clock.forward(minutes=1)
    with pytest.raises(LookupError):
        press(town, town.session, draft_id)
    town.session.rollback()
    assert tick(engine, town.keyring, town.clock) == 1
    assert town.session.exec(select(RollDraft)).all() == []


def test_a_key_that_was_rotated_ends_what_waits(
    town: Town, keep: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows carry hashes of the old key: confirmed, it would put everybody there once more."""
    draft_id = keep(LIST)
    monkeypatch.setattr(type(town.keyring), "fingerprint", lambda self, name: "another")
    with pytest.raises(LookupError):
        press(town, town.session, draft_id)


def test_whoever_is_missing_from_a_whole_list_goes(town: Town, keep: Callable[..., str]) -> None:
    press(town, town.session, keep(LIST))
    asel = next(
        one.id for one in town.session.exec(select(Person)).all() if "Әсел" in one.full_name
    )
    with transaction(town.session) as session:
        issue_card(
            session,
            keyring=town.keyring,
            district_id="d-surat",
            person_id=asel,
            by_name=DANA,
            now=town.clock.now(),
        )
    town.ids["asel"] = asel
    town.sign_in("asel")
    town.sign_in("gulnar")
    part = keep(HEAD + f"Ким Александр;{TWO};Аққайнар\n")
    assert preview_of(town.keyring, town.session.get_one(RollDraft, part)).counts[Kind.GONE] == 0
    whole = keep(HEAD + f"Ким Александр;{TWO};Аққайнар\n", whole=True)
    preview = preview_of(town.keyring, town.session.get_one(RollDraft, whole))
    gone = [one.name for one in preview.plan if one.kind is Kind.GONE]
    assert gone == [
        "Ермеков Болат Серікұлы",
        "Сейітова Айгерім Бақытқызы",
        "Сейітова Әсел",
    ]
    with pytest.raises(Refusal) as refused, transaction(town.session) as session:
        confirm(
            session,
            keyring=town.keyring,
            district_id="d-surat",
            draft_id=whole,
            gone_seen=False,
            by_name=DANA,
            now=town.clock.now(),
        )
    assert refused.value.code == "people.gone_unseen"
    made = press(town, town.session, whole)
    assert (made.added, made.changed, made.gone, made.rows) == (0, 0, 3, 1)
    town.session.expire_all()
    removed = [
        one for one in town.session.exec(select(RollEntry)).all() if one.removed_why == OffRoll.LIST
    ]
    assert len(removed) == 3
    assert {one.district_id for one in removed} == {"d-surat"}
    assert town.session.exec(select(Card)).one().replaced_at is not None
    ended = {one.person_id: one.ended_at for one in town.session.exec(select(SignIn)).all()}
    assert ended[asel] is not None
    assert ended[town.ids["gulnar"]] is None
    history = history_of(town.session, district_id="d-surat", person_id=asel)
    assert [one.step for one in history] == [Step.OFF, Step.ADDED]
    assert history[0].by_name == DANA
    assert history[0].source == "Тұрғындар тізілімі"
    entry = entries_about(town.session, district_id="d-surat", subject="d-surat")[-1]
    assert entry.facts["gone"] == 3
    assert entry.before_sha256 != entry.after_sha256


def test_a_roll_that_changed_is_read_anew(town: Town, keep: Callable[..., str]) -> None:
    draft_id = keep(LIST)
    by_hand(town, ONE, "Сейітова Әсел")
    assert press(town, town.session, draft_id) is None
    assert town.session.exec(select(RollImport)).all() == []
    town.session.expire_all()
    kept = town.session.get_one(RollDraft, draft_id)
    counts = preview_of(town.keyring, kept).counts
    assert (counts[Kind.NEW], counts[Kind.ALREADY]) == (1, 1)
    assert press(town, town.session, draft_id).added == 1


def test_somebody_else_on_the_roll_is_no_change_of_the_list(
    town: Town, keep: Callable[..., str]
) -> None:
    draft_id = keep(LIST)
    by_hand(town, THREE)
    assert press(town, town.session, draft_id).added == 2


@pytest.mark.parametrize("same", [True, False], ids=["one list", "two lists"])
def test_two_clerks_confirm_at_once(
    engine: Engine, town: Town, keep: Callable[..., str], same: bool
) -> None:
    first = keep(LIST)
    second = first if same else keep(LIST, by="nurlan")
    town.session.rollback()
    start = threading.Barrier(2)
    said: list[str] = []

    def go(draft_id: str) -> None:
        with open_session(engine) as own:
            start.wait(20)
            made = press(town, own, draft_id)
            said.append("anew" if made is None else made.id)

    threads = [threading.Thread(target=go, args=(one,)) for one in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    imports = town.session.exec(select(RollImport)).all()
    assert len(imports) == 1
    assert imports[0].added == 2
    wanted = [first, first] if same else sorted([imports[0].id, "anew"])
    assert sorted(said) == wanted
    assert len(town.session.exec(select(RollEntry)).all()) == 5


def test_capitals_change_nobody_and_letters_do(town: Town, keep: Callable[..., str]) -> None:
    press(town, town.session, keep(LIST))
    loud = keep(LIST.replace("Сейітова Әсел", "СЕЙІТОВА ӘСЕЛ").replace("Ким", "Қим"))
    preview = preview_of(town.keyring, town.session.get_one(RollDraft, loud))
    changed = [one for one in preview.plan if one.kind is Kind.CHANGED]
    assert [(one.before, one.after) for one in changed] == [
        ({"name": "Ким Александр"}, {"name": "Қим Александр"})
    ]


def test_a_day_of_birth_is_changed_by_its_own_column_only(
    town: Town, keep: Callable[..., str]
) -> None:
    person_id = by_hand(town, ONE, "Сейітова Әсел", born=date(1990, 5, 31))
    plain = keep(HEAD + f"Сейітова Әсел;{ONE};Сұрат\n")
    counts = preview_of(town.keyring, town.session.get_one(RollDraft, plain)).counts
    assert counts[Kind.ALREADY] == 1
    told = keep(f"name;iin;settlement;born\nСейітова Әсел;{ONE};Сұрат;30.05.1990\n")
    assert press(town, town.session, told).changed == 1
    line = roll_line(town.session, district_id="d-surat", person_id=person_id)
    assert line is not None
    assert line.of_age_on == date(2008, 5, 30)


def test_a_line_has_its_whole_history(town: Town, keep: Callable[..., str]) -> None:
    person_id = by_hand(town, ONE, "Сейітова Әсел")
    town.clock.forward(days=1)
    with transaction(town.session) as session:
        correct(
            session,
            keyring=town.keyring,
            district_id="d-surat",
            person_id=person_id,
            name="Сейітова-Ким  Әсел",
            settlement_id="315446200",
            born=None,
            why="Неке туралы куәлік",
            by_name="Нұрлан Жақсыбеков",
            now=town.clock.now(),
        )
    town.clock.forward(days=1)
    with transaction(town.session) as session:
        take_off(
            session,
            district_id="d-surat",
            person_id=person_id,
            why=OffRoll.MOVED,
            note="Анықтама № 9",
            by_name=DANA,
            now=town.clock.now(),
        )
    town.clock.forward(days=1)
    assert by_hand(town, ONE, "Ким Әсел", basis="Қайта келді") == person_id
    found = history_of(town.session, district_id="d-surat", person_id=person_id)
    assert [(one.step, one.by_name, one.note) for one in found] == [
        (Step.ADDED, DANA, "Қайта келді"),
        (Step.OFF, DANA, "Анықтама № 9"),
        (Step.CHANGED, "Нұрлан Жақсыбеков", "Неке туралы куәлік"),
        (Step.ADDED, DANA, "Анықтама № 7"),
    ]
    assert found[1].why == OffRoll.MOVED
    assert found[2].before == {"name": "Сейітова Әсел", "settlement_id": "315446100"}
    assert found[2].after == {"name": "Сейітова-Ким Әсел", "settlement_id": "315446200"}
    assert history_of(town.session, district_id="d-oytal", person_id=person_id) == []
    for entry in entries_about(town.session, district_id="d-surat", subject="d-surat"):
        for word in ("Әсел", "Неке", "Анықтама", ONE):
            assert word not in str(entry.facts)


def test_whoever_moved_away_keeps_the_name_they_had_here(town: Town) -> None:
    person_id = by_hand(town, ONE, "Сейітова Әсел")
    with transaction(town.session) as session:
        take_off(
            session,
            district_id="d-surat",
            person_id=person_id,
            why=OffRoll.MOVED,
            note="Көшті",
            by_name=DANA,
            now=town.clock.now(),
        )
    oytal = {"district_id": "d-oytal", "settlement_id": "315443100", "by_name": "Марат"}
    assert by_hand(town, ONE, "Қайратова Әсел", **oytal) == person_id
    for typed, found in (("сейітова", 1), ("әсел", 1), ("қайратова", 0), ("", 1)):
        lines, total = taken_off(town.session, district_id="d-surat", name=typed)
        assert total == found
        assert [one.name for one in lines] == ["Сейітова Әсел"] * found
    assert taken_off(town.session, district_id="d-oytal")[1] == 0


CHANGES: dict[str, Callable[[Town, Session, bool], object]] = {
    "add": lambda town, session, agreed: add_by_hand(
        session,
        keyring=town.keyring,
        district_id="d-surat",
        name="Ахмет Әлі",
        iin=ONE,
        settlement_id="315446100",
        basis="№ 7",
        by_name=DANA,
        now=town.clock.now(),
        agreed=agreed,
    ),
    "correct": lambda town, session, agreed: correct(
        session,
        keyring=town.keyring,
        district_id="d-surat",
        person_id=town.ids["aigerim"],
        name="Басқа Есім",
        settlement_id="315446100",
        born=None,
        why="қате",
        by_name=DANA,
        now=town.clock.now(),
        agreed=agreed,
    ),
    "off": lambda town, session, agreed: take_off(
        session,
        district_id="d-surat",
        person_id=town.ids["aigerim"],
        why=OffRoll.DIED,
        by_name=DANA,
        now=town.clock.now(),
        agreed=agreed,
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_closed_roll_changes_by_agreement_only(town: Town, change: str) -> None:
    lock(town, since=timedelta(days=-1), until=timedelta(days=9))
    before = [one.model_dump() for one in town.session.exec(select(RollEntry)).all()]
    with pytest.raises(Refusal) as refused, transaction(town.session) as session:
        CHANGES[change](town, session, False)
    assert refused.value.code == "people.roll_closed"
    assert [one.model_dump() for one in town.session.exec(select(RollEntry)).all()] == before
    with transaction(town.session) as session:
        CHANGES[change](town, session, True)


def test_a_closed_roll_takes_no_list(town: Town, keep: Callable[..., str]) -> None:
    draft_id = keep(LIST)
    lock(town, since=timedelta(), until=timedelta(days=9))
    with pytest.raises(Refusal) as refused:
        press(town, town.session, draft_id)
    assert refused.value.code == "people.roll_closed"
    assert refused.value.facts["until"] == town.clock.now() + timedelta(days=9)
    assert town.session.exec(select(RollImport)).all() == []
    assert by_hand(
        town, THREE, district_id="d-oytal", settlement_id="315443100"
    )  # the neighbour's roll is open


@pytest.mark.parametrize(
    ("since", "until", "closed"),
    [(0, 60, True), (1, 60, False), (-60, 0, False), (-60, 1, True)],
)
def test_a_roll_is_closed_from_the_first_moment_to_the_last(
    town: Town, since: int, until: int, closed: bool
) -> None:
    lock(town, since=timedelta(seconds=since), until=timedelta(seconds=until))
    why = why_not_locked(town.session, district_id="d-surat", now=town.clock.now())
    assert (why is not None) is closed


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cells=st.lists(
        st.tuples(
            st.text(max_size=30), st.text("0123456789 .-'Eе", max_size=14), st.text(max_size=9)
        ),
        max_size=8,
    )
)
def test_any_row_is_taken_or_refused(cells: list[tuple[str, str, str]], keyring: Any) -> None:
    """Whatever stands in the cells, a row ends as a line or as a problem of that row."""
    lines = [Line(n, name, iin, "Сұрат", born) for n, (name, iin, born) in enumerate(cells)]
    for row in hash_lines(keyring, lines, today=date(2026, 4, 18)):
        assert (row.why is None) == (row.of_age_on is not None)


def test_a_list_does_not_depend_on_the_order_of_its_rows(town: Town) -> None:
    lines = read_list(LIST.encode()).lines
    rows = hash_lines(town.keyring, lines, today=date(2026, 4, 18))
    for order in (rows, rows[::-1]):
        checked = check_rows(town.session, district_id="d-surat", rows=order, whole=True)
        assert {one.name for one in checked.new} == {"Сейітова Әсел", "Ким Александр"}
        assert len(checked.gone) == 2
    twice = (*rows, replace(rows[0], row=9))
    checked = check_rows(town.session, district_id="d-surat", rows=twice, whole=True)
    assert [(one.row, one.why.code) for one in checked.problems] == [(9, "people.iin_twice")]


def test_that_a_list_was_read_is_on_the_record(town: Town, keep: Callable[..., str]) -> None:
    """Whoever tries who stands on other rolls, list by list, does it under their name."""
    for text in (LIST, LIST, HEAD + f"Ахмет Әлі;{THREE};Сұрат\n"):
        keep(text)
    read = [
        one
        for one in entries_about(town.session, district_id="d-surat", subject="d-surat")
        if one.kind == "people.list_read"
    ]
    assert [one.by_name for one in read] == [DANA, DANA]  # the same file twice is read once
    assert all("Ахмет" not in str(one.facts) and THREE not in str(one.facts) for one in read)
