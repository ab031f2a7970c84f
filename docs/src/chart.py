"""README.md of the chart, from the comments in its values.yaml."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from docs.src.markdown import NOTE, as_yaml

CHART = Path(__file__).parents[2] / "deploy" / "helm" / "api-error-agent"
README = CHART / "README.md"

_COMMENT = re.compile(r" *# (-- )?(.*)")
_KEY = re.compile(r"( *)(\w+):")


def page() -> str:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    rows = "\n".join(
        f"| `{name}` | `{as_yaml(_at(values, name))}` | {text} |" for name, text in sentences().items()
    )
    return f"""{NOTE}
# {chart["name"]}

{chart["description"]}

```sh
helm install agent . \\
  --set kafka.bootstrapServers=kafka-bootstrap.kafka:9092 --set 'kafka.topics={{api-responses}}'
helm test agent --logs
```

Which Prometheus, which rights in Kafka, secrets, upgrades, sizing, autoscaling: docs/deploy.md. With
kube-prometheus-stack, all of it: `-f values-kube-prometheus-stack.yaml`. Wrong values are refused, and all
problems are said at once.

| value | default | meaning |
|---|---|---|
{rows}
"""


def sentences() -> Mapping[str, str]:
    """What the comment above a key says, by dotted key; a `# --` opens it, and a key right below gets it."""
    return dict(_sentences((CHART / "values.yaml").read_text().splitlines()))


def _sentences(lines: list[str]) -> Iterator[tuple[str, str]]:
    path: list[str] = []
    words: list[str] = []
    for line in lines:
        if comment := _COMMENT.fullmatch(line):
            words = [comment[2]] if comment[1] else [*words, comment[2]]
        elif key := _KEY.match(line):
            path = [*path[: len(key[1]) // 2], key[2]]
            if words:
                yield ".".join(path), " ".join(words)
            words = []


def _at(values: Any, name: str) -> Any:
    for key in name.split("."):
        values = values[key]
    return values
