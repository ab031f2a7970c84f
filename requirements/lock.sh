#!/bin/sh
# Pins what pyproject.toml asks for, with hashes, for every platform and Python from 3.11 on.
set -eu
cd "$(dirname "$0")/.."

lock() {
    file=$1
    shift
    .venv/bin/uv --quiet pip compile pyproject.toml "$@" \
        --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --no-annotate -o "requirements/$file"
}

lock base.txt
lock msk.txt --extra msk
lock dev.txt --extra demo --extra dev
