"""`footprint --help` against a bare `python -c pass`."""

from __future__ import annotations

import sys

from measure import FOOTPRINT, here, in_turn, verdict

if __name__ == "__main__":
    ours, bare = in_turn(20, ((*FOOTPRINT, "--help"), here()), ((sys.executable, "-c", "pass"), {}))
    print(f"footprint --help {1000 * ours:.1f} ms, python -c pass {1000 * bare:.1f} ms (medians of 20)")
    verdict("ratio", ours / bare, 6, at_most=True)
