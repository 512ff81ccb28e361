"""Tests of portal.operations."""
