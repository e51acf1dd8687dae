"""Rating: what a result rests on, by basis, by factor status, by mass and by lines."""
