"""What all sections of the settings share."""

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from agent.settings import written

DAY = 86_400
"""Seconds."""


class Section(BaseModel):
    """A section; the title of a field says what its value may be, where the type does not."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @field_validator("*", mode="before")
    @classmethod
    def _as_written(cls, value: object, info: ValidationInfo) -> object:
        return written.as_written(value, cls.model_fields[str(info.field_name)])
