"""The rule book, pure: the transition table, its interpreter and office time. Knows no database and no page."""
