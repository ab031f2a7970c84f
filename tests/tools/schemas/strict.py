"""Reads [[name, version, object], ...] and prints what kubernetes-validate --strict has against each.

Run with the folder of kubernetes-validate on PYTHONPATH.
"""

import functools
import importlib
import json
import sys
from typing import Any

utils: Any = importlib.import_module("kubernetes_validate.utils")
utils.schema_contents = functools.cache(utils.schema_contents)  # it would read 2 MB anew for every object


def complaint(version: str, manifest: dict[str, object]) -> str:
    try:
        utils.validate(manifest, version, strict=True)
    except utils.SchemaNotFoundError as error:
        return str(error.message)
    except utils.ValidationError as error:
        return f"{'.'.join(map(str, error.absolute_path))}: {error.message}"
    return ""


for name, version, manifest in json.load(sys.stdin):
    if found := complaint(version, manifest):
        print(f"{name}, Kubernetes {version}: {found}")
