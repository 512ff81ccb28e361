"""Runs against a real sshd, rsync and restic on loopback."""
