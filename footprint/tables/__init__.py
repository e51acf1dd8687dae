"""The one door to spreadsheets and csv, reading and writing."""
