"""docs/settings.md, from the models."""

from agent import settings
from docs.src.markdown import NOTE, as_yaml


def page() -> str:
    rows = "\n".join(
        f"| `{name}` | `{as_yaml(field.get_default(call_default_factory=True))}` | {field.description} |"
        f" `{as_yaml((field.examples or [''])[0])}` | `{settings.variable(name)}` |"
        for name, field in settings.fields()
    )
    return f"""{NOTE}
# Settings

A YAML file (`--config.file`), over it the environment, over it the flags of `api-error-agent run`.
A name has its section before the dot: `kafka.topics` is `kafka: {{topics: [...]}}` in the file. In the
environment a list is written with commas and a mapping in YAML. All problems are reported at once; an
unknown name is a problem.

| setting | default | meaning | example | environment |
|---|---|---|---|---|
{rows}
"""
