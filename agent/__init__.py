"""Reads API responses from Kafka, says what each error means, counts them for Prometheus."""

from importlib.metadata import version

__version__ = version("api-error-agent")
