"""The types that cross from one stage to the next. Frozen; tuples, not lists; no behaviour beyond their own truth."""
