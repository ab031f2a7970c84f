"""The Python SDKs of OpenAI and Anthropic, and LiteLLM, in a folder for PYTHONPATH; the agent needs none.

python -m tests.tools.sdks      fetch them
"""

import hashlib
import sys
from pathlib import Path

from tests.tools.cache import CACHE, placed, run

REQUIREMENTS = Path(__file__).with_name("sdks") / "requirements.txt"

LOCKED = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
FOLDER = CACHE / f"sdks-{LOCKED[:12]}-python{sys.version_info.major}.{sys.version_info.minor}"


def ensure() -> Path:
    """Give the folder with the packages, of exactly the versions in requirements.txt."""
    return placed(FOLDER, _install)


def _install(folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--only-binary", ":all:", "--require-hashes", "-r", REQUIREMENTS, "--target", folder])


if __name__ == "__main__":
    print(ensure())
