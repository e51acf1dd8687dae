"""Product category rules: loaded from data, applied before the solve, assessed after it."""
