"""python -m agent is api-error-agent."""

from agent.cli import main

main()
