"""What can be wrong with a Pabulib file: line, code and facts, and a sentence for terminals."""

SENTENCES = {
    "too_large": "the file is larger than {most} MiB; no election is that large",
    "not_utf8": "this is not UTF-8 text",
    "nul": "a NUL character",
    "empty": "the file is empty",
    "broken_quoting": "a quotation mark is not closed, or text follows a closed one",
    "cell_too_long": "a cell is too long (is a quotation mark not closed?)",
    "section_expected": "section {section} should begin here, not {found!r}",
    "section_missing": "section {section} is missing",
    "section_unexpected": "section {section} may not stand here",
    "header_missing": "section {section} has no line of column names",
    "column_missing": "section {section} has no column {column!r}",
    "column_repeated": "column {column!r} stands twice",
    "cells": "{found} cells where the column names ask for {expected}",
    "key_missing": "META has no {key!r}",
    "key_empty": "META has a line without a key",
    "key_repeated": "{key!r} stands twice in META (first on line {first})",
    "not_an_amount": "{key} is not an amount: {value!r}",
    "amount_too_long": "{key} has more digits than any money: {value!r}",
    "not_a_whole_number": "{key} is not a whole number: {value!r}",
    "unknown_vote_type": "unknown vote_type {value!r}",
    "project_id": "not a project id: {value!r}",
    "project_repeated": "project {project!r} stands twice (first on line {first})",
    "projects_too_many": "more than {most} projects",
    "projects_differ": "num_projects is {said}, but the file has {found}",
    "votes_differ": "num_votes is {said}, but the file has {found}",
    "voter_missing": "a vote without voter_id",
    "voter_repeated": "voter {voter!r} votes twice (first on line {first})",
    "vote_empty": "voter {voter!r} names no project",
    "choice_empty": "an empty place in the list of chosen projects: {value!r}",
    "choice_unknown": "a vote for {project!r}, which is no project of this file",
    "choices_too_many": "{found} projects chosen where at most {most} may be",
    "points_count": "{found} points for {expected} projects",
    "points_too_many": "{found} points given where at most {most} may be",
}


class BadFile(Exception):
    """A Pabulib file that cannot be counted; `line` counts from 1."""

    def __init__(self, line: int, code: str, **facts: str | int) -> None:
        super().__init__(line, code, facts)
        self.line = line
        self.code = code
        self.facts = facts

    def sentence(self) -> str:
        """The reason in English, one line, without the line number."""
        return SENTENCES[self.code].format(**self.facts)

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence()}"
