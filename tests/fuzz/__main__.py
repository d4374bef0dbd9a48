"""`make fuzz`: the decoder against mutated files for as long as asked; what broke is kept to look at."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.run import fuzz


def main() -> int:
    """Run, say what was met, keep what broke; 1 when anything broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "lumbung-fuzz")
    options = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lumbung-fuzz-") as folder:
        tally = fuzz(Path(folder), options.seed, None, options.seconds)
    print(f"fuzz: {tally.files:,} files in {time.monotonic() - begun:.0f} s, seed {options.seed}")
    for code, count in tally.faults.most_common():
        print(f"  {count:7,}  {code}")
    for broken in tally.broken:
        options.keep.mkdir(parents=True, exist_ok=True)
        path = options.keep / broken.name.replace("/", "_")
        path.write_bytes(broken.content)
        print(f"fuzz: {path}: {broken.why}")
    return bool(tally.broken)


if __name__ == "__main__":
    sys.exit(main())
