"""An alert as it stands in a file of rules, its tokens not yet filled in."""

from dataclasses import dataclass
from textwrap import indent


@dataclass(frozen=True, slots=True)
class Alert:
    """What an alert says.

    Attributes:
        board: The token of `dashboard_url`, and what follows it.
    """

    name: str
    severity: str
    summary: str
    description: str
    board: str

    @property
    def firing(self) -> str:
        """Its own series while it fires."""
        own = f'alertname="{self.name}",alertstate="firing",severity="{self.severity}"'
        return f"ALERTS{{${{selector}},{own}}}"

    def text(self, expr: str, tokens: str) -> str:
        return f"""\
      - alert: {self.name}
        expr: |
{indent(expr, 10 * " ")}
        for: ${{{tokens}_for}}
        keep_firing_for: ${{{tokens}_keep_firing_for}}
        labels:
          severity: {self.severity}
        annotations:
          summary: {self.summary}
          description: >-
            {self.description} ${{seen_by}}.
          runbook_url: ${{runbooks_url}}/{self.name}.md
          dashboard_url: {self.board}
"""


def indented(text: str) -> str:
    return indent(text, "  ")
