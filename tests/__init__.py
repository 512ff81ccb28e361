"""The tests mirror the code; those under `live/` use real servers and tools."""
