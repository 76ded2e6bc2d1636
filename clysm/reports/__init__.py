"""Reports that people look at: the JSON files of a build as one HTML page, and their published schemas.

documents   reads the JSON files; `places` say where in them a value stands
modules, passports   two reports of their own: the graph with times, the passports that were built
page        documents -> text of the page; every number on it names the place it is taken from
schemas/    the JSON Schema of every report, generated from the tables that the reports are checked with
"""
