"""docs/settings.md, from the models."""

import shlex
from collections.abc import Iterator

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from agent import settings
from agent.settings.model import section_of, sections
from agent.settings.words import in_environment, in_file, may_be
from docs.src.markdown import NOTE, as_yaml


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

`api-error-agent check-config` says whether `run` could start with the same options, and everything that is
wrong: an unknown name, a wrong value, a file that is missing, a key that does not fit its certificate. `run`
refuses exactly the same, with the same words and exit code 2. `check-config --print` writes all settings as
a complete file, with what each of them means.

* In the environment a list is written with commas (`a,b`) or in brackets (`[a, b]`), a mapping as in YAML.
* All times are in seconds.
* A key that is set twice, an alias (`*`), a tag (`!`) and a second document (`---`) are refused in the file.
* `yes`, `no`, `on` and `off` are true and false in YAML, and `5` is a number: put such texts in quotes.

{tables}
"""


def _section(name: str, section: type[BaseModel]) -> str:
    rows = "\n".join(_rows(name, section))
    return f"""## {name}

{section.__doc__}

| setting | meaning | may be | default | example in the file | example in the environment |
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
