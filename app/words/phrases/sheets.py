"""What reading a table says."""

from app.words.catalogue import N_

REFUSALS = {
    "sheets.big": N_("The file is larger than %(most)s MB."),
    "sheets.bomb": N_("The file unpacks to far too much. Please copy the rows into a new table."),
    "sheets.broken": N_("The file is damaged. Please save the table anew."),
    "sheets.encoding": N_("The letters cannot be read. Please save the table as CSV, UTF-8."),
    "sheets.formula": N_(
        "Cell %(cell)s holds a formula without its value. Open the table, save it and choose it"
        " again."
    ),
    "sheets.kind": N_("This is not a table. Please choose an Excel table (XLSX) or a CSV file."),
    "sheets.locked": N_("The table has a password. Please save it without one."),
    "sheets.long": N_("A list has at most %(most)s rows. Please part it in two."),
    "sheets.many_rows": N_("The table has more than %(most)s rows: that is no budget paper."),
    "sheets.macros": N_("The table holds macros. Please save it as an ordinary XLSX."),
    "sheets.old": N_("This is the old Excel, or a password is set. Please save it as XLSX."),
    "sheets.quote": N_("Row %(row)s cannot be read: a quotation mark is missing or left over."),
    "sheets.wide": N_(
        "The table has more than %(most)s columns: that is no budget paper. Keep those with codes,"
        " names and sums."
    ),
}
