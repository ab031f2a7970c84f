"""The web config file and the certificates it names: read, and looked at for changes."""

import asyncio
import ssl
from pathlib import Path

from agent import logs
from agent.web.auth import Users
from agent.web.config import WebConfig, WebConfigError, read

LOOK_EVERY = 2.0
"""Seconds between looks at the files."""

Stamp = tuple[tuple[str, int, int], ...]

log = logs.get_logger()


class Guard:
    """What guards the endpoint now: by a web config file, or by nothing.

    Attributes:
        tls: For connections to come; None without TLS.

        users: Who may read; None asks for no password.

        certificates: Unix time at which each certificate in use ends, by its file.

    Raises:
        WebConfigError: If the file cannot be used.
    """

    tls: ssl.SSLContext | None
    users: Users | None
    certificates: dict[str, float]

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._paths: tuple[Path, ...] = ()
        self._stamp: Stamp = ()
        self._refused = ""
        self._take()

    async def watch(self) -> None:
        """Take over each change, for as long as this runs."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self.look()

    def look(self) -> None:
        """Take over a change of the files; what cannot be used leaves all as it is.

        A file that was refused is read at every look: what it lacks may be a file that nobody watches yet.
        """
        if self._stamp == self._stamp_now():
            return
        try:
            self._take()
        except WebConfigError as error:
            self._refuse(str(error))
        except Exception as error:  # noqa: BLE001 - whatever a file holds, the next one must be read
            self._refuse(type(error).__name__)
        else:
            self._refused = ""
            log.info("web_config.reloaded")

    def _refuse(self, problem: str) -> None:
        if problem != self._refused:
            log.error("web_config.refused", error=problem, hint="the previous file stays in use")
        self._refused = problem

    def _take(self) -> None:
        """Read the files and put them in force: all of it, or nothing."""
        config, stamp = self._read()
        self._stamp = stamp
        self.tls = config.tls
        self.users = Users(config.users) if config.users else None
        self.certificates = dict(config.certificates)

    def _read(self) -> tuple[WebConfig, Stamp]:
        """What the files say, and how they looked before: a change while they are read is seen later."""
        if self._file is None:
            return WebConfig(), ()
        stamp, config = self._stamp_now(), read(self._file)
        if (self._file, *config.files) == self._paths:
            return config, stamp
        self._paths = (self._file, *config.files)
        return self._read()  # now with a look at the certificates before

    def _stamp_now(self) -> Stamp:
        return tuple(_stamp(path) for path in self._paths)


def _stamp(path: Path) -> tuple[str, int, int]:
    """What changes when a file does; Kubernetes swaps a link, so the target counts."""
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_mtime_ns, found.st_ino
