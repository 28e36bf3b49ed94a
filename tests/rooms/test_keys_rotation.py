"""Rotating keys: every hash and every seal is carried over, and a cut anywhere can be finished."""

import hashlib
import hmac
import json
import multiprocessing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, LargeBinary
from sqlmodel import Session, select

from app.core.database import transaction
from app.core.key_files import KeysInUse, alone, share, waiting
from app.core.key_marks import note_keys, wrong_keys
from app.core.keys import NAMES, Keyring
from app.core.models import Mark
from app.core.settings import Settings
from app.ledger.models import Entry
from app.notices.models import Outbox
from app.people.models import Card, Person
from app.people.office_models import Consent, Factor, OneTimeCode
from app.people.phone_models import PersonPhone, PhoneCode, StateIdentity, StateStart
from app.people.roll_models import RollClaim, RollConflict, RollDraft
from app.rotation import HASHED, LEFT, SEALED, CannotRotate, rotate
from app.round_keys import destroy_round, rotate_round, round_keys
from app.rounds.models import Round
from app.start import marks, why_unsafe
from app.tables import metadata
from app.voting.list_models import Dispute, RollClosing
from tests.conftest import SetClock
from tests.town import Town

NOT_SEALED = {
    # ciphertext of the round's own key, and what is no secret at all
    ("ballot", "envelope"),
    ("factor", "public_key"),
    ("key_challenge", "challenge"),
    ("photo", "data"),
    ("budget_file", "data"),
    ("budget_upload", "data"),
}


def test_no_keyed_hash_of_the_schema_is_forgotten() -> None:
    hashed = {(one.table, one.column) for one in HASHED}
    found = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_mac")
    }
    assert len(found) >= 10
    assert found == hashed | set(LEFT)
    assert not hashed & set(LEFT)


def test_no_sealed_column_of_the_schema_is_forgotten() -> None:
    found = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert found - NOT_SEALED == {(one.table, one.column) for one in SEALED}
    for one in SEALED:
        keys = [column.name for column in metadata.tables[one.table].primary_key]
        assert one.about in keys


def test_the_seals_are_named_as_the_rooms_name_them() -> None:
    """Each purpose of the table stands in a room's `seal`, and the other way round."""
    import re

    said = set()
    for path in (Path(__file__).parents[2] / "app").rglob("*.py"):
        text = path.read_text()
        for named in re.findall(r"\.seal\(\s*([\w\"-]+),", text):
            if named.startswith('"'):
                said.add(named.strip('"'))
            elif found := re.search(rf'^{named} = "([\w-]+)"', text, re.M):
                said.add(found[1])
    assert said == {one.purpose for one in SEALED}


@dataclass
class Filled:
    """A database in which every hash and every seal has something to lose."""

    engine: Engine
    session: Session
    keyring: Keyring
    town: Town
    clock: SetClock

    def settle(self) -> dict[str, str]:
        return marks(self.engine)

    def opens(self, keyring: Keyring) -> None:
        """Everything is found and read under the keys as they lie there now."""
        self.session.rollback()
        self.session.expire_all()
        me = self.town.ids["aigerim"]
        mac = keyring.mac
        person = self.session.get_one(Person, me)
        assert person.iin_mac == mac("iin", "900101400015")
        card = self.session.get_one(Card, "12345678")
        assert card.code_mac == mac("card", "12345678", "SECRETCODE")
        assert card.group_mac == mac("card-group", "12345678", "SECRE")
        assert card.qr_mac == mac("card-qr", "12345678", "LONGSECRET")
        assert self.session.get(OneTimeCode, ("f1", mac("one-time-code", "f1", "ABCD")))
        assert self.session.get(StateIdentity, ("https://idp", mac("subject", "https://idp", "s")))
        phone = self.session.get_one(PersonPhone, me)
        assert phone.phone_mac == mac("phone", "+77010000001")
        assert keyring.unseal("phone", me, phone.sealed) == "+77010000001"
        code = self.session.get_one(PhoneCode, "c1")
        assert code.phone_mac == mac("phone", "+77010000001")
        assert code.sealed is not None
        assert keyring.unseal("phone-code", "c1", code.sealed) == "+77010000001"
        for model, key, purpose in (
            (StateStart, "s1", "state-start"),
            (Outbox, "o1", "outbox"),
            (RollDraft, "d1", "roll-draft"),
            (RollConflict, "k1", "conflict"),
            (Consent, "a1", "consent"),
            (Factor, "f1", "totp"),
        ):
            row: Any = self.session.get_one(model, key)
            assert keyring.unseal(purpose, key, row.sealed) == f"secret of {key}"
        claim = self.session.get_one(RollClaim, "r1")
        assert claim.contact_sealed is not None
        assert keyring.unseal("claim", "r1", claim.contact_sealed) == "secret of r1"
        self.session.rollback()  # a reader would hold up the rotation


