"""Prove `make demo` on a bare Debian 12: a folder that has Python 3.11 and make, and nothing of ours.

`make bare` fetches Debian 12 by debootstrap from the mirror that this machine's own apt sources name, and runs the demo
twice in a fresh copy for each kind of user: root, a user with sudo rights for apt-get alone, a user with no rights. All
of it runs in mount and process namespaces of its own: when it ends, however it ends, the kernel takes down what was
mounted and started inside.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODENAME = "bookworm"
WORK = Path("/var/tmp/merr-bare")  # noqa: S108 - only root gets here, and the folder is root's own
BASE = WORK / f"{CODENAME}.tar"
BASE_AGE_DAYS = 30
BASE_PACKAGES = "python3,make,ca-certificates,sudo"
INSIDE = "MERR_BARE_INSIDE"
PLANNER = "planner"
PLAIN_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
}
HANDED_ON = re.compile(
    r"^(PIP_\w+|\w+_CA_BUNDLE|SSL_CERT_\w+|GIT_SSL_CAINFO|(https?|ftp|no|all)_proxy)$", re.IGNORECASE
)
"""Variables by which this machine tells pip and apt where and how to fetch."""
PIP_CONFIGURATION = ("/etc/pip.conf", "/etc/xdg/pip", "~/.config/pip", "~/.pip")
COPIED = ("/etc/resolv.conf", "/etc/ssl/certs", "/usr/local/share/ca-certificates", "/usr/share/ca-certificates",
          "/etc/ca-certificates.conf", "/etc/apt/apt.conf", "/etc/apt/apt.conf.d", "/etc/apt/auth.conf.d",
          "/etc/apt/trusted.gpg.d")  # fmt: skip


@dataclass(frozen=True)
class Visitor:
    """A kind of user who meets the clone for the first time."""

    name: str
    account: str
    sudoers: str = ""

    @property
    def home(self) -> Path:
        """The home folder; root's is closed to everybody else, so the clone lies where only root may enter."""
        return Path("/root") if self.account == "root" else Path("/home") / self.account


VISITORS = (
    Visitor("root", "root"),
    Visitor("apt", PLANNER, f"{PLANNER} ALL=(root) NOPASSWD: /usr/bin/apt-get\n"),
    Visitor("plain", PLANNER),
)


class Stop(Exception):  # noqa: N818 - said to the user, not a fault of the program
    """What is in the way of the proof, in one sentence that says what to do."""


def main() -> int:
    """Return 0 when the demo ran for every visitor, 1 when it failed for one, 2 when the proof cannot run here."""
    asked = _arguments()
    try:
        _need_root()
        if os.environ.get(INSIDE) != "1":
            return _in_own_namespaces()
        return _prove(asked)
    except Stop as stop:
        print(f"make bare stopped. {stop}", file=sys.stderr)
        return 2


def _need_root() -> None:
    if os.geteuid() != 0:
        raise Stop("make bare needs root, for debootstrap and chroot: run it as root.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bare", description=__doc__)
    names = [visitor.name for visitor in VISITORS]
    parser.add_argument(
        "--as", dest="visitors", nargs="+", choices=names, default=names, help="the users to try"
    )
    parser.add_argument("--run", default="make demo ARGS=--no-serve", help="the command to prove")
    parser.add_argument("--keep", action="store_true", help="leave the folders below /var/tmp/merr-bare")
    return parser.parse_args()


def _in_own_namespaces() -> int:
    """Run this script again where its mounts and processes are its own, and end with it."""
    own = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
    again = [*own, sys.executable, "-B", str(Path(__file__).resolve()), *sys.argv[1:]]
    return subprocess.run(again, env={**os.environ, INSIDE: "1"}, check=False).returncode


