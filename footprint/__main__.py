"""``python -m footprint``: the command line."""

from footprint.cli import main

main(prog_name="footprint")
