"""Shows a page to somebody who sits before the machine, and to nobody else."""

import os
import sys
import webbrowser
from collections.abc import Mapping


def show(url: str) -> bool:
    """Open *url* in the desktop's browser; whether there is one."""
    if not has_desktop(os.environ, sys.platform):
        return False
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return False
    if type(found) is webbrowser.GenericBrowser:  # lynx and its like would take the terminal over
        return False
    return found.open(url)


def has_desktop(environ: Mapping[str, str], platform: str) -> bool:
    """Whether a window would be seen: neither in CI, nor at the other end of an SSH connection."""
    if environ.get("CI") or environ.get("SSH_CONNECTION"):
        return False
    return platform in {"darwin", "win32"} or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
