"""The wheel: it carries everything, and works where there is no checkout."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit import cli
from toolkit.project import files_root

pytestmark = pytest.mark.slow
ROOT = files_root()
BUILT_FROM = ("pyproject.toml", "README.md", "toolkit", "migrations", "sql", "checks")


def call(
    command: list[str | Path], cwd: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a program that sees none of the settings of this session."""
    hidden = ("MDT_", "PG", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    return subprocess.run(
        command, cwd=cwd, env=kept | variables, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> Path:
    """Copy what the wheel is made of, so that nothing else can get into it."""
    sources = tmp_path_factory.mktemp("sources")
    for name in BUILT_FROM:
        if (ROOT / name).is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, sources / name, ignore=ignore)
        else:
            shutil.copy(ROOT / name, sources)
    return sources


@pytest.fixture(scope="module")
def wheel(sources, tmp_path_factory) -> Path:
    """Build the wheel, with the packages of this session."""
    pytest.importorskip("hatchling", reason="the build backend is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", folder]
    built = call([sys.executable, "-m", "pip", "wheel", *options, sources], folder)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Install the wheel where nothing else is; return a function that calls its `mdt`.

    The packages that it needs are those of this session: nothing is downloaded.
    """
    folder = tmp_path_factory.mktemp("elsewhere")
    call([sys.executable, "-m", "venv", "--without-pip", folder / "env"], folder)
    python = folder / "env" / "bin" / "python"
    (packages,) = (folder / "env" / "lib").glob("python3*/site-packages")
    (packages / "needed.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    pip = [sys.executable, "-m", "pip", "--python", python]
    done = call([*pip, "install", "--no-deps", "--no-index", wheel], folder)
    assert done.returncode == 0, done.stderr
    where = call([python, "-c", "import toolkit; print(toolkit.__file__)"], folder)
    assert where.stdout.strip() == str(packages / "toolkit" / "__init__.py")

    def mdt(*arguments: str | Path, dsn: str = "") -> subprocess.CompletedProcess[str]:
        return call([python.with_name("mdt"), *arguments], folder, MDT_DSN=dsn, MDT_HOME=os.devnull)

    return mdt


def test_every_file_of_the_product_is_in_the_wheel_and_no_other(wheel, sources):
    names = {
        path.relative_to(sources).as_posix() for path in sources.rglob("*") if path.is_file()
    } - {"README.md"}
    expected = {name if name.startswith("toolkit/") else f"toolkit/files/{name}" for name in names}
    assert len(expected) > 300
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert packed == expected
        assert archive.testzip() is None


def test_the_wheel_installs_the_toolkit_from_a_folder_outside_the_checkout(installed, empty_dsn):
    applied = installed("apply", dsn=empty_dsn)
    assert applied.returncode == 0, applied.stderr
    migrations = len(list((ROOT / "migrations").glob("????_*.rollback.sql")))
    assert applied.stdout.startswith(f"applied {migrations} migrations and ")
    assert installed("verify", dsn=empty_dsn).returncode == 0
    for words in (["health", "--format", "html"], ["audit", "--format", "html"]):
        report = installed(*words, "--fail-on", "never", dsn=empty_dsn)
        assert report.returncode == 0, report.stderr
        assert report.stdout.lower().startswith("<!doctype html>")


def test_the_wheel_builds_the_legacy_database_of_the_demo(installed, empty_dsn):
    built = installed("--json", "demo", "legacy", dsn=empty_dsn)
    assert built.returncode == 0, built.stderr
    assert sum(json.loads(built.stdout)["rows"].values()) > 1000


def test_the_wheel_explains_every_command(installed):
    for name in cli.COMMANDS:
        assert installed(name, "--help").stdout.startswith(f"Usage: mdt {name} ")


def test_the_wheel_lints_with_the_settings_of_the_house(installed, tmp_path):
    tidy = tmp_path / "tidy.sql"
    tidy.write_text("select 1 as one;\n")
    assert installed("lint", tidy).returncode == 0
    tidy.write_text("SELECT 1 AS one;\n")
    result = installed("lint", tidy)
    assert result.returncode == 1
    assert "keywords must be lower case" in result.stdout.lower()


def test_the_wheel_has_the_templates_of_new_files(installed, tmp_path):
    folder = tmp_path / "shop"
    assert installed("init", folder).returncode == 0
    written = installed("--project", folder, "new", "view", "shop.labels")
    assert (written.returncode, written.stdout) == (0, "wrote sql/shop/views/labels.sql\n")
