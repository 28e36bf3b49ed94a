"""Demos of three days, served; browsers that are watched, whose frowns fail a test."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.chromium import ChromiumMissing, chromium
from tests.demo_site import Demo, Open, Site, Walker, make_demo, served

DAYS = {"proposals": date(2026, 2, 15), "voting": None, "decision": date(2026, 5, 25)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    try:
        with chromium() as opened:
            yield opened
    except ChromiumMissing as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def demos(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """`demos("voting")` is that day's demo, made when first asked for."""
    made: dict[str, Demo] = {}

    def of(name: str) -> Demo:
        if name not in made:
            folder = tmp_path_factory.mktemp("demo") / name
            made[name] = make_demo(folder, day=DAYS[name])
        return made[name]

    return of


@pytest.fixture
def site(demos: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Site]:
    """A copy of the demo of the module's DAY, which the test may change."""
    day = getattr(request.module, "DAY", "voting")
    with served(demos(day).copy(tmp_path / "demo")) as site:
        yield site


@pytest.fixture
def walk(browser: Any, site: Site) -> Iterator[Open]:
    """`walk(width=360)` opens a browser of one's own; at the end none of them may have frowned."""
    opened: list[Walker] = []

    def open_one(**how: Any) -> Walker:
        opened.append(Walker(browser, site, **how))
        return opened[-1]

    yield open_one
    frowns = [frown for walker in opened for frown in walker.seen.frowns]
    for walker in opened:
        walker.context.close()
    assert frowns == []
