"""The public record: acts in words, filtered, taken away; of one district, no resident named."""

import csv
import io
from datetime import timedelta

from app.core.database import transaction
from app.ledger.actions import digest, record

RESIDENT = "Сейітова"


def fill(visit, now):
    session = visit.town.session
    surat, oytal = visit.town.round(), visit.town.round("oytal")
    made = visit.town.proposal(surat)
    with transaction(session):
        for district, of, name in (("d-surat", surat, "Дана Омарова"), ("d-oytal", oytal, "Марат")):
            record(
                session,
                district_id=district,
                round_id=of.id,
                subject=of.id,
                kind="rounds.edited",
                at=now - timedelta(days=40),
                office="clerk",
                by_name=name,
                before={"envelope": 1},
                after={"envelope": 2},
            )
        record(
            session,
            district_id="d-surat",
            round_id=surat.id,
            subject=made.id,
            kind="proposals.submitted",
            at=now,
            office="resident",
            number=made.number,
        )
    return made


def test_it_tells_in_words_and_filters(visit, clock):
    made = fill(visit, clock.now())
    page = visit().get("/kk/surat/record")
    text = page.text()
    assert "Дана Омарова" in text
    assert "Марат" not in text  # the next district's
    assert made.number in text
    assert "Айгерім С." in text  # as the proposal names its author, not the record
    only = visit().get("/kk/surat/record?office=clerk").text()
    assert made.number not in only
    assert "Дана Омарова" in only
    assert made.number not in visit().get("/kk/surat/record?about=rounds").text()
    assert "Дана Омарова" not in visit().get("/kk/surat/record?since=2026-04-01").text()
    assert made.number not in visit().get("/kk/surat/record?until=2026-04-01").text()
    for odd in ("since=soon", "office=x", "about=%00", "round=9", "page=99999", "until=9999-99-99"):
        assert visit().get(f"/kk/surat/record?{odd}").status == 200


def test_files_hold_the_same_and_the_digests(visit, clock):
    fill(visit, clock.now())
    acts = visit().get("/kk/surat/record.json").response.json()["acts"]
    edited = next(one for one in acts if one["kind"] == "rounds.edited")
    # printf '%s' '{"envelope":2}' | sha256sum
    wanted = "677946a8c9012f986fba92343410d9a9767866392ad7956e374c5c55efa92981"
    assert edited["after_sha256"] == digest({"envelope": 2}) == wanted
    assert edited["before_sha256"] != edited["after_sha256"]
    rows = list(csv.DictReader(io.StringIO(visit().get("/kk/surat/record.csv").response.text[1:])))
    assert [row["id"] for row in rows] == [one["id"] for one in acts]
    assert RESIDENT not in str(acts)


def test_it_is_reached_from_every_page_of_the_district(visit):
    assert "/kk/surat/record" in visit().get("/kk/surat/").links()