def _prove(asked: argparse.Namespace) -> int:
    WORK.mkdir(parents=True, exist_ok=True)
    WORK.chmod(0o755)
    _make_base()
    figures: list[tuple[str, str, int, float]] = []
    for visitor in (visitor for visitor in VISITORS if visitor.name in asked.visitors):
        machine = WORK / visitor.name
        try:
            _make_machine(machine, visitor)
            for turn in ("first", "second"):
                print(f"\n== {visitor.name}, {turn} time: {asked.run}", flush=True)
                began = time.monotonic()
                code = _run_inside(machine, visitor, asked.run)
                figures.append((visitor.name, turn, code, time.monotonic() - began))
                if code:
                    break
        finally:
            _take_down(machine, keep=asked.keep)
    print("\nOn a bare Debian 12, from nothing:")
    for name, turn, code, seconds in figures:
        print(
            f"  {name:6} {turn:7} {'done' if code == 0 else f'failed with code {code}'} in {seconds:6.1f} s"
        )
    return 1 if any(code for _, _, code, _ in figures) else 0


def _make_base() -> None:
    """Keep a bare Debian 12 as a tar file, so that the next proof begins at once."""
    if BASE.exists() and time.time() - BASE.stat().st_mtime < BASE_AGE_DAYS * 86_400:
        print(f"Bare Debian 12: {BASE} of an earlier proof", flush=True)
        return
    if shutil.which("debootstrap") is None:
        _must(
            "installing debootstrap",
            ["apt-get", "-q", "-y", "install", "--no-install-recommends", "debootstrap"],
        )
    fresh = WORK / "base"
    shutil.rmtree(fresh, ignore_errors=True)
    mirror = _debian_sources()[0][0]
    print("Bare Debian 12: debootstrap, about 45 s ...", flush=True)
    how = ("--variant=minbase", f"--include={BASE_PACKAGES}")
    _must("debootstrap", ["debootstrap", *how, CODENAME, str(fresh), mirror])
    _must("packing the folder", ["tar", "-C", str(fresh), "-cf", f"{BASE}.new", "."])
    Path(f"{BASE}.new").replace(BASE)
    shutil.rmtree(fresh)


