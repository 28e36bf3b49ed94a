"""Second factors: a code is good once, a list of codes too, a first one only where none is."""

import threading
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from app.core.database import open_session, transaction
from app.core.refusal import Refusal
from app.ledger.models import Entry
from app.people import factors, totp
from app.people.models import SignIn
from app.people.office_models import Factor, FactorKind, KeyChallenge, OneTimeCode
from app.people.office_sign_in import Half, half_of, open_for_official, open_half
from app.people.officials import Known
from app.people.one_time_codes import codes_left
from app.people.passkeys import ask_key, asked, take
from app.people.queries import sign_ins, who_is
from app.people.sign_in import end_all
from app.people.terms import reset_factors
from tests.conftest import SetClock
from tests.office import app_of, code_now
from tests.town import Town

IDLE = timedelta(minutes=3)
# RFC 6238, appendix B: SHA-1, "12345678901234567890", eight digits; we show the last six.
RFC = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def answer(town: Town, name: str, typed: str) -> None:
    with transaction(town.session) as session:
        factors.answer_with_code(
            session,
            keyring=town.keyring,
            official_id=town.ids[name],
            typed=typed,
            now=town.clock.now(),
            wall=town.clock.wall(),
        )


def refused(town: Town, name: str, typed: str) -> str:
    with pytest.raises(Refusal) as why:
        answer(town, name, typed)
    return why.value.code


def codes_of(town: Town, name: str) -> list[str]:
    """A list in use: its first code was typed back."""
    now = town.clock.now()
    with transaction(town.session) as session:
        codes = factors.begin_codes(
            session, keyring=town.keyring, official_id=town.ids[name], now=now
        )
    finish(town, name, FactorKind.CODES, codes[0])
    return codes


def finish(town: Town, name: str, kind: FactorKind, typed: str, *, first: bool = False) -> None:
    with transaction(town.session) as session:
        factors.finish(
            session,
            keyring=town.keyring,
            official_id=town.ids[name],
            kind=kind,
            typed=typed,
            first=first,
            now=town.clock.now(),
            wall=town.clock.wall(),
        )


def half(town: Town, name: str) -> tuple[Half, str]:
    known = Known(town.ids[name], "!")
    with transaction(town.session) as session:
        opened = open_half(session, keyring=town.keyring, known=known, now=town.clock.now())
    return Half(opened.sign_in_id, town.ids[name]), opened.token


def let_in(town: Town, of: Half) -> str:
    with transaction(town.session) as session:
        return open_for_official(
            session, keyring=town.keyring, half=of, hours=12, now=town.clock.now()
        ).token


# codes of an app


@pytest.mark.parametrize(("second", "eight"), RFC)
def test_codes_are_those_of_the_standard(second: int, eight: str) -> None:
    moment = datetime.fromtimestamp(second, UTC)
    step = totp.step_at(moment)
    assert step == second // 30
    assert totp.code_at(RFC_SECRET, step) == eight[-6:]
    assert totp.steps_of(RFC_SECRET, eight[-6:], wall=moment) == [step]


def test_a_step_before_and_after_counts_and_no_other() -> None:
    moment = datetime(2026, 4, 18, 7, tzinfo=UTC)
    for off in range(-3, 4):
        code = totp.code_at(RFC_SECRET, totp.step_at(moment) + off)
        assert bool(totp.steps_of(RFC_SECRET, code, wall=moment)) == (abs(off) <= 1), off


def test_what_the_square_says_is_what_an_app_reads() -> None:
    secret = totp.new_secret()
    assert len(secret) == 32
    read = pyotp.parse_uri(totp.address_of(secret, login="dana"))
    assert (read.secret, read.issuer, read.name) == (secret, "Asar", "dana")


def test_a_code_is_taken_once_and_none_before_it(town: Town, clock: SetClock) -> None:
    secret = app_of(town, town.ids["dana"])
    before = pyotp.TOTP(secret).at(clock.wall() - timedelta(seconds=30))
    code = code_now(secret, clock)
    answer(town, "dana", f" {code[:3]} {code[3:]}")
    assert refused(town, "dana", code) == "people.code_used"
    assert refused(town, "dana", before) == "people.code_used"
    clock.forward(seconds=30)
    assert refused(town, "dana", code) == "people.code_used"
    answer(town, "dana", code_now(secret, clock))
    assert refused(town, "erlan", code_now(secret, clock)) == "people.factor_wrong"


@pytest.mark.parametrize("typed", ["", "000000", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "x" * 60])
def test_a_wrong_code_is_wrong(town: Town, typed: str) -> None:
    app_of(town, town.ids["dana"])
    codes_of(town, "dana")
    assert refused(town, "dana", typed) == "people.factor_wrong"


