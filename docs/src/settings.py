"""docs/settings.md and docs/agent.yaml, from the models."""

import shlex
from collections.abc import Iterator

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from agent import settings
from agent.settings.model import Settings, section_of, sections
from agent.settings.printing import as_yaml as whole_file
from agent.settings.words import in_environment, in_file, may_be
from docs.src.markdown import GENERATED, NOTE, as_yaml


def page() -> str:
    tables = "\n\n".join(_section(name, section) for name, section in sections())
    return f"""{NOTE}
# Settings

Settings come from a YAML file (`--config.file`), from the environment, and from the flags of
`api-error-agent run`. The environment wins over the file, and the flags win over both.

The name of a setting has its section before the dot: `kafka.topics` is `topics` below `kafka` in the file.

```yaml
kafka:
  bootstrap_servers: ['kafka-0.kafka:9092', 'kafka-1.kafka:9092']
  topics: [api-responses]
```

[agent.yaml](agent.yaml) is a complete file: all settings with their defaults, and what each of them means.
Copy the lines that you want to change; the others may be left out.

`api-error-agent check-config` says whether `run` could start with the same options, and lists everything
that is wrong: an unknown name, a wrong value, a file that is missing, a key that does not fit its
certificate. `run` refuses exactly the same settings, with the same words and exit code 2.
`api-error-agent check-config --print` writes a complete file like agent.yaml, with the values in effect.

* In the environment a list is written with commas (`a,b`) or in brackets (`[a, b]`), a mapping as in YAML.
* All times are in seconds.
* In the file a key that is set twice, an alias (`*`), a tag (`!`) and a second document (`---`) are refused.
* In YAML `yes`, `no`, `on` and `off` are true and false, and `5` is a number: put such texts in quotes.
* `null` is the default of some settings, and says that they are not set.

{tables}
"""


def file() -> str:
    """Every setting at its default, whatever the environment says."""
    return f"# {GENERATED}\n{whole_file(Settings.model_construct())}"


def _section(name: str, section: type[BaseModel]) -> str:
    rows = "\n".join(_rows(name, section))
    return f"""## {name}

{section.__doc__}

| setting | meaning | value | default | example in the file | example in the environment |
|---|---|---|---|---|---|
{rows}"""


def _rows(section: str, model: type[BaseModel]) -> Iterator[str]:
    for key, info in model.model_fields.items():
        if section_of(info) is None:
            yield _row(f"{section}.{key}", info)


def _row(name: str, info: FieldInfo) -> str:
    example = (info.examples or [""])[0]
    in_shell = f"{settings.variable(name)}={shlex.quote(in_environment(example))}"
    default = as_yaml(info.get_default(call_default_factory=True))
    return (
        f"| `{name}` | {info.description} | {may_be(info)} | `{default}` |"
        f" `{name.rpartition('.')[2]}: {in_file(example)}` | `{in_shell}` |"
    )
