# Every habit of the project. Each target sets up what it needs first; bin/setup does nothing when nothing is missing.
MAKEFLAGS += --no-print-directory
export PATH := $(CURDIR)/.venv/bin:$(PATH)

SHELL_FILES = bin/setup bin/install-packages bin/vendor bin/lock .ci/run
PACKAGES = $(wildcard portal schemas workers)
PYTHON_FILES = $(PACKAGES) $(wildcard app.py tests bin/office) $(shell grep -ls '^.!/.*python' bin/*)

.DEFAULT_GOAL := help
.PHONY: help setup run demo test check fmt guide bench lighthouse shell lock

help:  ## list what can be done
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup:  ## install what is missing: Debian packages, .venv, front-end packages
	@bin/setup

run: setup  ## start the practice office: web, workers, clock, redis and a practice server
	@python bin/practice

demo: setup  ## walk a request through all nine steps unattended; TREE=folder to copy, PG_DUMP=, MARIADB_DUMP=file.sql to load, OUT=results folder (var/demo)
	@python bin/demo

test: setup  ## run the tests; ARGS="tests/sop -k worktime" for some of them
	@python -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile $(ARGS)

check: setup  ## lint, formatting, types, import contract, templates, security, shell
	ruff check $(PYTHON_FILES)
	ruff format --check $(PYTHON_FILES)
	mypy
	lint-imports
	djlint templates --lint --quiet
	bandit --quiet --configfile pyproject.toml --recursive $(filter-out tests,$(PYTHON_FILES))
	shellcheck $(SHELL_FILES)

fmt: setup  ## format the Python files and mend what ruff can mend
	ruff check --fix $(PYTHON_FILES)
	ruff format $(PYTHON_FILES)

guide: setup  ## take the pictures of the user guide anew
	@python bin/guide

bench: setup  ## compare runs through the portal with the same tools by hand, borg, restic by SFTP and rsnapshot
	@python bin/bench

lighthouse: setup  ## measure the main pages with Lighthouse (accessibility, best practices); ONLY=/path for one
	@[ -x node_modules/.bin/lighthouse ] || npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error --include=optional
	@python bin/lighthouse

shell: setup  ## a Python prompt inside the application, with the practice office's data
	@LUMBUNG_VAR="$${LUMBUNG_VAR:-var/practice}" flask --app app shell

lock: setup  ## pin the newest allowed versions of every package again
	@bin/lock
