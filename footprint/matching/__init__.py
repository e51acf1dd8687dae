"""Linking: a text of the workbook finds its dataset, with the reason, or abstains."""
