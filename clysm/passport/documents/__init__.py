"""Documents as battery makers have them become facts: Battery Pass, Tractus-X and OpenEPCIS.

`document_facts` is the one entry; `families` holds the tables of what is read from where.
"""

from clysm.passport.documents.families import FAMILIES
from clysm.passport.documents.ingest import document_facts

__all__ = ["FAMILIES", "document_facts"]
