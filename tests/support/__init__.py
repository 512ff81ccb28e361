"""What many tests share: a fixed cast of people and a client that behaves as a browser does."""
