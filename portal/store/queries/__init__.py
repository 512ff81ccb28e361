"""The read side, one file per aggregate: what pages and operations ask the archive."""