def test_the_secret_is_sealed_and_opens_for_its_own_row_alone(town: Town) -> None:
    secret = app_of(town, town.ids["dana"])
    (row,) = factors.factors_of(town.session, official_id=town.ids["dana"])
    assert secret.encode() not in row.sealed
    with pytest.raises(ValueError, match="does not open"):
        town.keyring.unseal("totp", "another", row.sealed)


def test_two_who_type_one_code_at_once(engine: Engine, town: Town, clock: SetClock) -> None:
    secret = app_of(town, town.ids["dana"])
    typed = code_now(secret, clock)
    said = at_once(engine, town, clock, [typed] * 6)
    assert sorted(said) == ["", *["people.code_used"] * 5]


# printed codes


def test_a_printed_code_is_good_once(town: Town) -> None:
    codes = codes_of(town, "dana")
    assert len(set(codes)) == 10
    assert all(len(code) == 12 for code in codes)  # 60 bits
    assert refused(town, "dana", codes[0]) == "people.factor_wrong"  # it proved the list
    typed = codes[5].lower()
    answer(town, "dana", f"{typed[:4]} {typed[4:8]}-{typed[8:]}")
    assert refused(town, "dana", codes[5]) == "people.factor_wrong"
    (row,) = factors.factors_of(town.session, official_id=town.ids["dana"])
    assert codes_left(town.session, factor_id=row.id) == 8
    kept = " ".join(one.code_mac for one in town.session.exec(select(OneTimeCode)))
    assert not any(code in kept for code in codes)


def test_a_printed_code_at_once_is_good_once(engine: Engine, town: Town, clock: SetClock) -> None:
    codes = codes_of(town, "dana")
    said = at_once(engine, town, clock, [codes[3]] * 6)
    assert sorted(said) == ["", *["people.factor_wrong"] * 5]


def test_a_new_list_takes_the_place_of_the_old(town: Town) -> None:
    old = codes_of(town, "dana")
    new = codes_of(town, "dana")
    assert refused(town, "dana", old[4]) == "people.factor_wrong"
    answer(town, "dana", new[4])


def test_a_list_that_was_never_proved_opens_nothing(town: Town) -> None:
    with transaction(town.session) as session:
        codes = factors.begin_codes(
            session, keyring=town.keyring, official_id=town.ids["dana"], now=town.clock.now()
        )
    assert refused(town, "dana", codes[0]) == "people.factor_wrong"


