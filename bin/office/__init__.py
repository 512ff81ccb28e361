"""The practice office: people, one practice server and the processes, for `make run` and `make demo`."""
