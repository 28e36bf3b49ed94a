"""Languages: codes and facts become sentences in Kazakh, Russian and English.

`catalogue` holds the messages (`locale/<language>/<area>.po`, read at start, nothing compiled),
`phrases` one book per room for every refusal and label, `formats` sums, dates and numbers. No
HTTP here; used by web, the command line and whoever sends notices. Uses every room's codes.
"""
