"""The web config file and the certificates it names: read, and looked at for changes."""

from pathlib import Path

from agent.certificates import ends
from agent.web.config import WebConfig, read

Stamp = tuple[tuple[str, int, int], ...]


class WatchedConfig:
    """A web config file, or none.

    Attributes:
        certificates: Unix time at which each certificate in use ends, by its file.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._paths: tuple[Path, ...] = (file,) if file else ()
        self._stamp: Stamp = ()
        self.certificates: dict[str, float] = {}

    def read(self) -> WebConfig:
        """Read it; without a file nothing is guarded.

        Raises:
            WebConfigError: If it cannot be used.
        """
        if self._file is None:
            return WebConfig()
        self._stamp = self._stamp_now()  # a change while it is read is seen at the next look
        config = read(self._file)
        files = config.tls.files if config.tls else ()
        self._paths = (self._file, *files)
        self._stamp = self._stamp_now()
        self.certificates = {str(config.tls.cert_file): ends(config.tls.cert_file)} if config.tls else {}
        return config

    def has_changed(self) -> bool:
        """Whether a file has changed since it was last read, right or wrong."""
        return self._stamp != self._stamp_now()

    def _stamp_now(self) -> Stamp:
        return tuple(_stamp(path) for path in self._paths)


def _stamp(path: Path) -> tuple[str, int, int]:
    """What changes when a file does; Kubernetes swaps a link, so the target counts."""
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_mtime_ns, found.st_ino
