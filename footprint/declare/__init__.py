"""Declaring: a ledger becomes a document, rounded once, in which every number says where it comes from."""
