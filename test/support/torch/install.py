"""Puts PyTorch for the CPU into a virtual environment, as the reference that tests compare with: install.py FOLDER

Prints the environment's Python on its last line. Does nothing where the environment is complete already.
"""

import pathlib
import platform
import shutil
import subprocess
import sys

from stand_ins import write_stand_ins

TORCH = "torch==2.15.0"
PURE = ["typing_extensions", "filelock", "sympy", "networkx", "jinja2", "fsspec", "setuptools>=77", "numpy"]


def main(folder: pathlib.Path) -> None:
    python = folder / "bin" / "python"
    stamp = folder / "complete"
    if not (stamp.exists() and stamp.read_text() == TORCH):
        shutil.rmtree(folder, ignore_errors=True)
        _create_environment(folder)
        # On Linux the package on the index is linked with CUDA and would bring 3 GB of it; without its dependencies it
        # is a sixth of that, and stand-ins take the place of the rest. Other systems' packages are plain.
        if (platform.system(), platform.machine()) == ("Linux", "x86_64"):
            _pip(python, "--no-deps", TORCH)
            _pip(python, *PURE)
            names = write_stand_ins(next(folder.glob("lib/python*/site-packages")))
            print(f"{len(names)} stand-ins for CUDA libraries", flush=True)
        else:
            _pip(python, TORCH, "numpy")
        check = "import torch; print('PyTorch', torch.__version__, float(torch.ones(3) @ torch.ones(3)))"
        subprocess.run([python, "-c", check], check=True)
        stamp.write_text(TORCH)
    print(python)


def _create_environment(folder: pathlib.Path) -> None:
    made = subprocess.run([sys.executable, "-m", "venv", folder], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if made.returncode != 0:  # Debian's Python comes without ensurepip; its own pip can serve an environment too.
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)


def _pip(python: pathlib.Path, *packages: str) -> None:
    pip = [sys.executable, "-m", "pip", "--python", python]
    subprocess.run([*pip, "install", "--quiet", "--disable-pip-version-check", *packages], check=True)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve())
