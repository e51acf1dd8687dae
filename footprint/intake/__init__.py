"""Intake: the guided workbook, written as a template and read back as a bill."""
