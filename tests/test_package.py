"""What people install: both archives hold what they should, and the wheel works away from the checkout."""

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

import attnviz
from attnviz.demo import TEXTS

ROOT = Path(__file__).parent.parent

# What nobody notices missing in a checkout, because there it is always at hand.
CARRIED = [
    "attnviz/demo/model/README.md",
    "attnviz/demo/model/config.json",
    "attnviz/demo/model/model.safetensors",
    "attnviz/demo/model/tokenizer_config.json",
    "attnviz/demo/model/vocab.txt",
    "attnviz/py.typed",
    "attnviz/static/attnviz.css",
    "attnviz/static/attnviz.js",
    "attnviz/static/figures.js",
    "attnviz/templates/page.html.j2",
]


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


@pytest.mark.parametrize("name", CARRIED)
def test_both_archives_carry_the_very_files_of_the_checkout(archives, name):
    expected = digest((ROOT / name).read_bytes())
    assert archives.wheel.get(name) == expected
    assert archives.sdist.get(name) == expected


def test_the_wheel_is_the_same_from_the_checkout_and_from_the_source_archive(archives):
    assert archives.wheel == archives.direct


def test_every_module_of_the_checkout_is_in_both_archives(archives):
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "attnviz").rglob("*.py")}
    assert modules <= set(archives.wheel)
    assert modules <= set(archives.sdist)


def test_the_wheel_holds_the_package_and_nothing_beside_it(archives):
    tops = {name.partition("/")[0] for name in archives.wheel}
    assert tops == {"attnviz", f"attnviz-{attnviz.__version__}.dist-info"}
    assert f"attnviz-{attnviz.__version__}.dist-info/licenses/LICENSE" in archives.wheel


def test_the_source_archive_holds_what_the_bundle_is_built_from_and_no_built_junk(archives):
    assert {"frontend/package-lock.json", "frontend/src/index.ts", "constraints.txt"} <= set(archives.sdist)
    assert "no file" not in archives.sdist.values()
    parts = {part for name in (*archives.sdist, *archives.wheel) for part in name.split("/")}
    assert parts.isdisjoint({"node_modules", "__pycache__", ".venv", ".git", ".pytest_cache"})


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


@pytest.fixture
def run(installed, tmp_path):
    """Runs a command of the new environment in an empty folder, far from the checkout."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))
    }

    def run(program: str, *arguments: str) -> str:
        command = [str(installed / program), *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_the_installed_package_is_the_wheels(run, installed):
    place = Path(run("python", "-c", "import attnviz; print(attnviz.__file__)").strip())
    assert place.is_relative_to(installed.parent)
    assert run("attnviz", "--version") == f"attnviz {attnviz.__version__}\n"


def test_the_installed_demo_writes_its_page(run, tmp_path):
    printed = run("attnviz", "demo", "-o", "x.html").splitlines()
    page = tmp_path / "x.html"
    assert printed[-1] == str(page)
    text = page.read_text(encoding="utf-8")
    assert all(title in text for title in (demo.title for demo in TEXTS))


def test_the_installed_command_views_the_model_that_came_with_it(run, tmp_path):
    model = run("python", "-c", "import attnviz.demo; print(attnviz.demo.model_path())").strip()
    printed = run("attnviz", "view", model, "猫が走る。", "--view", "head").splitlines()
    page = tmp_path / "attention.html"
    assert printed[-1] == str(page)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
