"""The district's own money by year: the fourth-level budget, its papers, and what is around it.

A *version* is one published paper: a step of the year's plan, or the execution up to a month's
end. It is never changed; a mistake is mended by the next one, with a reason. A *draft* is what the
office still works on. *Parts* are the categories of receipts and the 19 directions of spending;
an *article* lies below them; both are data by year. Uses core, ledger, places and people.
"""
