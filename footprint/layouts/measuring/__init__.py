"""How much of each row there is: quantities, units, masses and losses."""
