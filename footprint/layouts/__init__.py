"""Bills of materials as other systems export them: where their tables stand, and what their columns mean.

Each room uses those before it: naming (what words mean), locating (tables and their columns), measuring (how much),
counting (which rows), nesting (what is part of what), asking (what cannot be told). `part` reads one table by all of
them, `bill` the tables of an import, `lines` makes rows of the workbook, `account` and `traces` account for them.
"""
