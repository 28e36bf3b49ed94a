"""pabulib-checker, another program's reader and counter of `.pb` files (PyPI, MIT)."""

import contextlib
import io
from importlib.util import find_spec
from typing import Any

import pytest

is_there = find_spec("pabulib") is not None
there = pytest.mark.skipif(
    not is_there,
    reason="NOT CHECKED BY ANOTHER PROGRAM: pabulib-checker is not installed (make env)",
)


def objections(text: str) -> dict[str, dict[str, str]]:
    """What the program has against a file: kind → number → sentence, `errors` and `warnings`.

    It recounts the winners by the file's rule; a wrong one is among the errors. It must not get a
    file in which all projects together can be afforded under an add1 rule: it would never end.
    """
    from pabulib.checker import Checker

    with contextlib.redirect_stdout(io.StringIO()):
        found: dict[str, Any] = Checker().process_files([text])
    (results,) = [
        one["results"] for key, one in found.items() if isinstance(one, dict) and "results" in one
    ]
    return {
        level: {
            kind: " ".join(map(str, why.values())) for kind, why in results.get(level, {}).items()
        }
        for level in ("errors", "warnings")
    }
