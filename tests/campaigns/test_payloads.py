"""Everything that is bad, at every field of every form, one at a time.

A short seeded sample runs with every test; `make campaign` (CAMPAIGN=1, or ASAR_CAMPAIGN=1) throws
all of it: some ten thousand forms, a quarter of an hour on two cores.
"""

import os
import random
import time
from collections.abc import Iterator
from datetime import date

import pytest

from tests.assault import everything, foreign_things, throw
from tests.forms_under_siege import PLACES, SCENES, TIED, find, known_things
from tests.siege import HOME, NEXT, Siege
from tests.siege_ties import lay_tie

pytestmark = pytest.mark.xdist_group("siege")
LONG = bool(os.environ.get("CAMPAIGN") or os.environ.get("ASAR_CAMPAIGN"))
SEED = int(os.environ.get("ASAR_SEED", "2026"))
IN_ALL = 150  # shots in a short run, over all forms of the scene
SHORT = (min(SCENES),)  # the scene that is made fastest


@pytest.fixture(params=[day for day in SCENES if LONG or day in SHORT], ids=str)
def scene(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Siege]:
    siege = Siege(tmp_path_factory.mktemp("payloads"), day=request.param)
    yield siege
    siege.close()


def test_no_payload_breaks_through(scene: Siege) -> None:
    first = scene.begun.date()
    wrong, thrown, begun = [], 0, time.monotonic()
    for day in (first, *SCENES[first]):
        if day != first:
            scene.forward(day)
            if day == TIED:
                lay_tie(scene)
            scene.keep()
        wrong_here, thrown_here = on_day(scene, day)
        wrong += wrong_here
        thrown += thrown_here
    print(f"{thrown} forms in {time.monotonic() - begun:.0f} s, seed {SEED}")
    assert wrong == []
    assert thrown >= (1_000 if LONG else IN_ALL)


def on_day(scene: Siege, day: date) -> tuple[list[str], int]:
    shots = []
    for place in (one for one in PLACES if one.day == day):
        form, _ = find(scene, place, scene.things[HOME], known_things(scene))
        home, other = scene.things[HOME], scene.things[NEXT]
        shots += [(place, one) for one in everything(form, home, other, foreign_things(scene))]
        scene.restore()
    if not LONG:
        shots = random.Random(SEED).sample(shots, min(IN_ALL, len(shots)))
    return [wrong for place, shot in shots for wrong in throw(scene, place, shot)], len(shots)
