"""How long a count takes, and how much memory: `python bench/count.py [--help]`.

    python bench/count.py                        made-up elections, up to a million ballots
    python bench/count.py 10000x50 FILE.pb …     these sizes (ballots x projects) and files
    python bench/count.py --pabutools PYTHON …   beside pabutools, in the interpreter that has it

Made-up electorates are eight groups of different taste; a voter approves one to five projects,
costs are spread as real ones are (lognormal), the money is 30 % of their sum. Every line is
measured in a process of its own: seconds of one core, and the most memory that it ever had.
"""

import argparse
import json
import math
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import accumulate
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.counting import add1, equal_shares, most_votes, pabulib
from app.counting.election import Election, Project

SIZES = ("1500x20", "10000x50", "100000x50", "1000000x100")
WAYS = ("most-votes", "plain", "default")
# What is too long for a coffee: the default rule for a million ballots.
NOT_BY_DEFAULT = {("1000000x100", "default")}

# The same three counts by pabutools, with equal ballots together as it recommends. Its Add1 gets
# our relative step in money; it also stops as soon as nothing more fits, which spares it work. Its
# winners are compared with ours by that same stop, and without filling up.
THEIRS = """
import json, resource, sys, time
from fractions import Fraction
from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares
path, way = sys.argv[1:3]
began = time.process_time()
instance, profile = parse_pabulib(path)
voters = profile.num_ballots()
profile = profile.as_multiprofile()
read = time.process_time()
if way == "most-votes":
    found = greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat)
elif way == "plain":
    found = method_of_equal_shares(instance, profile, sat_class=Cost_Sat)
else:
    step = Fraction(int(instance.budget_limit), voters) / 1000
    found = method_of_equal_shares(
        instance, profile, sat_class=Cost_Sat, voter_budget_increment=step
    )
done = time.process_time()
print(json.dumps({
    "read": read - began, "count": done - read,
    "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "selected": sorted(p.name for p in found),
}))
"""


def made_up(size: str) -> Election:
    """The same election for the same size, always."""
    voters, projects = map(int, size.split("x"))
    chance = random.Random(2026)
    costs = [max(1, int(math.exp(chance.gauss(13, 0.8)))) for _ in range(projects)]
    tastes = [
        list(accumulate(math.exp(chance.gauss(0, 1)) for _ in range(projects))) for _ in range(8)
    ]
    ids = [str(n) for n in range(projects)]
    ballots = Counter(
        frozenset(chance.choices(ids, cum_weights=chance.choice(tastes), k=chance.randint(1, 5)))
        for _ in range(voters)
    )
    return Election(
        budget=sum(costs) * 3 // 10,
        projects=tuple(Project(p, cost) for p, cost in zip(ids, costs, strict=True)),
        ballots=tuple(ballots.items()),
    )


def as_file(election: Election) -> bytes:
    """The election as a Pabulib file."""
    lines = [
        "META",
        "key;value",
        f"num_projects;{len(election.projects)}",
        f"num_votes;{election.voters}",
        f"budget;{election.budget}",
        "vote_type;approval",
        "rule;greedy",
        "PROJECTS",
        "project_id;cost;name",
        *(f"{p.id};{p.cost};Project {p.id}" for p in election.projects),
        "VOTES",
        "voter_id;vote",
    ]
    voter = 0
    for ballot, times in election.ballots:
        cell = ",".join(sorted(ballot))
        for _ in range(times):
            voter += 1
            lines.append(f"v{voter};{cell}")
    return "\n".join([*lines, ""]).encode()


def one(what: str, way: str) -> dict[str, Any]:
    """Measures one count; `what` is a size or a file."""
    known: dict[str, Any] = {}
    runs: list[add1.Grown] = []
    grow = equal_shares.grow
    equal_shares.grow = lambda *a, **k: runs.append(grow(*a, **k)) or runs[-1]  # type: ignore[func-returns-value]
    if Path(what).is_file():
        data = Path(what).read_bytes()
        began = time.process_time()
        election = pabulib.read(data).election()
        known["read"] = time.process_time() - began
    else:
        election = made_up(what)
    began = time.process_time()
    if way == "most-votes":
        outcome = most_votes.count(election)
    else:
        outcome = equal_shares.count(election, completion="none" if way == "plain" else "add1u")
    known["count"] = time.process_time() - began
    known["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    known["runs"] = sum(grown.runs for grown in runs)
    selected = outcome.selected
    if way == "default":
        # What theirs is compared with: it ends when nothing more fits, and fills nothing up.
        theirs = equal_shares.count(election, completion="add1", stop_when_exhaustive=True)
        selected = theirs.selected
    return known | {
        "voters": election.voters,
        "projects": len(election.projects),
        "distinct": len(election.ballots),
        "steps": outcome.shares.increases if outcome.shares else 0,
        "selected": sorted(selected),
    }


def apart(command: list[str]) -> dict[str, Any] | None:
    """What a process of its own measured; None where it failed."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        print(done.stderr.strip().splitlines()[-1:], file=sys.stderr)
        return None
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def table(things: list[str], theirs: str | None) -> None:
    """Prints a line for every election and way to count."""
    here = [sys.executable, __file__, "--one"]
    print("ballots  projects  distinct  way         seconds  read  memory  steps  runs")
    for thing in things:
        for way in WAYS:
            if (thing, way) in NOT_BY_DEFAULT and len(things) == len(SIZES):
                continue
            ours = apart([*here, thing, way])
            if ours is None:
                continue
            read = f"{ours['read']:5.1f}" if "read" in ours else "    -"
            print(
                f"{ours['voters']:7}  {ours['projects']:8}  {ours['distinct']:8}  {way:10}"
                f"  {ours['count']:7.2f}  {read}  {ours['memory']:4.0f} MB"
                f"  {ours['steps']:5}  {ours['runs']:4}",
                flush=True,
            )
            if theirs:
                print(f"    pabutools: {beside(thing, way, ours, theirs)}", flush=True)


def beside(thing: str, way: str, ours: dict[str, Any], theirs: str) -> str:
    """The same count by pabutools, in words."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(thing)
        if not path.is_file():
            path = Path(folder) / f"{thing}.pb"
            path.write_bytes(as_file(made_up(thing)))
        found = apart([theirs, "-W", "ignore", "-c", THEIRS, str(path), way])
    if found is None:
        return "failed, or is not installed there"
    winners = "the same winners" if found["selected"] == ours["selected"] else "other winners"
    return (
        f"{found['count']:.2f} s, {found['count'] / max(ours['count'], 1e-4):.0f} times as long"
        f" (reading {found['read']:.1f} s, {found['memory']:.0f} MB), {winners}"
    )


def main() -> None:
    asks = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    asks.add_argument("things", nargs="*", metavar="SIZE|FILE", help=f"default: {' '.join(SIZES)}")
    asks.add_argument("--pabutools", metavar="PYTHON", help="an interpreter that has pabutools")
    asks.add_argument("--one", nargs=2, metavar=("SIZE|FILE", "WAY"), help=argparse.SUPPRESS)
    asked = asks.parse_args()
    if asked.one:
        print(json.dumps(one(*asked.one)))
        return
    if not asked.pabutools:
        print("(pabutools is not measured: name an interpreter that has it with --pabutools)")
    table(asked.things or list(SIZES), asked.pabutools)


if __name__ == "__main__":
    main()
