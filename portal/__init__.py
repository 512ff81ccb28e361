"""Lumbung: the intranet portal that carries SOP 119.002 from form FM 001 to a backup proven to restore."""
