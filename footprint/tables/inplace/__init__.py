"""Cells of a workbook changed where they stand: the bytes around them are never parsed into anything else."""
