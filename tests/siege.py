"""A filled demo under siege: sixteen people, things of two districts, and a watch on every write.

The neighbour's things get numbers and keys of their own, so that no address of theirs also names
something at home.
"""

import json
import re
import shutil
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pyotp
from pydantic import SecretStr
from sqlalchemy import Engine, event, update
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from app.core.clock import at, day_of
from app.core.database import make_engine, open_session, transaction
from app.core.ids import new_id
from app.core.keys import Keyring
from app.core.settings import Settings
from app.demo.fill import fill_demo
from app.followup.models import Question, QuestionState, Works
from app.main import create_app, routes_of
from app.people.claims import file_claim
from app.people.conflicts import open_conflict
from app.people.factors import add_key, begin_codes, begin_totp, secret_of
from app.people.invitations import ToOffice, invite
from app.people.models import Card, Office, Official, Person, Role, RollEntry, SignIn
from app.people.office_models import Consent, ConsentState, Factor, NamedSecond
from app.people.passkeys import ask_key
from app.people.queries import hash_token
from app.people.roll_drafts import add_draft, read_draft
from app.people.roll_models import ClaimKind
from app.places.models import District, Settlement
from app.proposals.models import Photo, Proposal, Status
from app.rounds.models import Round
from app.tick import tick
from app.voting import box, envelopes
from app.voting.list_models import Dispute
from app.voting.models import PaperBallot, PaperEntry
from tests.conftest import SetClock
from tests.oidc_provider import CLIENT, SECRET, Provider
from tests.siege_budget import lay_budget
from tests.siege_envelope import lay_envelope
from tests.siege_giving import lay_giving
from tests.siege_phones import code_cookie, lay_phones
from tests.siege_upload import lay_upload

HOME, NEXT = "surat", "oytal"
WHO = {
    "visitor": "",
    "author": "Сейітова Айгерім Бақытқызы",
    "resident": "Ермеков Болат Серікұлы",
    "other-resident": "Ахметова Гүлнар Ерланқызы",
    "clerk": "dana",
    "akim": "erlan",
    "other-clerk": "marat",
    "other-akim": "zhanar",
    "deputy": "saule",
    "other-deputy": "talgat",
    "maslikhat-office": "raushan",
    "other-maslikhat-office": "sholpan",
    "raion-office": "bekzat",
    "other-raion-office": "gulmira",
    "observer": "timur",
    "operator": "operator",
}
# The smallest JPEG that a browser draws is not needed: these bytes are only served.
PICTURE = b"\xff\xd8\xff\xe0" + b"asar" * 40
GROUP = "2345A"  # the first group on the author's card
MOVED = "90"  # the neighbour's 2026-0003 becomes 2026-9003


@dataclass(slots=True)
class Things:
    """What stands in a district, by the names that addresses use."""

    slug: str
    key: str = ""  # the round that is voted on
    old_key: str = ""  # last year's
    on_ballot: str = ""
    submitted: str = ""
    decided: str = ""
    works: str = ""
    question: str = ""  # open
    answered: str = ""  # a question with an answer, waiting for the deputy's word
    draft: str = ""
    photo: str = ""
    draft_photo: str = ""
    person: str = ""
    asked: str = ""  # a request for a second official's consent, waiting
    named: str = ""  # a second official, named in advance
    reissue: str = ""  # new cards that a second official agreed to, to be printed
    office: str = ""  # of a colleague of the district's clerk
    factor: str = ""  # the clerk's app for codes
    agreed: str = ""  # that somebody be invited: the second official has agreed
    invitation: str = ""
    invitation_token: str = ""
    settlement: str = ""
    listed: str = ""  # a list that was read and waits to be confirmed
    claim: str = ""  # about the list, waiting for its answer
    conflict: str = ""  # the district next door names the author
    voter: str = ""  # another of the roll: their vote stands in the box
    dispute: str = ""  # of that one, about last year's vote, not settled
    kept_file: str = ""  # a budget file as it was handed in
    article: str = ""  # of the district's own, in the classification
    pledged: str = ""  # a contribution of the author that waits for the office
    given: str = ""  # a confirmed one
    thing: str = ""  # of the communal property
    upload: str = ""  # a budget paper that was read and waits to be confirmed
    extra: dict[str, str] = field(default_factory=dict)


