"""The counting room stands alone: the standard library and itself, in an interpreter of its own."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# -I: no environment, no user site; -S: no site-packages, so an import from outside would fail.
LOOK = """
import sys, json, pkgutil, importlib
sys.path.insert(0, sys.argv[1])
import app.counting
for module in pkgutil.walk_packages(app.counting.__path__, "app.counting."):
    importlib.import_module(module.name)
print(json.dumps(sorted(sys.modules)))
"""


def test_counting_needs_the_standard_library_and_itself_only() -> None:
    shown = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", "-c", LOOK, str(ROOT)],
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(json.loads(shown.stdout))
    ours = {name for name in modules if name.split(".")[0] == "app"}
    assert {"app.counting.command", "app.counting.most_votes"} <= ours
    assert {name for name in ours if not name.startswith("app.counting")} == {"app"}
    tops = {name.split(".")[0] for name in modules - ours} - {"__main__", "__mp_main__"}
    assert {name for name in tops if name not in sys.stdlib_module_names} == set()


def test_counting_has_no_clock_no_chance_and_no_network() -> None:
    shown = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LOOK, str(ROOT)],
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(json.loads(shown.stdout))
    assert not modules & {"random", "secrets", "socket", "sqlite3", "datetime", "locale"}
