"""Kafka: positions, fetching, poison, rebalances, lag, and the supervisor that rebuilds a dead client."""

from agent.consumer.books import Books
from agent.consumer.causes import Problem
from agent.consumer.commits import CommitResult
from agent.consumer.consumer import Consumer
from agent.consumer.lag import Lag

__all__ = ["Books", "CommitResult", "Consumer", "Lag", "Problem"]
