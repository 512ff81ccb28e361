"""The pages: one file (or package) per page family. The only place, with the command line, that knows Flask."""
