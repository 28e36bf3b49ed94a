"""What reading a budget paper says."""

from app.words.catalogue import N_

REFUSALS = {
    "budget_papers.no_file": N_("Choose a file."),
    "budget_papers.empty": N_("There is nothing in this file."),
    "budget_papers.no_table": N_(
        "No table was found: one row must hold the captions, with a column of names or codes and a"
        " column of sums."
    ),
    "budget_papers.no_lines": N_("No row of this file has a sum."),
    "budget_papers.other_unit": N_(
        "This paper is about another unit: «%(named)s». Nothing was kept."
    ),
    "budget_papers.other_year": N_("This paper is about %(named)s, and %(year)s was chosen."),
    "budget_papers.other_month": N_("The paper itself speaks of the end of another month."),
    "budget_papers.unit": N_("The paper does not say whether it counts in tenge or in thousands."),
    "budget_papers.unclear_marks": N_(
        "It is not clear whether a comma or a point parts thousands or fractions. Please write the"
        " sums without them."
    ),
    "budget_papers.unclear": N_(
        "Row %(row)s: is «%(text)s» a fraction or are there thousands in it?"
    ),
    "budget_papers.not_a_number": N_("Row %(row)s: «%(text)s» is not a sum."),
    "budget_papers.large": N_("Row %(row)s: the sum is too large."),
    "budget_papers.negative": N_("Row %(row)s: a sum is below zero."),
    "budget_papers.subtotal": N_(
        "Row %(row)s says %(stated_tenge)s, the rows under it come to %(found_tenge)s."
    ),
    "budget_papers.disagree": N_(
        "Row %(row)s: the code %(code)s and the name belong to different lines. Choose one."
    ),
    "budget_papers.twice": N_("Row %(row)s says something else than row %(other)s."),
    "budget_papers.rounded": N_("There are sums with tiyn: they were rounded to whole tenge."),
    "budget_papers.nothing_stated": N_(
        "The paper states no totals, so its lines could not be checked against them."
    ),
    "budget_papers.no_month_before": N_(
        "The month before is not published, so this month cannot be added to it."
    ),
    "budget_papers.not_yet": N_("Something does not fit yet. Nothing was kept."),
    "budget_papers.waiting": N_(
        "A draft waits already, saved by %(by)s. Say that this file takes its place."
    ),
    "budget_papers.same_file": N_("This very file is published already as version %(number)s."),
}
LABELS = {
    "budget_role.": N_("is not read"),
    "budget_role.code": N_("Code"),
    "budget_role.name": N_("Name of the line"),
    "budget_role.name_kk": N_("Name of the line in Kazakh"),
    "budget_role.name_ru": N_("Name of the line in Russian"),
    "budget_role.amount": N_("Sum of the year"),
    "budget_role.amount_1": N_("Sum of the next year"),
    "budget_role.amount_2": N_("Sum of the year after that"),
    "budget_role.planned": N_("Planned for the time"),
    "budget_role.done": N_("Received or spent"),
    "budget_taken.line": N_("Budget line"),
    "budget_taken.total": N_("Total, checked"),
    "budget_taken.detail": N_("Stands in another row"),
    "budget_taken.nothing": N_("Not read"),
    "budget_taken.unknown": N_("Not recognised"),
    "budget_unit.1": N_("tenge"),
    "budget_unit.1000": N_("thousand tenge"),
    "budget_unit.1000000": N_("million tenge"),
}
