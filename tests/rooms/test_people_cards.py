"""Cards: typed carelessly they still open; their code is kept as a keyed hash; they can end."""

from datetime import timedelta
from math import log2

import pytest
from sqlmodel import Session, col, select

from app.core.database import transaction
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.ledger.queries import entries_about
from app.people.card_text import (
    ALPHABET,
    code_of,
    grouped,
    new_code,
    new_number,
    new_secret,
    number_of,
    why_not_code,
    why_not_group,
    why_not_number,
)
from app.people.cards import (
    IssuedCard,
    issue_card,
    issue_cards,
    short_group_right,
    tries_of_persons_card,
)
from app.people.models import Card, OffRoll, SignIn
from app.people.queries import who_is
from app.people.roll import take_off
from app.people.sign_in import Opened, open_with_card, tries_of_card
from tests.town import Town

IDLE = timedelta(minutes=3)


def give(town: Town, name: str = "aigerim", district: str = "surat") -> IssuedCard:
    with transaction(town.session) as session:
        return issue_card(
            session,
            keyring=town.keyring,
            district_id=f"d-{district}",
            person_id=town.ids[name],
            by_name="Дана Омарова",
            now=town.clock.now(),
        )


def enter(town: Town, card: IssuedCard, *, code: str = "", shared: bool = True) -> Opened:
    with transaction(town.session) as session:
        return open_with_card(
            session,
            keyring=town.keyring,
            number=card.number,
            code=code or card.code,
            shared=shared,
            own_phone_days=14,
            now=town.clock.now(),
        )


def refused(town: Town, card: IssuedCard, **over: str) -> str:
    with pytest.raises(Refusal) as why:
        enter(town, card, **over)
    return why.value.code


@pytest.mark.parametrize("_", range(20))
def test_every_slip_of_one_key_is_found(_: int) -> None:
    number, code = new_number(), new_code()
    assert why_not_number(number) is None
    assert why_not_code(code) is None
    for place in range(8):
        for digit in set("0123456789") - {number[place]}:
            wrong = number[:place] + digit + number[place + 1 :]
            assert why_not_number(wrong).code == "people.number_slip"
    for place in range(10):
        for letter in set(ALPHABET) - {code[place]}:
            wrong = code[:place] + letter + code[place + 1 :]
            group = "first" if place < 5 else "second"
            assert why_not_code(wrong).code == f"people.code_slip_{group}"
    assert why_not_group(code[:5]) is None
    if code[:5] != code[5:]:
        assert why_not_code(code[5:] + code[:5]).code == "people.code_slip"  # swapped


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("o1il-0O1I-abcd", "01110011ABCD"),
        ("  a b c d  ", "ABCD"),
        ("АВЕК МНРС", "ABEKMHPC"),  # a Russian keyboard
        ("тхуі", "TXY1"),
        ("u", "V"),
    ],
)
def test_look_alikes_are_put_right(typed: str, meant: str) -> None:
    assert code_of(typed) == meant


def test_what_is_printed_is_what_is_typed() -> None:
    number, code = new_number(), new_code()
    assert number_of(grouped(number)) == number
    assert code_of(grouped(code, 5).lower()) == code
    assert grouped("ABCDEFGHJK", 5) == "ABCDE FGHJK"
    assert not set(ALPHABET) & set("ILOU")


@pytest.mark.parametrize("typed", ["", "1234567", "123456789", "1234567x", "٠١٢٣٤٥٦٧"])
def test_a_number_has_eight_digits(typed: str) -> None:
    assert why_not_number(number_of(typed)).code == "people.number_shape"


def test_a_card_opens_its_owners_session(town: Town) -> None:
    opened = enter(town, give(town))
    who = who_is(town.session, token=opened.token, now=town.clock.now(), idle=IDLE)
    assert who is not None
    assert (who.person_id, who.district_id, who.shared) == (town.ids["aigerim"], "d-surat", True)


def test_the_code_is_kept_only_as_a_keyed_hash(town: Town, tmp_path: object) -> None:
    card = give(town)
    kept = town.session.exec(select(Card)).one()
    for secret in (card.code, card.code[:5], card.code[5:], card.secret):
        assert secret not in str(kept.model_dump())
    assert kept.code_mac == town.keyring.mac("card", card.number, card.code)
    assert kept.group_mac == town.keyring.mac("card-group", card.number, card.code[:5])
    assert kept.qr_mac == town.keyring.mac("card-qr", card.number, card.secret)
    other = Keyring(town.keyring.folder.with_name("other"))
    other.make()
    with pytest.raises(Refusal) as why, transaction(town.session) as session:
        open_with_card(
            session,
            keyring=other,
            number=card.number,
            code=card.code,
            shared=True,
            own_phone_days=14,
            now=town.clock.now(),
        )
    assert why.value.code == "people.card_wrong"


