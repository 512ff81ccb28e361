"""The only rooms that start a program or open a connection; argument builders and parsers in them are pure."""
