"""Measure, in interleaved rounds, and print a table; with --write put its rows into README.md."""

import argparse
import importlib
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
START, END = "<!-- bench -->", "<!-- /bench -->"
HEAD = ("| what | seconds | floor | seconds | ratio |", "| --- | ---: | --- | ---: | ---: |")
PARTS = ("installation", "migrations", "traffic", "trail", "queue", "size")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=7, help="how often (default: 7)")
    parser.add_argument(
        "--rows", type=int, default=1_000_000, help="prices in part size (default: 1000000)"
    )
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    options = parser.parse_args()
    if set(options.parts) - set(PARTS):
        parser.error(f"there is {', '.join(PARTS)}")
    rows = [
        row
        for part in options.parts or PARTS
        for row in importlib.import_module(f"bench.{part}").measure(
            options.rounds, **({"prices": options.rows} if part == "size" else {})
        )
    ]
    lines = [str(row) for row in rows]
    print("\n".join([*HEAD, *lines]))
    if options.write:
        text = README.read_text(encoding="utf-8")
        before, _, rest = text.partition(START)
        shown, _, after = rest.partition(END)
        # What was measured now takes the place of its row; those of other parts stay.
        known = {subject(line): line for line in shown.strip().splitlines()[len(HEAD) :]}
        known |= {subject(line): line for line in lines}
        block = "\n".join([START, *HEAD, *known.values(), END])
        README.write_text(f"{before}{block}{after}", encoding="utf-8")


def subject(line: str) -> str:
    """Return what a row of the table is about."""
    return line.split("|")[1].strip()


if __name__ == "__main__":
    main()
