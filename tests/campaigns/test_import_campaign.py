"""Real elections as past rounds: the page is there, and the command comes to the same winners.

The small ones of Equal Shares go with every test; `make campaign` brings the two largest in.
"""

import gzip
import io
import json
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from app.core.database import transaction
from app.counting.asked import Asked
from app.counting.command import count_file
from app.decisions.import_round import import_round
from app.decisions.models import CountOutcome
from app.rounds.models import Round
from tests.browser import Browser
from tests.town import Town

LONG = bool(os.environ.get("CAMPAIGN") or os.environ.get("ASAR_CAMPAIGN"))
FOLDER = Path(__file__).parents[3] / "shared" / "data" / "pabulib"
SMALL = ("Netherlands_Assen_2024", "Poland_Swiecie_2023", "Poland_Wieliczka_2023_Green_Budget")
LARGE = ("Poland_Katowice_2023", "Poland_Wroclaw_2017")
MOST_GZIPPED = 15 * 1024

Visit = Callable[..., Browser]


@pytest.mark.parametrize("name", [*SMALL, *(LARGE if LONG else ())])
def test_a_real_election_is_a_round(visit: Visit, name: str, tmp_path: Path) -> None:
    town: Town = visit.town  # type: ignore[attr-defined]
    if not FOLDER.is_dir():
        pytest.skip("NOT TESTED AGAINST REAL ELECTIONS: ../shared/data/pabulib is not there")
    session = town.session
    begun = time.perf_counter()
    with transaction(session):
        made = import_round(
            session,
            district_id="d-surat",
            data=(FOLDER / f"{name}.pb").read_bytes(),
            source=f"{name}.pb",
            now=town.clock.now(),
        )
    took = time.perf_counter() - begun
    assert made.differs == ()
    row = session.exec(select(CountOutcome)).one()
    of = session.exec(select(Round)).one()
    held, selected = row.compared, row.outcome["selected"]
    assert (of.counting_rule == "equal-shares") == (row.outcome.get("shares") is not None)
    session.expunge_all()
    session.rollback()
    if name.startswith("Poland_Wieliczka"):
        # The city's own report of its comparison step.
        assert held
        assert held["by_number"] == {"first": 1615, "second": 873, "same": 4098}

    client = visit().client
    base = f"/kk/surat/rounds/{made.key}"
    for path in ("results", "results?page=2", "results/turns", "results/mine", "protocol"):
        answer = client.get(f"{base}/{path}")
        assert answer.status_code == 200
        if path != "protocol":  # a paper holds all of it
            assert len(gzip.compress(answer.content, 6)) <= MOST_GZIPPED, path
    file = tmp_path / "again.pb"
    file.write_bytes(client.get(f"{base}/ballots.pb").content)
    out, err = io.StringIO(), io.StringIO()
    again = count_file(str(file), asked=Asked(rule="as-published"), as_json=True, out=out, err=err)
    assert again == 0, err.getvalue()
    assert json.loads(out.getvalue())["selected"] == selected
    if name in LARGE:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{name}: {made.ballots} ballots, imported in {took:.1f} s, peak {peak} MiB")