class Siege:
    """A demo of a day in a folder of its own, served in this process, with a clock that stands."""

    def __init__(self, folder: Path, *, day: date) -> None:
        self.path = folder / "demo.db"
        self.kept = folder / "kept.db"
        self.provider = Provider()  # so that the way through the state stands open too
        self.settings = Settings(
            mode="demo",
            database_url=f"sqlite:///{self.path}",
            keys_dir=folder / "keys",
            tick_seconds=0,
            public_url="http://testserver",
            oidc_issuer=self.provider.issuer,
            oidc_client_id=CLIENT,
            oidc_client_secret=SecretStr(SECRET),
        )
        self.cards = fill_demo(self.settings, day=day)
        self.keyring = Keyring(self.settings.keys_folder)
        self.clock = SetClock(at(day, 12))
        self.begun = self.clock.now()
        self.engine = _fast_engine(self.settings.database_url)
        self.tokens: dict[str, str] = {"visitor": ""}
        self.things: dict[str, Things] = {}
        self.more: dict[str, str] = {}  # what only some days have
        with open_session(self.engine) as session:
            with transaction(session):
                self._move_next_door(session)
                self._sign_in_all(session)
                self._second_office(session)
                self._half_way(session)
                self._read_differently(session)
            for slug in (HOME, NEXT):
                with transaction(session):
                    self.things[slug] = self._furnish(session, slug)
            with transaction(session):
                lay_phones(
                    session,
                    keyring=self.keyring,
                    author=self.things[HOME].person,
                    resident=self.things[HOME].voter,
                    now=self.clock.now(),
                )
        self.app = create_app(
            self.settings, engine=self.engine, keyring=self.keyring, clock=self.clock
        )
        self.client = TestClient(self.app, follow_redirects=False)
        self.client.__enter__()
        self.engine.dispose()
        shutil.copy(self.path, self.kept)
        self.watch = sqlite3.connect(self.path)
        self.kept_rows = self.rows()

    def close(self) -> None:
        self.watch.close()
        self.client.__exit__(None, None, None)
        self.provider.stop()

    # what people do

    def ask(self, who: str, method: str, url: str, **kwargs: Any) -> Any:
        """One request as somebody; their session's cookie and nothing else goes along."""
        headers = dict(kwargs.pop("headers", {}))
        headers["cookie"] = f"asar-code={code_cookie(who)}"
        if token := self.tokens[who]:
            headers["cookie"] += f"; asar={token}"
        if method == "POST":
            headers.setdefault("sec-fetch-site", "same-origin")
        self.client.cookies.clear()
        return self.client.request(method, url, headers=headers, **kwargs)

    def office_of(self, who: str) -> str:
        """The id of an official's office."""
        return self._of_session(who, "office_id")

    def session_of(self, who: str) -> str:
        """The id of somebody's session, as the page of one's sessions names it."""
        return self._of_session(who, "id")

    def _of_session(self, who: str, column: str) -> str:
        found = self.watch.execute(
            f"SELECT {column} FROM sign_in WHERE token_sha256 = ?",
            (hash_token(self.tokens[who]),),
        ).fetchone()
        return str(found[0])

    # what is written

    @property
    def version(self) -> int:
        """Changes whenever anybody has committed anything."""
        (found,) = self.watch.execute("PRAGMA data_version").fetchone()
        return int(found)

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        names = self.watch.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: self.watch.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for (name,) in names
        }

    def keep(self) -> None:
        """From now on `restore` comes back to this."""
        self.engine.dispose()
        shutil.copy(self.path, self.kept)
        self.begun = self.clock.now()
        self.kept_rows = self.rows()

    def forward(self, day: date, hour: int = 12) -> None:
        """The clock moves on, and does what it demands on the way."""
        self.clock.set(at(day, hour))
        with open_session(self.engine) as session, transaction(session):
            session.exec(update(SignIn).values(seen_at=self.clock.now()))
        tick(self.engine, self.keyring, self.clock)

    def restore(self) -> None:
        """Everything as it was."""
        self.engine.dispose()
        self.watch.close()
        shutil.copy(self.kept, self.path)
        self.watch = sqlite3.connect(self.path)
        self.clock.set(self.begun)

    # how the demo is furnished

    def _move_next_door(self, session: Session) -> None:
        home = session.exec(select(District).where(District.slug == NEXT)).one()
        for of in session.exec(select(Round).where(Round.district_id == home.id)).all():
            of.key = f"{of.key}-2"
            session.add(of)
        for one in session.exec(
            select(Proposal).where(
                Proposal.district_id == home.id, col(Proposal.number).is_not(None)
            )
        ).all():
            assert one.number is not None
            year, number = one.number.split("-")
            one.number = f"{year}-{MOVED}{number[2:]}"
            session.add(one)
        session.exec(
            update(Question)
            .where(col(Question.district_id) == home.id)
            .values(number=Question.number + 70)
        )

    def _sign_in_all(self, session: Session) -> None:
        now = self.clock.now()
        for who, name in WHO.items():
            if not name:
                continue
            person = _on_roll(session, NEXT if who.startswith("other") else HOME, name)
            official = session.exec(select(Official).where(Official.login == name)).first()
            office = None
            if official is not None:
                office = session.exec(
                    select(Office).where(Office.official_id == official.id)
                ).first()
            self.tokens[who] = f"token-of-{who}"
            session.add(
                SignIn(
                    token_sha256=hash_token(self.tokens[who]),
                    id=new_id(),
                    person_id=person.id if person else None,
                    official_id=official.id if official else None,
                    office_id=office.id if office else None,
                    shared=False,
                    made_at=now,
                    seen_at=now,
                    ends_at=now + timedelta(days=900),
                )
            )

    def _second_office(self, session: Session) -> None:
        """The observer observes twice, so that there is an office to change to."""
        official = session.exec(select(Official).where(Official.login == WHO["observer"])).one()
        session.add(
            Office(
                id=new_id(),
                official_id=official.id,
                role=Role.OBSERVER,
                by_order="№ 2",
                since=date(2025, 1, 1),
            )
        )

    def _read_differently(self, session: Session) -> None:
        """Two clerks saw different crosses on one sheet, where a vote runs."""
        sheet = session.exec(
            select(PaperBallot)
            .join(Round, col(Round.id) == PaperBallot.round_id)
            .join(District, col(District.id) == PaperBallot.district_id)
            .where(District.slug == HOME, col(Round.counted_at).is_(None))
            .order_by(col(PaperBallot.number))
        ).first()
        if sheet is None:
            return
        self.more["torn"] = sheet.number
        for reading, login in ((1, "dana"), (2, "nurlan")):
            clerk = session.exec(select(Official).where(Official.login == login)).one()
            session.add(
                PaperEntry(
                    district_id=sheet.district_id,
                    round_id=sheet.round_id,
                    number=sheet.number,
                    reading=reading,
                    choices=[reading],
                    entered_by=clerk.id,
                )
            )

    def _furnish(self, session: Session, slug: str) -> Things:
        now = self.clock.now()
        home = session.exec(select(District).where(District.slug == slug)).one()
        author = _on_roll(session, slug, WHO["author" if slug == HOME else "other-resident"])
        assert author is not None
        entry = session.exec(select(RollEntry).where(RollEntry.person_id == author.id)).one()
        things = Things(slug, person=author.id, settlement=entry.settlement_id)
        rounds = session.exec(
            select(Round).where(Round.district_id == home.id).order_by(col(Round.key).desc())
        ).all()
        things.key, things.old_key = rounds[0].key, rounds[-1].key
        proposals = session.exec(
            select(Proposal)
            .where(Proposal.district_id == home.id)
            .order_by(col(Proposal.number).desc())
        ).all()
        newest = [one for one in proposals if one.round_id == rounds[0].id]
        for one in newest:
            if one.status == Status.ON_BALLOT:
                things.on_ballot = str(one.number)
            if one.status in (Status.SUBMITTED, Status.RETURNED):
                one.person_id = author.id
                things.extra[one.status] = str(one.number)
                session.add(one)
        things.submitted = things.extra.get("submitted", "")
        things.decided = next(
            (str(one.number) for one in proposals if one.status == Status.RECOMMENDED), ""
        )
        things.works = (
            session.exec(
                select(Proposal.number)
                .join(Works, col(Works.proposal_id) == Proposal.id)
                .where(Works.district_id == home.id)
                .order_by(col(Works.ready_on).is_not(None), col(Proposal.number))
            ).first()
            or ""
        )
        things.question, things.answered = self._questions(session, home, newest[0], now)
        draft = Proposal(
            id=new_id(),
            district_id=home.id,
            round_id=rounds[0].id,
            person_id=author.id,
            author="Айгерім С.",
            title=own(home, "Мектеп жолына шам"),
            body="Мектепке баратын жол қараңғы, балалар қорқады. Шам керек.",
            settlement_id=entry.settlement_id,
            place="Абай көшесі",
            direction=8,
            started_at=now,
        )
        session.add(draft)
        session.flush()
        things.draft = draft.id
        things.asked, things.named = self._second(session, home, now)
        things.reissue = self._agreed(session, things.asked, things.person)
        self._serving(session, home, things, now)
        things.listed = self._list(session, home, entry.settlement_id, now)
        things.photo = self._photo(session, home, newest[0].id, now)
        things.draft_photo = self._photo(session, home, draft.id, now)
        things.claim, things.conflict = self._list_claims(session, home, author, now)
        things.voter, things.dispute = self._disputed(session, home, rounds, author, now)
        lay_envelope(session, rounds=rounds, own=own(home, "Қор есебінен"), now=now)
        things.kept_file, things.article = lay_budget(
            session, district_id=home.id, own=own(home, "Базар алымы"), now=now
        )
        things.pledged, things.given, things.thing = lay_giving(
            session,
            district_id=home.id,
            person_id=author.id,
            at_home=home.slug == HOME,
            own=own(home, "Екі күн трактор"),
            now=now,
        )
        login = "nurlan" if home.slug == HOME else "marat"
        things.upload = lay_upload(
            session, district_id=home.id, login=login, own=own(home, "Бюджет"), now=now
        )
        return things

    def _disputed(
        self, session: Session, home: District, rounds: Any, author: Person, now: datetime
    ) -> tuple[str, str]:
        """A neighbour's vote in the box, and their dispute; the author's card has two groups."""
        voter = session.exec(
            select(Person)
            .join(RollEntry, col(RollEntry.person_id) == Person.id)
            .where(RollEntry.district_id == home.id, col(RollEntry.removed_on).is_(None))
            .where(Person.id != author.id)
            .order_by(col(Person.full_name) != WHO["resident"], col(Person.id))
        ).first()
        assert voter is not None
        if rounds[0].sealed_at is None:
            key = envelopes.ballot_key(self.keyring, round_id=rounds[0].id, person_id=voter.id)
            box.put_in(
                session,
                district_id=home.id,
                round_id=rounds[0].id,
                ballot_key=key,
                envelope=envelopes.close(
                    self.keyring, round_id=rounds[0].id, ballot_key=key, choices=[1]
                ),
            )
        dispute = Dispute(
            id=new_id(),
            district_id=home.id,
            round_id=rounds[-1].id,
            person_id=voter.id,
            text=own(home, "Картамды біреу алған"),
            opened_at=now,
        )
        session.add(dispute)
        card = session.exec(
            select(Card).where(Card.person_id == author.id, col(Card.replaced_at).is_(None))
        ).first()
        if card is not None:
            card.group_mac = self.keyring.mac("card-group", card.number, GROUP)
            session.add(card)
        session.flush()
        return voter.id, dispute.id

    def _list_claims(
        self, session: Session, home: District, author: Person, now: datetime
    ) -> tuple[str, str]:
        """A claim with a number of its own, and the author named by the district next door."""
        claim = file_claim(
            session,
            keyring=self.keyring,
            district_id=home.id,
            kind=ClaimKind.MISSING,
            name=own(home, "Жаңабаев Қанат"),
            text=own(home, "Осында тіркелгенмін, тізімде жоқпын."),
            contact="+7 701 555 44 33",
            lang="kk",
            now=now - timedelta(days=20),
            clerk="Дана Омарова",
        )
        claim.number = 31 if home.slug == HOME else 81
        session.add(claim)
        other = session.exec(
            select(District).where(District.slug == (NEXT if home.slug == HOME else HOME))
        ).one()
        place = session.exec(select(Settlement).where(Settlement.district_id == other.id)).first()
        assert place is not None
        conflict = open_conflict(
            session,
            keyring=self.keyring,
            district_id=other.id,
            person_id=author.id,
            stands_in=home.id,
            line={
                "name": author.full_name,
                "settlement_id": place.id,
                "of_age_on": author.of_age_on.isoformat(),
                "basis": "Куәлік 7",
            },
            by_name="Марат Ысқақов",
            now=now,
        )
        return str(claim.number), conflict.id

    def _second(self, session: Session, home: District, now: datetime) -> tuple[str, str]:
        """The clerk asked for something, and somebody is named in advance."""
        first = "dana" if home.slug == HOME else "marat"
        second = "nurlan" if home.slug == HOME else "zhanar"
        ids = dict(session.exec(select(Official.login, Official.id)).all())
        asked = Consent(
            id=new_id(),
            district_id=home.id,
            act="reissue_cards",
            subject=home.id,
            why=own(home, "Су басқан үйлер"),
            first_id=ids[first],
            first_name=first,
            first_office=Role.CLERK,
            asked_at=now,
            ends_at=now + timedelta(days=7),
        )
        named = NamedSecond(
            id=new_id(),
            district_id=home.id,
            official_id=ids[second],
            named_by="Ерлан Т.",
            named_at=now,
        )
        session.add_all([asked, named])
        session.flush()
        return asked.id, named.id

    def _agreed(self, session: Session, asked_id: str, person_id: str) -> str:
        """The same, agreed to, with whom it is about."""
        asked = session.get_one(Consent, asked_id)
        made = Consent(**asked.model_dump(exclude={"id", "state"}), id=new_id(), state="agreed")
        other = select(Official.id).where(Official.login == "bekzat")
        made.second_id = session.exec(other).one()
        made.second_name, made.second_office = "Бекзат А.", Role.RAION_OFFICE
        made.sealed = self.keyring.seal("consent", made.id, json.dumps({"person_ids": [person_id]}))
        session.add(made)
        session.flush()
        return made.id

    def _serving(self, session: Session, home: District, things: Things, now: datetime) -> None:
        """A colleague, an invitation, one that is agreed to; at home the clerk has two factors."""
        first, other = ("dana", "nurlan") if home.slug == HOME else ("marat", "zhanar")
        ids = dict(session.exec(select(Official.login, Official.id)).all())
        things.office = session.exec(
            select(Office.id).where(Office.official_id == ids[other])
        ).one()
        things.factor = session.exec(
            select(Factor.id).where(Factor.official_id == ids[first])
        ).one()
        made = invite(
            session,
            office=ToOffice(Role.CLERK, since=day_of(now), district_id=home.id),
            full_name=own(home, "Жаңа Қызметкер"),
            invited_by="Дана О.",
            by_office="clerk",
            now=now,
        )
        things.invitation, things.invitation_token = made.invitation.id, made.token
        agreed = Consent(
            id=new_id(),
            district_id=home.id,
            act="make_official",
            subject=new_id(),
            facts={"role": "clerk", "until": None},
            why=own(home, "Бос орын бар"),
            first_id=ids[first],
            first_name=first,
            first_office=Role.CLERK,
            asked_at=now,
            ends_at=now + timedelta(days=3),
            state=ConsentState.AGREED,
            second_id=ids[other],
            second_name=other,
            second_office=Role.CLERK if home.slug == HOME else Role.AKIM,
        )
        things.agreed = agreed.id
        agreed.sealed = self.keyring.seal(
            "consent", agreed.id, json.dumps({"full_name": "Тағы Біреу", "by_order": ""})
        )
        session.add(agreed)
        if home.slug == HOME:
            add_key(
                session,
                official_id=ids[first],
                credential_id="a2V5",
                public_key=b"key",
                sign_count=0,
                name="Көк кілт",
                first=False,
                now=now,
            )
        session.flush()

    def _half_way(self, session: Session) -> None:
        """Two whose password was right: one has factors, the other is about to set one up."""
        now = self.clock.now()
        new = Official(id=new_id(), login="zhana", full_name="Жаңа Біреу", password_hash="!")
        session.add(new)
        dana = session.exec(select(Official.id).where(Official.login == "dana")).one()
        for who, official_id in (("half", dana), ("newcomer", new.id)):
            self.tokens[who] = f"none; asar-second=half-of-{who}"
            session.add(
                SignIn(
                    token_sha256=hash_token(f"half-of-{who}"),
                    id=new_id(),
                    official_id=official_id,
                    needs_second=True,
                    made_at=now,
                    seen_at=now,
                    ends_at=now + timedelta(days=900),
                )
            )
        session.flush()
        factor = begin_totp(session, keyring=self.keyring, official_id=new.id, now=now)
        codes = begin_codes(session, keyring=self.keyring, official_id=new.id, now=now)
        app = next(
            one["totp_secret"] for one in self.cards if one["sign_in"].get("login") == "dana"
        )
        wall = self.clock.wall()
        self.more |= {
            "totp": pyotp.TOTP(app).at(wall),
            "first_totp": pyotp.TOTP(secret_of(self.keyring, factor)).at(wall),
            "first_code": codes[0],
            "kind": "codes",
        }
        half = session.exec(
            select(SignIn.id).where(SignIn.token_sha256 == hash_token("half-of-newcomer"))
        ).one()
        mine = session.exec(
            select(SignIn.id).where(SignIn.token_sha256 == hash_token(self.tokens["clerk"]))
        ).one()
        for sign_in_id in (half, mine):
            ask_key(session, sign_in_id=sign_in_id, purpose="enroll", now=now)

    def _list(self, session: Session, home: District, settlement_id: str, now: datetime) -> str:
        """A clerk has brought in a list of one person and not yet confirmed it."""
        login = "nurlan" if home.slug == HOME else "marat"
        clerk = session.exec(select(Official.id).where(Official.login == login)).one()
        iin = "600615110013" if home.slug == HOME else "600615110112"
        draft = read_draft(
            session,
            keyring=self.keyring,
            district_id=home.id,
            official_id=clerk,
            data=f"name;iin;settlement\n{own(home, 'Бөлек Адам')};{iin};{settlement_id}\n".encode(),
            source=own(home, "Бір адамның тізімі"),
            source_date=date(2025, 1, 5),
            legal_basis="№ 148 Заң",
            whole=False,
            now=now,
        )
        add_draft(session, draft, by_name=login)
        return draft.id

    def _questions(
        self, session: Session, home: District, of: Proposal, now: datetime
    ) -> tuple[str, str]:
        office = session.exec(
            select(Office)
            .join(Official, col(Official.id) == Office.official_id)
            .where(Official.login == WHO["deputy"])
        ).one()
        first = 31 if home.slug == HOME else 81
        for number, answer in ((first, ""), (first + 1, "Қыркүйекте аяқтаймыз.")):
            session.add(
                Question(
                    id=new_id(),
                    district_id=home.id,
                    proposal_id=of.id,
                    number=number,
                    asked_by="Сәуле О.",
                    asked_office_id=office.id,
                    lang="kk",
                    text="Жұмыс қашан аяқталады?",
                    asked_at=now - timedelta(days=30),
                    due=(now - timedelta(days=9)).date(),
                    state=QuestionState.ANSWERED if answer else QuestionState.OPEN,
                    answer=answer,
                    answer_lang="kk" if answer else "",
                    answered_by="Ерлан Т." if answer else "",
                    answered_at=now - timedelta(days=8) if answer else None,
                )
            )
        return str(first), str(first + 1)

    def _photo(self, session: Session, home: District, proposal_id: str, now: datetime) -> str:
        photo = Photo(
            id=new_id(),
            district_id=home.id,
            proposal_id=proposal_id,
            media_type="image/jpeg",
            width=4,
            height=3,
            size=len(PICTURE),
            sha256=new_id(),
            data=PICTURE,
            at=now,
        )
        session.add(photo)
        session.flush()
        return photo.id


