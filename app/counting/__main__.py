"""`python3 -m app.counting count FILE.pb`: `asar count`, `explain` and `compare` with nothing but
Python. Nothing has to be installed; the options are the same, and a test holds them together."""

import argparse
import os
import sys
from collections.abc import Sequence

from app.counting.asked import CannotCount
from app.counting.command import CANNOT, compare_file, count_file, explain_project
from app.counting.printed import never_choke
from app.counting.recipe import wanted

OF_SHARES = ("utility", "completion", "step_share", "step_money", "stop_when_exhaustive")
OPTIONS = ("rule", *OF_SHARES, "seed", "exclusive", "part", "decided")
REPEATED = ("exclusive", "part", "decided")
TAKES = {
    "count": OPTIONS,
    "explain": OPTIONS,
    "compare": (*OF_SHARES, "seed", "exclusive"),
}
USUAL_RULE = {"count": "most-votes", "explain": "", "compare": "equal-shares"}


def parser() -> argparse.ArgumentParser:
    """The three commands with their options."""
    whole = argparse.ArgumentParser(
        prog="python3 -m app.counting",
        description="Counts any Pabulib file. What the options mean stands in docs/count.md.",
    )
    commands = whole.add_subparsers(dest="command", required=True)
    for command, options in TAKES.items():
        one = commands.add_parser(command)
        one.add_argument("file")
        if command == "explain":
            one.add_argument("project")
        for option in options:
            name = f"--{option.replace('_', '-')}"
            if option == "stop_when_exhaustive":
                one.add_argument(name, action="store_true")
            elif option in REPEATED:
                one.add_argument(name, action="append")
            else:
                one.add_argument(name, default="")
        form = one.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true")
        if command == "count":
            form.add_argument("--csv", action="store_true")
    return whole


def main(words: Sequence[str] | None = None) -> int:
    """The exit code of what was asked for."""
    never_choke(sys.stdout, sys.stderr)
    asked = vars(parser().parse_args(words))
    command = asked["command"]
    options = {name: asked[name] for name in TAKES[command]}
    options["rule"] = options.get("rule") or USUAL_RULE[command]
    try:
        wish = wanted(**options)
    except CannotCount as wrong:
        print(wrong, file=sys.stderr)
        return CANNOT
    file, as_json, out, err = asked["file"], asked["json"], sys.stdout, sys.stderr
    if command == "count":
        return count_file(file, asked=wish, as_json=as_json, as_csv=asked["csv"], out=out, err=err)
    if command == "explain":
        return explain_project(
            file, asked["project"], asked=wish, as_json=as_json, out=out, err=err
        )
    return compare_file(file, asked=wish, as_json=as_json, out=out, err=err)


if __name__ == "__main__":
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads with `head` has read enough; Python would complain once more on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)
