"""Many budgets side by side: sums and medians by another way, nothing known is not nought."""

import random
from datetime import date
from fractions import Fraction
from statistics import median

from sqlalchemy import Engine
from sqlmodel import Session, select

from app.budget.comparing import Scope, medians, together, units, years_published
from app.budget.models import Budget
from app.budget.step_models import Paper, Publication
from app.budget.steps import checklists, late_publications
from app.core.clock import at
from app.core.database import transaction
from app.core.ids import new_id
from app.followup.beside_budgets import Envelope, beside, newest_envelopes
from app.places.models import District, DistrictFact
from app.rounds.models import Round
from bench.budgets import fill
from tests.journeys.test_deputy_desk import queries_of
from tests.town import Town

TODAY = date(2026, 4, 18)


def test_what_is_compared_is_what_the_budgets_say(session: Session, engine: Engine) -> None:
    fill(engine, units=60, lives=4)
    found = units(session, year=2025, scope=Scope())
    there = session.exec(
        select(District.kato, Budget, DistrictFact.amount)
        .where(Budget.district_id == District.id, Budget.year == 2025)
        .where(DistrictFact.district_id == District.id)
    ).all()
    assert len(found) == 60
    assert {one.kato for one in found if one.published} == {kato for kato, _, _ in there}
    assert 0 < len(there) < 60
    missing = next(one for one in found if not one.published)
    assert (missing.receipts, missing.own_share, missing.per_resident) == (None, None, None)
    shares = [Fraction(one.own or 0, one.receipts or 1) for _, one, _ in there]
    heads = [Fraction(one.receipts or 0, people) for _, one, people in there]
    middle = medians(found)
    assert middle.own_share is not None
    assert middle.per_resident is not None
    assert abs(middle.own_share - median(shares)) < 1e-9
    assert abs(middle.per_resident - median(heads)) < 1e-6
    all_ = together(found)
    receipts = sum(one.receipts or 0 for _, one, _ in there)
    assert (all_.units, all_.published, all_.receipts) == (60, len(there), receipts)
    own = Fraction(sum(one.own or 0 for _, one, _ in there), receipts)
    assert all_.own_share is not None
    assert abs(all_.own_share - own) < 1e-9
    assert together([missing]).receipts is None
    assert years_published(session) == [2026, 2025, 2024, 2023, 2022]

    raion = found[0].raion_kato
    of_raion = units(session, year=2025, scope=Scope(raion_kato=raion))
    assert of_raion == [one for one in found if one.raion_kato == raion]
    oblast = Scope(oblast_kato=raion[:2] + "0000000")
    assert units(session, year=2025, scope=oblast) == found

    def asks(scope: Scope) -> int:
        def act() -> None:
            beside(
                session,
                units=units(session, year=2025, scope=scope),
                year=2025,
                today=TODAY,
            )

        return queries_of(engine, act)

    assert asks(Scope(raion_kato=raion)) == asks(oblast) == asks(Scope()) <= 10


def test_late_papers_of_many_are_those_of_each_checklist(session: Session, engine: Engine) -> None:
    fill(engine, units=24, lives=1)
    chance = random.Random(7)
    ids = list(session.exec(select(District.id)).all())
    with transaction(session):
        for one in ids:
            for _ in range(chance.randint(0, 6)):
                paper = chance.choice(list(Paper))
                session.add(
                    Publication(
                        id=new_id(),
                        district_id=one,
                        year=2026,
                        paper=paper,
                        month=chance.randint(1, 12) if paper is Paper.MONTH else 0,
                        place=chance.choice(("here", "site", "portal")),
                        published_on=date(2026, chance.randint(1, 4), 3),
                        by_name="",
                        at=at(TODAY),
                    )
                )
    for today in (date(2025, 9, 1), date(2026, 1, 5), TODAY, date(2027, 6, 1)):
        each = checklists(session, district_ids=ids, year=2026, today=today)
        expected = {one: sum(item.late for item in items) for one, items in each.items()}
        found = late_publications(session, district_ids=ids, year=2026, today=today)
        assert found == expected, today
    assert len(set(found.values())) > 1


def test_the_round_of_the_budgets_own_year_comes_before_the_newest(
    session: Session, town: Town
) -> None:
    town.round("surat", key="2025", budget_year=2026, envelope=9_000_000)
    town.round("surat", key="2026", budget_year=2027, envelope=12_000_000)
    off = town.round("oytal", key="2026", budget_year=2027)
    with transaction(session):
        session.get_one(Round, off.id).cancelled_at = at(TODAY)
    ids = ["d-surat", "d-oytal"]
    found = {
        year: newest_envelopes(session, district_ids=ids, year=year) for year in (2026, 2027, 2024)
    }
    assert found == {
        2026: {"d-surat": Envelope(9_000_000, 2026)},
        2027: {"d-surat": Envelope(12_000_000, 2027)},
        2024: {"d-surat": Envelope(12_000_000, 2027)},
    }
    surat = next(
        one for one in units(session, year=2026, scope=Scope()) if one.district_id == "d-surat"
    )
    (row,) = beside(session, units=[surat], year=2026, today=TODAY)
    assert row.envelope_share is None  # no spending is published
    assert not surat.published
