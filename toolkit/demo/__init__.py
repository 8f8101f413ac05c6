"""The demo: invented or recorded provider answers, a legacy database, its traffic, a simulator."""
