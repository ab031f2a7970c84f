"""The dialects announce the hosts of their vendors when they are imported: also where one file runs alone."""

import agent.classify  # noqa: F401
