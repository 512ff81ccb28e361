"""The processes that touch machines: they take runs from the queue and carry them out, under a lease."""
