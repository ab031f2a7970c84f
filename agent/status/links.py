"""Where the pages about the agent are. Until somebody publishes them, the address is an example: no link."""

DOCS = "https://example.org/api-error-agent/docs/operations.md"
RUNBOOKS = "https://example.org/api-error-agent/grafana/runbooks/"

_EXAMPLE = "https://example.org/"


def links() -> list[dict[str, str]]:
    """The pages beside this one; an address without a slash also holds behind a proxy's path."""
    own = [("Metrics", "metrics"), ("Readiness", "readyz"), ("This page as JSON", "status.json")]
    published = [("Documentation", DOCS), ("Runbooks", RUNBOOKS)]
    return [{"name": name, "url": url} for name, url in [*own, *published] if not url.startswith(_EXAMPLE)]


def page_of(runbook: str) -> str:
    """The address of a runbook; empty while nobody has published them."""
    return "" if RUNBOOKS.startswith(_EXAMPLE) else f"{RUNBOOKS}{runbook}.md"