@pytest.fixture
def filled(
    engine: Engine, session: Session, keyring: Keyring, town: Town, clock: SetClock
) -> Filled:
    now, later = clock.now(), clock.now() + timedelta(days=3)
    me, dana = town.ids["aigerim"], town.ids["dana"]
    seal = keyring.seal
    with transaction(session):
        note_keys(session, keyring)
        person = session.get_one(Person, me)
        person.iin_mac = keyring.mac("iin", "900101400015")
        session.add(person)
        session.add(
            Card(
                number="12345678",
                district_id="d-surat",
                person_id=me,
                code_mac=keyring.mac("card", "12345678", "SECRETCODE"),
                group_mac=keyring.mac("card-group", "12345678", "SECRE"),
                qr_mac=keyring.mac("card-qr", "12345678", "LONGSECRET"),
                issued_at=now,
                issued_by="Dana",
            )
        )
        session.add(
            Factor(
                id="f1",
                official_id=dana,
                kind="totp",
                sealed=seal("totp", "f1", "secret of f1"),
                added_at=now,
            )
        )
        session.add(Factor(id="f2", official_id=dana, kind="codes", added_at=now))
        session.flush()
        session.add(
            OneTimeCode(factor_id="f1", code_mac=keyring.mac("one-time-code", "f1", "ABCD"))
        )
        session.add(
            PersonPhone(
                person_id=me,
                phone_mac=keyring.mac("phone", "+77010000001"),
                sealed=seal("phone", me, "+77010000001"),
                needs_card=False,
                added_at=now,
            )
        )
        session.add(
            PhoneCode(
                id="c1",
                browser_sha256="b",
                purpose="set-phone",
                phone_mac=keyring.mac("phone", "+77010000001"),
                sealed=seal("phone-code", "c1", "+77010000001"),
                code_mac=keyring.mac("phone-code", "c1", "123456"),
                made_at=now,
                ends_at=later,
            )
        )
        session.add(
            StateIdentity(
                issuer="https://idp",
                subject_mac=keyring.mac("subject", "https://idp", "s"),
                person_id=me,
                made_at=now,
            )
        )
        session.add(
            StateStart(
                state_sha256="s1",
                browser_sha256="b",
                sealed=seal("state-start", "s1", "secret of s1"),
                made_at=now,
                ends_at=later,
            )
        )
        session.add(
            Outbox(
                id="o1",
                kind="code",
                sealed=seal("outbox", "o1", "secret of o1"),
                next_at=now,
                ends_at=later,
            )
        )
        session.add(
            RollDraft(
                id="d1",
                district_id="d-surat",
                official_id=dana,
                source="x",
                source_date=date(2026, 1, 1),
                legal_basis="x",
                whole=True,
                sha256="x",
                sealed=seal("roll-draft", "d1", "secret of d1"),
                at=now,
                ends_at=later,
            )
        )
        session.add(
            RollConflict(
                id="k1",
                district_id="d-oytal",
                stands_in="d-surat",
                person_id=me,
                sealed=seal("conflict", "k1", "secret of k1"),
                by_name="Marat",
                at=now,
            )
        )
        session.add(
            RollClaim(
                id="r1",
                district_id="d-surat",
                number=1,
                kind="missing",
                name="x",
                contact_sealed=seal("claim", "r1", "secret of r1"),
                lang="kk",
                text="x",
                filed_at=now,
                due=date(2026, 5, 1),
            )
        )
        session.add(
            Consent(
                id="a1",
                district_id="d-surat",
                act="correct_roll",
                subject="x",
                sealed=seal("consent", "a1", "secret of a1"),
                why="x",
                first_id=dana,
                first_name="Dana",
                first_office="clerk",
                asked_at=now,
                ends_at=later,
            )
        )
    made = Filled(engine, session, keyring, town, clock)
    made.opens(keyring)
    return made


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_found_and_read_under_the_new_key(filled: Filled, name: str) -> None:
    files = {one: (filled.keyring.folder / f"{one}.key").read_text() for one in NAMES}
    token = filled.keyring.mac("form-token", "x")
    for _ in range(3):  # a chain of four
        before = {row.key: row.value for row in _all(filled.session, Mark)}
        rotate(filled.engine, Keyring(filled.keyring.folder), name)
        fresh = Keyring(filled.keyring.folder)
        filled.opens(fresh)
        after = filled.settle()
        assert wrong_keys(after, fresh) == []
        assert {key for key in before if before[key] != after[key]} == {f"key:{name}"}
    assert (fresh.mac("form-token", "x") == token) == (name != "web")
    for one in NAMES:
        same = (fresh.folder / f"{one}.key").read_text() == files[one]
        assert same == (one != name)
    assert waiting(fresh.folder) == []
    chain = fresh.chain_files(name)
    assert len(chain) == (1 if name == "web" else 4)
    assert all(path.stat().st_mode & 0o077 == 0 for path in chain)


