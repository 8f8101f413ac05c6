"""Entry point of the mdt command."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        from toolkit.cli import run

        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # before or after the part that reports it
        sys.exit(130)


if __name__ == "__main__":
    main()
