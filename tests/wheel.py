"""The wheel and the source archive as a session builds them, once, and an environment that has the wheel."""

import hashlib
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Archives:
    """Both archives, and for each every file with its digest.

    The wheel is built from the source archive, as an installer does that finds no wheel; `direct` is the one
    built from the checkout.
    """

    path: Path
    wheel: dict[str, str]
    direct: dict[str, str]
    sdist: dict[str, str]


def build(folder: Path, *options: str) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), *options, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def wheel_files(folder: Path) -> tuple[Path, dict[str, str]]:
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return path, {name: digest(archive.read(name)) for name in archive.namelist()}


@pytest.fixture(scope="session")
def archives(tmp_path_factory) -> Archives:
    folder, direct = tmp_path_factory.mktemp("dist"), tmp_path_factory.mktemp("direct")
    build(folder)
    build(direct, "--wheel")
    (path,) = folder.glob("*.tar.gz")
    sdist = {}
    with tarfile.open(path) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isreg() else None
            # A link in the archive would be neither, and lead nowhere once unpacked.
            sdist[member.name.partition("/")[2]] = digest(content.read()) if content else "no file"
    wheel, files = wheel_files(folder)
    return Archives(wheel, files, wheel_files(direct)[1], sdist)


@pytest.fixture(scope="session")
def installed(archives, tmp_path_factory) -> Path:
    """The `bin` of a new environment with the wheel in it, and everything else where the tests have it."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
    ]
    subprocess.run([*command, str(archives.path)], check=True)
    (site,) = home.glob("lib/python*/site-packages")
    # Added behind the environment's own packages; a .pth file in a folder added so is not read, so that an
    # editable installation of the checkout stays out of sight.
    (site / "test-dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home / "bin"


def bare_environment() -> dict[str, str]:
    """What a program of that environment is started with: nothing that leads it back to the checkout."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
