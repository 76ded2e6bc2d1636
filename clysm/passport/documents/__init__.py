"""Documents as battery makers have them become facts: Battery Pass, Tractus-X and OpenEPCIS.

`ingest.document_facts` is the one entry; `families` names the tables of what is read from where.
"""