def _all(session: Session, model: Any) -> list[Any]:
    session.rollback()
    session.expire_all()
    found = list(session.exec(select(model)))
    session.expunge_all()  # else they are read anew, and a reader holds up a rotation
    session.rollback()
    return found


def test_what_lay_in_the_database_before_says_nothing_under_the_new_key(filled: Filled) -> None:
    old = {row.id: row.iin_mac for row in _all(filled.session, Person)}
    [sealed] = [row.sealed for row in _all(filled.session, PersonPhone)]
    for name in ("roll", "personal"):
        rotate(filled.engine, Keyring(filled.keyring.folder), name)
    assert not set(old.values()) & {row.iin_mac for row in _all(filled.session, Person)}
    with pytest.raises(ValueError, match="does not open"):
        Keyring(filled.keyring.folder).unseal("phone", filled.town.ids["aigerim"], sealed)


def test_a_chain_is_what_it_says(filled: Filled) -> None:
    """By the definition, with hmac alone: each later key over what the earlier ones made."""
    rotate(filled.engine, filled.keyring, "roll")
    first = bytes.fromhex((filled.keyring.folder / "roll.1.key").read_text().strip())
    second = bytes.fromhex((filled.keyring.folder / "roll.key").read_text().strip())

    def keyed(key: bytes, text: str) -> str:
        own = hmac.new(key, b"iin", hashlib.sha256).digest()
        return hmac.new(own, f"{len(text)}:{text}".encode(), hashlib.sha256).hexdigest()

    expected = keyed(second, keyed(first, "900101400015"))
    assert expected in {row.iin_mac for row in _all(filled.session, Person)}


CUTS = ("write_whole", "make_next", "_carry_over", "commit", "numbered", "replaced")


class Cut(BaseException):
    """The power went."""