def every_page(
    siege: "Siege", who: str, starts: tuple[str, ...], *, of_a_kind: int = 3
) -> list[str]:
    """The addresses somebody reaches by links, in Kazakh; a few of each kind."""
    kinds = [(route.path, route.path_regex) for route in routes_of(siege.app)]
    waiting, seen, found = list(starts), set(starts), []
    count: Counter[tuple[str, bool]] = Counter()
    while waiting:
        url = waiting.pop(0)
        parts = urlsplit(url)
        kind = next((path for path, regex in kinds if regex.match(parts.path)), "")
        count[kind, bool(parts.query)] += 1
        if not kind or count[kind, bool(parts.query)] > of_a_kind:
            continue
        answer = siege.ask(who, "GET", url)
        links = [answer.headers["location"]] if answer.is_redirect else []
        if answer.status_code == 200:
            found.append(url)
            if "text/html" in answer.headers["content-type"]:
                links = re.findall(r'(?:href|src)="([^"#]+)', answer.text)
        for link in links:
            onward = urlsplit(urljoin(f"http://testserver{url}", link.replace("&amp;", "&")))
            address = onward.path + (f"?{onward.query}" if onward.query else "")
            if onward.netloc == "testserver" and address.startswith("/kk/") and address not in seen:
                seen.add(address)
                waiting.append(address)
    return found


def own(home: District, text: str) -> str:
    """Words as the neighbours write them: theirs can be told from those at home."""
    return text if home.slug == HOME else f"{text} көршіде"


def _on_roll(session: Session, slug: str, name: str) -> Person | None:
    return session.exec(
        select(Person)
        .join(RollEntry, col(RollEntry.person_id) == Person.id)
        .join(District, col(District.id) == RollEntry.district_id)
        .where(Person.full_name == name, District.slug == slug)
    ).first()


def _fast_engine(url: str) -> Engine:
    """Nothing here is acknowledged to anybody, so nothing waits for the disk."""
    engine = make_engine(url)
    event.listen(engine, "connect", lambda one, _: one.execute("PRAGMA synchronous=OFF").close())
    return engine
