"""Measure, in interleaved rounds, and print a table; with --write also put it into README.md."""

import argparse
import importlib
import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
START, END = "<!-- bench -->", "<!-- /bench -->"
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
    if options.write and options.parts:
        parser.error("--write is for all parts")
    rows = [
        row
        for part in options.parts or PARTS
        for row in importlib.import_module(f"bench.{part}").measure(
            options.rounds, **({"prices": options.rows} if part == "size" else {})
        )
    ]
    table = "\n".join(
        [
            "| what | seconds | floor | seconds | ratio |",
            "| --- | ---: | --- | ---: | ---: |",
            *map(str, rows),
        ]
    )
    print(table)
    if options.write:
        text = README.read_text(encoding="utf-8")
        block = f"{START}\n{table}\n{END}"
        text = re.sub(f"{START}.*?{END}", lambda _: block, text, flags=re.S)
        README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