def _cut(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    from app import rotation
    from app.core import keys

    def cut(*args: object, **kwargs: object) -> Any:
        raise Cut

    if where == "write_whole":  # before anything
        monkeypatch.setattr(keys, "write_whole", cut)
    elif where == "make_next":  # the key waits, the database knows nothing
        monkeypatch.setattr(rotation, "_carry_over", cut)
    elif where == "_carry_over":  # all written, not committed
        real = rotation._carry_over

        def carry(*args: Any) -> Any:
            real(*args)
            raise Cut

        monkeypatch.setattr(rotation, "_carry_over", carry)
    elif where == "commit":  # the database has changed, no file has
        monkeypatch.setattr(Keyring, "take_next", cut)
    elif where == "numbered":  # the older key has its number, the newer one still waits
        monkeypatch.setattr(Path, "replace", _replace_only_tmp)
    else:  # everything is done but the last sync
        monkeypatch.setattr(keys, "settle", cut)


_real_replace = Path.replace


def _replace_only_tmp(self: Path, target: Any) -> Any:
    if self.name.endswith(".tmp"):
        return _real_replace(self, target)
    raise Cut


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("where", CUTS)
def test_a_cut_anywhere_is_named_by_the_server_and_finished_by_the_command(
    filled: Filled, settings: Settings, name: str, where: str
) -> None:
    rotate(filled.engine, filled.keyring, name)  # so that there is a chain already
    with pytest.MonkeyPatch.context() as patch:
        _cut(patch, where)
        with pytest.raises(Cut):
            rotate(filled.engine, Keyring(filled.keyring.folder), name)
    here = Keyring(filled.keyring.folder)
    found = why_unsafe(settings, filled.engine, here, workers=1)
    mend = f"Run: asar keys rotate {name}"
    if where == "write_whole":
        assert found == []
        filled.opens(here)
    elif where == "replaced":
        assert found == []
    else:
        assert any(mend in line for line in found), found
        with pytest.raises(CannotRotate, match="Finish first"):
            rotate(filled.engine, here, next(one for one in NAMES if one != name))
    rotate(filled.engine, Keyring(filled.keyring.folder), name)
    done = Keyring(filled.keyring.folder)
    assert why_unsafe(settings, filled.engine, done, workers=1) == []
    filled.opens(done)
    assert wrong_keys(filled.settle(), done) == []


def test_a_seal_that_does_not_open_stops_it_before_anything_changed(filled: Filled) -> None:
    with transaction(filled.session):
        row = filled.session.get_one(Outbox, "o1")
        row.sealed = b"tampered with" * 3
        filled.session.add(row)
    before = filled.settle()
    with pytest.raises(CannotRotate, match="outbox"):
        rotate(filled.engine, Keyring(filled.keyring.folder), "personal")
    assert filled.settle() == before
    with transaction(filled.session):
        filled.session.delete(filled.session.get_one(Outbox, "o1"))
    rotate(filled.engine, Keyring(filled.keyring.folder), "personal")


def test_keys_of_another_database_are_not_rotated(filled: Filled, tmp_path: Path) -> None:
    other = Keyring(tmp_path / "other")
    with pytest.raises(CannotRotate, match="lacks"):
        rotate(filled.engine, other, "roll")
    other.make()
    with pytest.raises(CannotRotate, match="not the key of this database"):
        rotate(filled.engine, other, "roll")
    with pytest.raises(CannotRotate, match="no key"):
        rotate(filled.engine, filled.keyring, "ballot")
    assert waiting(other.folder) == []


def _hold(folder: Path, ready: Any, go: Any) -> None:
    share(folder)
    ready.set()
    go.wait(30)


def test_nobody_rotates_what_another_process_serves_with(filled: Filled) -> None:
    context = multiprocessing.get_context("fork")
    ready, go = context.Event(), context.Event()
    server = context.Process(target=_hold, args=(filled.keyring.folder, ready, go))
    server.start()
    try:
        assert ready.wait(30)
        with pytest.raises(KeysInUse):
            rotate(filled.engine, filled.keyring, "card")
    finally:
        server.kill()  # the lock goes with the process, however it ends
        server.join()
    assert rotate(filled.engine, filled.keyring, "card") > 0
    with alone(filled.keyring.folder), pytest.raises(KeysInUse):
        share(filled.keyring.folder)


# a round's own key


@pytest.fixture
def of(filled: Filled) -> Any:
    with transaction(filled.session):
        made = filled.town.round()
    filled.session.expunge(made)
    return made


def test_a_rounds_key_is_made_anew_until_its_list_is_closed(filled: Filled, of: Any) -> None:
    before = of.key_fingerprint
    rotate_round(
        filled.engine, Keyring(filled.keyring.folder), "surat/2026", now=filled.clock.now()
    )
    ring = Keyring(filled.keyring.folder)
    [of] = _all(filled.session, Round)
    assert of.key_fingerprint == ring.round_fingerprint(of.id) != before
    assert [one.state for one in _keys(filled, ring)] == ["present"]
    entry = _all(filled.session, Entry)[-1]
    assert entry.kind == "rounds.key_rotated"
    assert (entry.office, entry.round_id) == ("operator", of.id)
    with transaction(filled.session):
        filled.session.add(
            RollClosing(
                round_id=of.id,
                district_id="d-surat",
                closed_at=filled.clock.now(),
                first_size=0,
                first_root="x",
                size=0,
                root="x",
                by_settlement={},
            )
        )
    for name in ("surat/2026", of.id):
        with pytest.raises(CannotRotate, match="list is closed"):
            rotate_round(filled.engine, ring, name, now=filled.clock.now())
    for name in ("surat/1999", "nowhere/2026", "x", "d-surat"):
        with pytest.raises(CannotRotate, match="no round"):
            rotate_round(filled.engine, ring, name, now=filled.clock.now())


def _keys(filled: Filled, ring: Keyring) -> Any:
    filled.session.rollback()
    found = round_keys(filled.session, ring)
    filled.session.rollback()
    return found


@pytest.mark.parametrize("where", ["before", "between"])
def test_a_cut_in_the_rotation_of_a_rounds_key_is_finished(
    filled: Filled, of: Any, settings: Settings, where: str
) -> None:
    now = filled.clock.now()
    with pytest.MonkeyPatch.context() as patch:

        def cut(*args: object, **kwargs: object) -> Any:
            raise Cut

        patch.setattr(
            "app.round_keys.record" if where == "before" else "app.core.keys.Keyring.take_next", cut
        )
        with pytest.raises(Cut):
            rotate_round(filled.engine, Keyring(filled.keyring.folder), "surat/2026", now=now)
    [said] = why_unsafe(settings, filled.engine, Keyring(filled.keyring.folder), workers=1)
    assert f"Run: asar keys rotate round {of.id}" in said
    rotate_round(filled.engine, Keyring(filled.keyring.folder), of.id, now=now)
    ring = Keyring(filled.keyring.folder)
    assert why_unsafe(settings, filled.engine, ring, workers=1) == []
    assert [one.state for one in _keys(filled, ring)] == ["present"]
    kinds = [one.kind for one in _all(filled.session, Entry)]
    assert kinds.count("rounds.key_rotated") == 1


def test_a_rounds_key_is_destroyed_only_beyond_dispute_and_in_public(
    filled: Filled, of: Any
) -> None:
    ring = Keyring(filled.keyring.folder)
    folder, engine = ring.folder, filled.engine

    def refused(match: str) -> None:
        with pytest.raises(CannotRotate, match=match):
            destroy_round(engine, ring, "surat/2026", now=filled.clock.now())
        assert (folder / f"round-{of.id}.key").is_file()

    refused("not counted")
    with transaction(filled.session):
        row = filled.session.get_one(Round, of.id)
        row.sealed_at = row.counted_at = filled.clock.now()
        filled.session.add(row)
    refused("can be disputed until")
    filled.clock.forward(days=200)
    with transaction(filled.session):
        dispute = Dispute(
            id="x",
            district_id="d-surat",
            round_id=of.id,
            person_id=filled.town.ids["aigerim"],
            text="x",
            opened_at=filled.clock.now(),
        )
        filled.session.add(dispute)
    refused("not settled")
    with transaction(filled.session):
        filled.session.delete(filled.session.get_one(Dispute, "x"))
    with pytest.MonkeyPatch.context() as patch:

        def cut(*args: object) -> None:
            raise Cut

        patch.setattr(Keyring, "drop_round_key", cut)
        with pytest.raises(Cut):
            destroy_round(engine, ring, "surat/2026", now=filled.clock.now())
    assert [one.state for one in _keys(filled, ring)] == ["left"]
    destroy_round(engine, ring, "surat/2026", now=filled.clock.now())
    assert not (folder / f"round-{of.id}.key").exists()
    assert [one.state for one in _keys(filled, Keyring(folder))] == ["destroyed"]
    entries = _all(filled.session, Entry)
    assert [one.kind for one in entries if "key" in one.kind] == ["rounds.key_destroyed"]
    assert entries[-1].facts == {"fingerprint": of.key_fingerprint}
    assert "secret" not in json.dumps(entries[-1].facts)


def test_a_missing_or_foreign_round_key_is_named(filled: Filled, of: Any) -> None:
    path = filled.keyring.folder / f"round-{of.id}.key"
    path.write_text("00" * 32)
    assert [one.state for one in _keys(filled, Keyring(filled.keyring.folder))] == ["other"]
    path.unlink()
    assert [one.state for one in _keys(filled, Keyring(filled.keyring.folder))] == ["needed"]
