"""`asar count`, `asar explain`, `asar compare`: any Pabulib file, without a database."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from app.counting.asked import Asked, CannotCount
from app.counting.command import compare_file, count_file, explain_project
from app.counting.printed import never_choke
from app.counting.recipe import wanted

File = Annotated[Path, typer.Argument(help="a Pabulib file, .pb", show_default=False)]
Rule = Annotated[str, typer.Option(help="most-votes, equal-shares or as-published")]
Utility = Annotated[
    str, typer.Option(help="equal-shares: what a project is worth to who chose it: cost, number")
]
Completion = Annotated[
    str, typer.Option(help="equal-shares: what is done with the rest: none, add1, add1u")
]
StepShare = Annotated[
    str, typer.Option(help="equal-shares: a step of add1, as a part of the first share [0.001]")
]
StepMoney = Annotated[
    str, typer.Option(help="equal-shares: a step of add1, as an amount of the file's currency")
]
Stop = Annotated[
    bool,
    typer.Option("--stop-when-exhaustive", help="equal-shares: end add1 when nothing more fits"),
]
Seed = Annotated[str, typer.Option(help="the public text that decides ties")]
Exclusive = Annotated[
    list[str] | None, typer.Option(help="ID,ID: projects of which only one can win; repeatable")
]
Part = Annotated[
    list[str] | None,
    typer.Option(help="PLACE=AMOUNT: kept for projects with this neighborhood first; repeatable"),
]
Decided = Annotated[
    list[str] | None,
    typer.Option(help="ID,ID: the order a commission gave to equal projects; repeatable"),
]
Json = Annotated[bool, typer.Option("--json", help="one JSON object instead of text")]


def count(
    file: File,
    rule: Rule = "most-votes",
    utility: Utility = "",
    completion: Completion = "",
    step_share: StepShare = "",
    step_money: StepMoney = "",
    stop_when_exhaustive: Stop = False,
    seed: Seed = "",
    exclusive: Exclusive = None,
    part: Part = None,
    decided: Decided = None,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="a table for spreadsheets")] = False,
) -> None:
    """Counts any Pabulib file, without a database."""
    if as_json and as_csv:
        raise _cannot("either --json or --csv")
    asked = _asked(
        rule=rule,
        utility=utility,
        completion=completion,
        step_share=step_share,
        step_money=step_money,
        stop_when_exhaustive=stop_when_exhaustive,
        seed=seed,
        exclusive=exclusive,
        part=part,
        decided=decided,
    )
    raise typer.Exit(
        count_file(
            str(file), asked=asked, as_json=as_json, as_csv=as_csv, out=sys.stdout, err=sys.stderr
        )
    )


def explain(
    file: File,
    project: Annotated[str, typer.Argument(help="its id in the file", show_default=False)],
    rule: Annotated[
        str, typer.Option(help="as for count; without it the file's own, or most-votes")
    ] = "",
    utility: Utility = "",
    completion: Completion = "",
    step_share: StepShare = "",
    step_money: StepMoney = "",
    stop_when_exhaustive: Stop = False,
    seed: Seed = "",
    exclusive: Exclusive = None,
    part: Part = None,
    decided: Decided = None,
    as_json: Json = False,
) -> None:
    """Why one project won or lost: what it needed, had and lacked, and after which others."""
    asked = _asked(
        rule=rule,
        utility=utility,
        completion=completion,
        step_share=step_share,
        step_money=step_money,
        stop_when_exhaustive=stop_when_exhaustive,
        seed=seed,
        exclusive=exclusive,
        part=part,
        decided=decided,
    )
    raise typer.Exit(
        explain_project(
            str(file), project, asked=asked, as_json=as_json, out=sys.stdout, err=sys.stderr
        )
    )


def compare(
    file: File,
    utility: Utility = "",
    completion: Completion = "",
    step_share: StepShare = "",
    step_money: StepMoney = "",
    stop_when_exhaustive: Stop = False,
    seed: Seed = "",
    exclusive: Exclusive = None,
    as_json: Json = False,
) -> None:
    """Most votes against Equal Shares: winners, money, and how many voters get what they chose."""
    asked = _asked(
        rule="equal-shares",
        utility=utility,
        completion=completion,
        step_share=step_share,
        step_money=step_money,
        stop_when_exhaustive=stop_when_exhaustive,
        seed=seed,
        exclusive=exclusive,
    )
    raise typer.Exit(
        compare_file(str(file), asked=asked, as_json=as_json, out=sys.stdout, err=sys.stderr)
    )


def _asked(**options: Any) -> Asked:
    never_choke(sys.stdout, sys.stderr)
    try:
        return wanted(**options)
    except CannotCount as wrong:
        raise _cannot(str(wrong)) from None


def _cannot(line: str) -> typer.Exit:
    print(line, file=sys.stderr)
    return typer.Exit(2)
