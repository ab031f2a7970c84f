"""What is generated stands in the repository as generation gives it."""

from pathlib import Path

import pytest

from docs.generate import pages


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_a_generated_page_is_up_to_date(path: Path) -> None:
    assert path.read_text() == pages()[path], f"run make generate, and commit docs/{path.name}"
