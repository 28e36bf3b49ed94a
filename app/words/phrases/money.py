"""What the columns and codes of budget files mean."""

from app.words.catalogue import N_

LABELS = {
    "data.column.kato": N_("The district's code in the classifier of places (KATO)."),
    "data.column.year": N_("The budget year."),
    "data.column.month": N_(
        "0: the plan of the year. 1 to 12: execution from 1 January to the end of that month. "
        "13: the report on the whole year."
    ),
    "data.column.version": N_(
        "The number of the version within the plan or the month. A published version is never "
        "changed; a newer one takes its place."
    ),
    "data.column.step": N_("What the paper is; see the codes below."),
    "data.column.holds": N_("yes: no newer version has taken its place."),
    "data.column.act_number": N_("The number of the decision or the minutes."),
    "data.column.act_date": N_("The date of the decision or the minutes."),
    "data.column.origin": N_("Where the figures come from; see the codes below."),
    "data.column.source": N_("The source, where the figures were taken from a published act."),
    "data.column.line": N_("The number of the line in the paper, from 1."),
    "data.column.side": N_("Which side of the budget the line stands on; see the codes below."),
    "data.column.part": N_(
        "The category of receipts, or the number of the direction of spending in article 34 of "
        "the Budget Code. Empty: only a total is known."
    ),
    "data.column.part_kk": N_("Its name in Kazakh, by the classification of that year."),
    "data.column.part_ru": N_("Its name in Russian, by the classification of that year."),
    "data.column.own": N_("yes: the category is the district's own money."),
    "data.column.article": N_("The source of receipts, or the programme. Empty: not divided."),
    "data.column.article_kk": N_("Its name in Kazakh, by the classification of that year."),
    "data.column.article_ru": N_("Its name in Russian, by the classification of that year."),
    "data.column.code": N_("The code as the paper has it. It may differ from year to year."),
    "data.column.words_kk": N_("The line's own words in Kazakh, where the paper has them."),
    "data.column.words_ru": N_("The line's own words in Russian, where the paper has them."),
    "data.column.amount": N_("Whole tenge. Of a plan: of the year. Of execution: since 1 January."),
    "data.column.amount_1": N_("Whole tenge. Of a plan: the first planned year."),
    "data.column.amount_2": N_("Whole tenge. Of a plan: the second planned year."),
    "data.column.planned": N_("Whole tenge. Of execution: what was planned for that time."),
    "data.column.project": N_("The number of the proposal that the line pays for."),
    "data.column.round": N_("The round whose envelope the line is."),
    "data.type.text": N_("text"),
    "data.type.code": N_("code"),
    "data.type.integer": N_("whole number"),
    "data.type.date": N_("day, as 2026-12-25"),
    "data.type.boolean": N_("yes or no"),
}
