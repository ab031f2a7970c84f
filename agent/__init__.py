"""Reads API responses from Kafka, says what each error means, counts them for Prometheus."""

__version__: str


def __getattr__(name: str) -> str:
    """The version is looked up when it is asked for: it would take longest of all before Ctrl-C is heeded."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version

    return version("api-error-agent")
