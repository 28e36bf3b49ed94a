"""How long a large Pabulib file takes: `python bench/count.py [VOTERS] [PROJECTS]`.

The ballots are made up from a fixed seed, one to ten projects each, so that nearly every ballot is
different: the worst case for a reader that works equal ballots out once.
"""

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.counting import most_votes, pabulib


def made_up(voters: int, projects: int) -> bytes:
    chance = random.Random(2026)
    ids = [str(n) for n in range(projects)]
    lines = [
        *("META", "key;value", f"num_projects;{projects}", f"num_votes;{voters}"),
        *(
            "budget;1000000",
            "vote_type;approval",
            "rule;greedy",
            "PROJECTS",
            "project_id;cost;name",
        ),
        *(f"{p};{1000 + 977 * n};Project {p}" for n, p in enumerate(ids)),
        *("VOTES", "voter_id;vote;voting_method"),
        *(
            f"v{n};{','.join(chance.sample(ids, chance.randint(1, min(10, projects))))};internet"
            for n in range(voters)
        ),
    ]
    return "\n".join([*lines, ""]).encode()


def main(voters: int = 90_494, projects: int = 100) -> None:
    data = made_up(voters, projects)
    began = time.perf_counter()
    file = pabulib.read(data)
    read = time.perf_counter()
    election = file.election()
    gathered = time.perf_counter()
    outcome = most_votes.count(election)
    done = time.perf_counter()
    print(f"{voters} ballots, {projects} projects, {len(data) / 1e6:.1f} MB")
    print(f"read {read - began:.2f} s, equal ballots together {gathered - read:.2f} s, ", end="")
    print(f"count {done - gathered:.2f} s; {len(outcome.selected)} funded")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
