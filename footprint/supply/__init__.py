"""Building: a linked bill becomes activities and exchanges in the units of their datasets."""
