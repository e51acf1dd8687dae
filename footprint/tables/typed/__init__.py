"""Sheets with one header row under a schema: headers found, cells typed or refused, rows accounted for, laid out."""
