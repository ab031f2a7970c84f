#!/bin/sh
# Pins what pyproject.toml asks for, with hashes, for every platform and Python from 3.11 on.
set -eu
cd "$(dirname "$0")/.."

lock() {
    file=$1
    shift
    .venv/bin/uv --quiet pip compile "$@" \
        --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --no-annotate -o "requirements/$file"
}

build_requires() {
    .venv/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"])'
}

lock base.txt pyproject.toml
lock msk.txt pyproject.toml --extra msk --extra otlp
lock demo.txt pyproject.toml --extra demo
lock dev.txt pyproject.toml --extra demo --extra dev --extra otlp
lock release.txt --group release
lock ../tests/tools/sdks/requirements.txt tests/tools/sdks/requirements.in
build_requires | tr ' ' '\n' | lock build.txt -
