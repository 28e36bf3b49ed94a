"""Where: oblast, raion, unit and settlement by KATO, the classifier of places.

A *place* is a row of the classifier. A *district* is a unit that lives here: a rural okrug, a
village, a settlement (кент) or a town with a budget of its own; it is a tenant, and what is its
own carries its `district_id`. Uses core.
"""
