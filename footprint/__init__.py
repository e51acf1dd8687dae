"""Product carbon footprints from a bill of materials: read, link, build, apply, solve, assess, declare, publish."""

__version__ = "0.1.0"