def _debian_sources() -> list[tuple[str, str]]:
    """Return the address and suite of each of this machine's own Debian sources, the main one first."""
    asked = subprocess.run(
        [
            "apt-get",
            "indextargets",
            "--format",
            "$(ORIGIN)\t$(REPO_URI)\t$(RELEASE)\t$(CODENAME)",
            "Created-By: Packages",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    rows = [line.split("\t") for line in asked.stdout.splitlines()]
    debian = [(uri, release, codename) for origin, uri, release, codename in rows if origin == "Debian"]
    if not debian:
        raise Stop("apt knows no Debian source on this machine: run apt-get update, then make bare again.")
    own = min(codename for _, _, codename in debian).split("-")[0]
    found = dict.fromkeys((uri, release.replace(own, CODENAME)) for uri, release, _ in debian)
    return sorted(found, key=lambda source: source[1] != CODENAME)


def _make_machine(machine: Path, visitor: Visitor) -> None:
    """Unpack a machine that has never seen the clone, and give it this machine's way to the mirrors."""
    shutil.rmtree(machine, ignore_errors=True)
    machine.mkdir()
    _must("unpacking", ["tar", "-C", str(machine), "-xf", str(BASE)])
    for path in map(Path, COPIED):
        _copy(path, machine)
    (machine / "etc/apt/sources.list").write_text(
        "".join(f"deb {uri} {suite} main\n" for uri, suite in _debian_sources())
    )
    for kind, place in (("proc", "proc"), ("tmpfs", "dev/shm")):
        _must(f"mounting {place}", ["mount", "-t", kind, kind, str(machine / place)])
    if visitor.account != "root":
        _must("adding a user", ["chroot", str(machine), "useradd", "-m", "-s", "/bin/sh", visitor.account])
    if visitor.sudoers:
        (machine / "etc/sudoers.d/planner").write_text(visitor.sudoers)
        (machine / "etc/sudoers.d/planner").chmod(0o440)
    _hand_on_pip(machine, visitor)
    clone = machine / str(visitor.home).lstrip("/") / "merr"
    _must("cloning", ["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(clone)])
    _must(
        "giving the home", ["chroot", str(machine), "chown", "-R", f"{visitor.account}:", str(visitor.home)]
    )


def _hand_on_pip(machine: Path, visitor: Visitor) -> None:
    """Give pip inside the configuration it has here, and what the configuration names on this disk."""
    said = [value for name, value in os.environ.items() if name.upper().startswith("PIP_")]
    for place in PIP_CONFIGURATION:
        source = Path(place).expanduser()
        inside = visitor.home / place[2:] if place.startswith("~") else source
        _copy(source, machine, inside)
        files = [source] if source.is_file() else sorted(source.rglob("*")) if source.is_dir() else []
        said += [file.read_text(errors="replace") for file in files if file.is_file()]
    named = {Path(path) for path in re.findall(r"(?:(?<=file://)|(?<![\w:/.]))/[\w./+-]+", "\n".join(said))}
    for path in sorted(named):
        if path.is_file():
            _copy(path, machine)
        elif path.is_dir():
            # The index of a folder points at files beside it, so the folder above comes along.
            _bind(path.parent if path.name == "simple" else path, machine)


def _bind(folder: Path, machine: Path) -> None:
    """Show `folder` of this machine inside, to be read only."""
    place = machine / str(folder).lstrip("/")
    if len(folder.parts) < 3 or place.is_mount() or place.exists():  # noqa: PLR2004 - nothing as wide as /opt
        return
    place.mkdir(parents=True)
    _must(f"mounting {folder}", ["mount", "--bind", str(folder), str(place)])
    _must(f"mounting {folder}", ["mount", "-o", "remount,bind,ro", str(place)])


def _copy(source: Path, machine: Path, inside: Path | None = None) -> None:
    """Copy a file or folder of this machine to its place inside, if it is here."""
    target = machine / str(inside or source).lstrip("/")
    if not source.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target, symlinks=True)
    else:
        target.unlink(missing_ok=True)
        shutil.copyfile(source, target)


def _run_inside(machine: Path, visitor: Visitor, command: str) -> int:
    """Return the exit code of `command`, run by the visitor in the clone."""
    handed = {name: value for name, value in os.environ.items() if HANDED_ON.match(name)}
    environment = {**PLAIN_ENVIRONMENT, **handed, "HOME": str(visitor.home), "USER": visitor.account}
    script = f"cd {visitor.home}/merr && {command}"
    become = [
        "chroot",
        f"--userspec={visitor.account}:{visitor.account}",
        str(machine),
        "/bin/sh",
        "-c",
        script,
    ]
    return subprocess.run(become, env=environment, check=False).returncode


def _take_down(machine: Path, *, keep: bool) -> None:
    """End what still runs inside, unmount, and remove the folder unless it is kept."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid() and _lives_in(entry, machine):
            os.kill(int(entry.name), 9)
    for line in reversed(Path("/proc/mounts").read_text().splitlines()):
        mounted = line.split()[1]
        if mounted.startswith(f"{machine}/"):
            subprocess.run(["umount", "-l", mounted], check=False)
    if not keep and not any(f" {machine}/" in line for line in Path("/proc/mounts").read_text().splitlines()):
        shutil.rmtree(machine, ignore_errors=True)


def _lives_in(process: Path, machine: Path) -> bool:
    try:
        return (process / "root").readlink() == machine
    except OSError:
        return False


def _must(title: str, command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        tail = "\n".join(f"{done.stdout}\n{done.stderr}".strip().splitlines()[-8:])
        raise Stop(f"{title} failed; its last lines:\n{tail}")


if __name__ == "__main__":
    sys.exit(main())
