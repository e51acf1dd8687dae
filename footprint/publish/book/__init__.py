"""The sheets of ``report.xlsx``: the ledger as formulas a reader can change and recalculate."""
