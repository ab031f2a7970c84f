"""Which tests should notice a change of which room, and how many of the changes they have to notice."""

from pathlib import Path
from typing import NamedTuple

from tests.tools.cache import ROOT


class Room(NamedTuple):
    """Code, and the tests that hold it.

    Attributes:
        code: Modules and folders of modules.

        tests: Files and folders of tests, the nearest to the code first.

        goal: Share of the changes that should be noticed, in percent.
    """

    name: str
    code: tuple[str, ...]
    tests: tuple[str, ...]
    goal: int

    @property
    def modules(self) -> list[Path]:
        found = [ROOT / part for part in self.code]
        files = [file for part in found for file in (sorted(part.rglob("*.py")) if part.is_dir() else [part])]
        return [file.relative_to(ROOT) for file in files]

    def rank(self, test: str) -> int | None:
        """How near a test is to the code, 0 first; None for tests of other rooms."""
        return next((number for number, part in enumerate(self.tests) if test.startswith(part)), None)

    @property
    def test_files(self) -> list[str]:
        """Files of tests, from the root of the project."""
        found = [ROOT / part for part in self.tests]
        files = [file for part in found for file in (part.rglob("test_*.py") if part.is_dir() else [part])]
        return sorted(file.relative_to(ROOT).as_posix() for file in files)


PURE, SEAM = 92, 85  # percent

GENERATED = "tests/docs/test_generated.py"
"""It holds defaults, tables and buckets to what the pages promise."""

EFFECT = "tests/unit/test_settings_effect.py"
KAFKA = (
    *(
        "tests/kafka/test_consumer.py",
        "tests/kafka/test_consumer_topics.py",
        "tests/kafka/test_consumer_lag.py",
    ),
    *("tests/kafka/test_consumer_faults.py", "tests/kafka/test_traps.py", "tests/kafka/test_poison.py"),
    *("tests/kafka/test_connection.py", "tests/kafka/test_security.py", "tests/kafka/test_commands.py"),
)
AGENTS = ("tests/kafka/test_delivery.py", "tests/kafka/test_whole_path.py", "tests/kafka/test_connection.py")

TOO_SLOW = (
    *(
        "test_a_storm_of_429s",
        "test_a_log_whose_end_is_gone",
        "test_trap_5_",
        "test_trap_18_",
        "test_within_15_seconds",
    ),
    *("test_partitions_that_wait_for_their_turn", "test_a_header_that_reaches", "test_a_byte_that_changed"),
    *("test_reading_goes_on_after_the_broker", "test_every_body_of_the_corpus", "test_trap_7_of_a_truncated"),
    *("test_trap_a_bomb_is_skipped", "test_the_whole_path_in_a_real_prometheus"),
)
"""Tests of many seconds, by what their names contain: too dear to run for each change."""

ROOMS = (
    Room(
        "events",
        ("agent/events",),
        ("tests/unit/events", "tests/unit/test_fastpath.py", "tests/unit/test_pipeline.py", GENERATED),
        PURE,
    ),
    Room("classify", ("agent/classify",), ("tests/unit/classify", GENERATED), PURE),
    Room(
        "metrics",
        ("agent/metrics",),
        (
            "tests/unit/metrics",
            "tests/unit/test_pipeline_cooldowns.py",
            "tests/unit/test_pipeline.py",
            EFFECT,
            GENERATED,
            "tests/boards/test_contract.py",
        ),
        PURE,
    ),
    Room(
        "pipeline",
        ("agent/pipeline.py", "agent/fastpath", "agent/meaning.py"),
        (
            "tests/unit/test_pipeline.py",
            "tests/unit/test_pipeline_age.py",
            "tests/unit/test_pipeline_cooldowns.py",
            "tests/unit/test_fastpath.py",
            EFFECT,
        ),
        PURE,
    ),
    Room("ledger", ("agent/ledger",), ("tests/ledger", "tests/unit/test_pages.py"), PURE),
    Room(
        "settings",
        ("agent/settings", "agent/strictyaml.py", "agent/judge.py", "agent/redaction.py"),
        (
            GENERATED,
            *(
                "tests/unit/test_settings.py",
                "tests/unit/test_settings_table.py",
                "tests/unit/test_settings_yaml.py",
            ),
            *("tests/unit/test_settings_judge.py", "tests/unit/test_settings_property.py"),
            *("tests/unit/test_settings_printed.py", "tests/unit/test_settings_bounds.py", EFFECT),
            "tests/unit/classify/test_rules.py",
        ),
        SEAM,
    ),
    Room("web", ("agent/web",), ("tests/web", "tests/docs/test_web_page.py"), SEAM),
    Room("consumer", ("agent/consumer",), ("tests/unit/consumer", *KAFKA), SEAM),
    Room(
        "bookkeeper",
        ("agent/bookkeeper.py",),
        ("tests/unit/test_bookkeeper.py", EFFECT, *AGENTS),
        SEAM,
    ),
    Room(
        "pages",
        ("agent/pages.py",),
        ("tests/unit/test_pages.py", "tests/unit/test_pages_bounds.py", *AGENTS),
        SEAM,
    ),
    Room(
        "service",
        (
            "agent/service.py",
            "agent/assembly.py",
            "agent/gauges.py",
            "agent/logs.py",
            "agent/certificates.py",
        ),
        (
            "tests/unit/test_service.py",
            "tests/unit/test_gauges.py",
            EFFECT,
            "tests/unit/test_logs.py",
            "tests/unit/test_certificates.py",
            *AGENTS,
        ),
        SEAM,
    ),
)
