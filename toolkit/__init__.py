"""The market-data toolkit: a thin command line over SQL that does the work."""

__version__ = "0.1.0"