def test_a_wrong_code_and_an_unknown_card_sound_alike(town: Town) -> None:
    card, other = give(town), give(town, "bolat")
    assert refused(town, card, code=new_code()) == "people.card_wrong"
    assert refused(town, card, code=other.code) == "people.card_wrong"
    nobody = IssuedCard(new_number(), card.code, card.secret, "", "", "")
    assert refused(town, nobody) == "people.card_wrong"
    assert town.session.exec(select(SignIn)).all() == []


def test_a_new_card_ends_the_old_one_and_its_sessions(town: Town) -> None:
    old = give(town)
    opened = enter(town, old, shared=False)
    bolat = enter(town, give(town, "bolat"), shared=False)
    new = give(town)
    assert refused(town, old) == "people.card_replaced"
    assert refused(town, old, code=new.code) == "people.card_wrong"
    now = town.clock.now()
    assert who_is(town.session, token=opened.token, now=now, idle=IDLE) is None
    assert who_is(town.session, token=bolat.token, now=now, idle=IDLE) is not None
    enter(town, new)
    entries = entries_about(town.session, district_id="d-surat", subject="d-surat")
    assert [(e.facts["first"], e.facts["anew"]) for e in entries] == [(1, 0), (1, 0), (0, 1)]
    assert old.number not in str([e.facts for e in entries])


def test_whoever_is_off_the_roll_signs_in_no_more(town: Town) -> None:
    card = give(town)
    opened = enter(town, card, shared=False)
    with transaction(town.session) as session:
        take_off(
            session,
            district_id="d-surat",
            person_id=town.ids["aigerim"],
            why=OffRoll.MOVED,
            by_name="Дана Омарова",
            now=town.clock.now(),
        )
    assert who_is(town.session, token=opened.token, now=town.clock.now(), idle=IDLE) is None
    assert refused(town, card) == "people.card_replaced"


def test_the_square_opens_too_and_carries_what_nobody_guesses(town: Town) -> None:
    card, other = give(town), give(town, "bolat")
    assert len(card.secret) * log2(32) >= 112  # ASVS 6.5.2
    assert enter(town, card, code=card.secret).district_id == "d-surat"
    assert refused(town, card, code=other.secret) == "people.card_wrong"
    assert refused(town, card, code=card.code + card.code + card.code[:4]) == "people.card_wrong"


def test_a_card_of_the_first_release_still_opens(town: Town) -> None:
    number, code = new_number(), "0123456789A"
    code += next(one for one in ALPHABET if why_not_code(code + one) is None)
    with transaction(town.session) as session:
        session.add(
            Card(
                number=number,
                district_id="d-surat",
                person_id=town.ids["aigerim"],
                code_mac=town.keyring.mac("card", number, code),
                issued_at=town.clock.now(),
                issued_by="Дана Омарова",
            )
        )
    old = IssuedCard(number, code, new_secret(), "", "", "")
    assert enter(town, old).district_id == "d-surat"
    assert refused(town, old, code=old.secret) == "people.card_wrong"  # it has no square's secret
    assert not group_right(town, "aigerim", code[:5])


def group_right(town: Town, name: str, typed: str) -> bool:
    return short_group_right(
        town.session, keyring=town.keyring, person_id=town.ids[name], typed=typed
    )


def test_the_first_group_is_the_owners_alone(town: Town) -> None:
    old, bolat = give(town), give(town, "bolat")
    assert group_right(town, "aigerim", f" {old.code[:5].lower()} ")
    assert not group_right(town, "aigerim", old.code[5:])
    assert not group_right(town, "aigerim", bolat.code[:5])
    assert not group_right(town, "aigerim", "")
    new = give(town)
    assert not group_right(town, "aigerim", old.code[:5])
    assert group_right(town, "aigerim", new.code[:5])
    with transaction(town.session):
        nobody = town.resident("Картасыз Адам")
    town.ids["nobody"] = nobody
    assert not group_right(town, "nobody", new.code[:5])
    subject = tries_of_persons_card(
        town.session, keyring=town.keyring, person_id=town.ids["aigerim"]
    )
    assert subject == tries_of_card(town.keyring, new.number)


def test_a_clerk_issues_only_to_their_own_roll(town: Town) -> None:
    with pytest.raises(Refusal) as why:
        give(town, "gulnar", district="surat")
    assert why.value.code == "people.not_on_this_roll"
    give(town, "gulnar", district="oytal")


def test_a_batch_sent_twice_ends_no_card(town: Town) -> None:
    def batch(session: Session) -> list[IssuedCard]:
        return issue_cards(
            session,
            keyring=town.keyring,
            district_id="d-surat",
            person_ids=[town.ids["aigerim"], town.ids["bolat"]],
            replace=False,
            by_name="Дана Омарова",
            now=town.clock.now(),
        )

    with transaction(town.session) as session:
        issued = batch(session)
    with pytest.raises(Refusal) as why, transaction(town.session) as session:
        batch(session)
    assert (why.value.code, why.value.facts["n"]) == ("people.card_there", 2)
    for card in issued:
        enter(town, card)
    live = select(Card).where(col(Card.replaced_at).is_(None))
    assert len(town.session.exec(live).all()) == 2