def at_once(engine: Engine, town: Town, clock: SetClock, typed: list[str]) -> list[str]:
    """What so many at the same moment are told; nothing where it was right."""
    said: list[str] = []
    gate = threading.Barrier(len(typed))

    def knock(text: str) -> None:
        gate.wait()
        try:
            with open_session(engine) as own, transaction(own) as session:
                factors.answer_with_code(
                    session,
                    keyring=town.keyring,
                    official_id=town.ids["dana"],
                    typed=text,
                    now=clock.now(),
                    wall=clock.wall(),
                )
            said.append("")
        except Refusal as why:
            said.append(why.code)

    town.session.rollback()
    threads = [threading.Thread(target=knock, args=(text,)) for text in typed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return said


# setting up and taking off


def test_a_first_factor_only_where_there_is_none(town: Town, clock: SetClock) -> None:
    """Who has the password alone cannot add a factor of their own beside the official's."""
    with transaction(town.session) as session:
        codes = factors.begin_codes(
            session, keyring=town.keyring, official_id=town.ids["dana"], now=clock.now()
        )
    app_of(town, town.ids["dana"])
    with pytest.raises(Refusal) as why:
        finish(town, "dana", FactorKind.CODES, codes[0], first=True)
    assert why.value.code == "people.set_up_over"


def test_what_was_begun_long_ago_is_begun_anew(town: Town, clock: SetClock) -> None:
    with transaction(town.session) as session:
        codes = factors.begin_codes(
            session, keyring=town.keyring, official_id=town.ids["dana"], now=clock.now()
        )
    clock.forward(hours=1)
    with pytest.raises(Refusal) as why:
        finish(town, "dana", FactorKind.CODES, codes[0])
    assert why.value.code == "people.set_up_over"
    clock.forward(days=1)
    with transaction(town.session) as session:
        assert factors.any_unfinished(session, now=clock.now())
        assert factors.forget_unfinished(session, now=clock.now()) == 1
    assert town.session.exec(select(OneTimeCode)).all() == []
    assert not factors.any_unfinished(town.session, now=clock.now())


def test_never_the_last_and_never_somebody_elses(town: Town, clock: SetClock) -> None:
    app_of(town, town.ids["dana"])
    app_of(town, town.ids["erlan"])
    (dana,) = factors.factors_of(town.session, official_id=town.ids["dana"])
    (erlan,) = factors.factors_of(town.session, official_id=town.ids["erlan"])
    mine, theirs = dana.id, erlan.id

    def remove(factor_id: str) -> None:
        with transaction(town.session) as session:
            factors.remove(
                session, official_id=town.ids["dana"], factor_id=factor_id, now=clock.now()
            )

    with pytest.raises(Refusal) as why:
        remove(mine)
    assert why.value.code == "people.last_factor"
    with pytest.raises(LookupError):
        remove(theirs)
    codes = codes_of(town, "dana")
    remove(mine)
    with pytest.raises(LookupError):
        remove(mine)
    answer(town, "dana", codes[1])
    town.session.rollback()
    assert town.session.get(Factor, mine).sealed is None


def test_the_operators_reset_is_public_and_names_nobody(town: Town, clock: SetClock) -> None:
    secret = app_of(town, town.ids["saule"])
    with transaction(town.session) as session:
        assert reset_factors(session, official_id=town.ids["saule"], now=clock.now()) == 1
    assert refused(town, "saule", code_now(secret, clock)) == "people.factor_wrong"
    entries = town.session.exec(select(Entry).where(Entry.kind == "people.factors_reset")).all()
    assert sorted(one.district_id for one in entries) == ["d-oytal", "d-surat"]  # of her raion
    assert {(one.office, one.by_name) for one in entries} == {("operator", "")}
    assert "saule" not in str([one.facts for one in entries])


# half a session


def test_half_a_session_is_nobody(town: Town, clock: SetClock) -> None:
    of, token = half(town, "dana")
    assert who_is(town.session, token=token, now=clock.now(), idle=IDLE) is None
    assert half_of(town.session, token=token, now=clock.now()) == of
    assert sign_ins(
        town.session, now=clock.now(), idle=IDLE, official_id=town.ids["dana"]
    ) == []  # fmt: skip
    clock.forward(minutes=10)
    assert half_of(town.session, token=token, now=clock.now()) is None
    with pytest.raises(Refusal) as why:
        let_in(town, of)
    assert why.value.code == "people.half_over"


def test_the_session_has_a_token_of_its_own_and_the_half_one_ends(
    town: Town, clock: SetClock
) -> None:
    of, token = half(town, "dana")
    new = let_in(town, of)
    assert new != token
    who = who_is(town.session, token=new, now=clock.now(), idle=IDLE)
    assert who is not None
    assert who.official_id == town.ids["dana"]
    assert who_is(town.session, token=token, now=clock.now(), idle=IDLE) is None
    assert half_of(town.session, token=new, now=clock.now()) is None  # nor the other way round
    with pytest.raises(Refusal) as why:
        let_in(town, of)
    assert why.value.code == "people.half_over"
    town.session.rollback()
    assert len(town.session.exec(select(SignIn)).all()) == 2


def test_a_closed_account_or_another_password_ends_half_a_session(
    town: Town, clock: SetClock
) -> None:
    of, token = half(town, "dana")
    with transaction(town.session) as session:
        end_all(session, official_id=of.official_id, now=clock.now())
    assert half_of(town.session, token=token, now=clock.now()) is None


# what a key is asked to sign


def test_a_challenge_is_taken_once_by_one_sign_in_in_time(town: Town, clock: SetClock) -> None:
    now = clock.now()
    with transaction(town.session) as session:
        for one in ("s-1", "s-2"):
            ask_key(session, sign_in_id=one, purpose="answer", now=now)
    first = asked(town.session, sign_in_id="s-1", purpose="answer", now=now)
    assert first is not None
    assert len(first) >= 16
    assert first != asked(town.session, sign_in_id="s-2", purpose="answer", now=now)
    assert asked(town.session, sign_in_id="s-1", purpose="enroll", now=now) is None
    with transaction(town.session) as session:
        assert take(session, sign_in_id="s-1", purpose="answer", now=now) == first
        assert take(session, sign_in_id="s-1", purpose="answer", now=now) is None
    clock.forward(minutes=5)
    with transaction(town.session) as session:
        assert take(session, sign_in_id="s-2", purpose="answer", now=clock.now()) is None
        left = session.exec(select(KeyChallenge).where(col(KeyChallenge.purpose) == "answer"))
        assert left.all() == []
