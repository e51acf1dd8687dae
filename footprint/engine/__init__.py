"""Solving: the ledger on stored intensities, and the Brightway reference it must agree with."""
