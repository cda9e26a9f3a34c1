"""Installs the packages of a scene and writes its files, as its user would do it from the terminal of JupyterLab.

Input of `main`: {"packages": {"library": [...], "container": [...], "home": [...]}, "files": {path: text}}
"""
import os
import pathlib
import subprocess
import sys

OPTIONS = {"library": ["--target", "/app-library"], "container": [], "home": ["--user"]}


def write(path, content):
    """Writes a file that nobody else reads when it is a key."""
    file = pathlib.Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    if file.name.startswith("id_"):
        file.chmod(0o600)


def main(spec):
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--find-links=/opt/wheels", "--no-deps"]
    # Without PYTHONPATH pip does not see the library area, and cannot mistake its packages for installed ones.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    runs = [
        subprocess.Popen([*pip, *OPTIONS[place], *names], env=environment) for place, names in spec["packages"].items()
    ]
    for path, text in spec["files"].items():
        write(path, text)
    if any([run.wait() for run in runs]):
        raise SystemExit("pip failed")
