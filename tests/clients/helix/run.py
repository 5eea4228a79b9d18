"""Helix in a terminal, set up by `montuno setup helix --write`: what a user does in the first minute.

Run by `cargo xtask clients helix`: run.py HELIX WORKSPACE HOME. MONTUNO names the binary. A step that fails ends with the
screen as it was.
"""

import os
import pathlib
import re
import subprocess
import sys
import time

HELIX, WORKSPACE, HOME = (pathlib.Path(argument) for argument in sys.argv[1:4])
PATIENCE = int(os.environ.get("MONTUNO_TEST_PATIENCE", "60000")) / 1000
ENVIRONMENT = {
    **os.environ,
    "HOME": str(HOME),
    "XDG_CONFIG_HOME": str(HOME / "config"),
    "XDG_CACHE_HOME": str(HOME / "cache"),
    "HELIX_RUNTIME": str(HELIX / "usrlib/hx/runtime"),
    "TERM": "xterm-256color",
}


class Terminal:
    """Helix in a terminal of its own."""

    def __init__(self, file):
        self.socket = str(HOME / "tmux")
        editor = [str(HELIX / "bin/hx"), file]
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", "140", "-y", "40", *editor, cwd=WORKSPACE)
        self.shows(r"NOR")

    def tmux(self, *arguments, **options):
        command = ["tmux", "-S", self.socket, *arguments]
        done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True, **options)
        return done.stdout

    def keys(self, *names):
        self.tmux("send-keys", *names)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def escape(self):
        """Back to normal mode. What follows at once would be taken for a key with Alt."""
        self.keys("Escape")
        time.sleep(0.2)

    def command(self, text):
        self.escape()
        self.type(":" + text)
        self.keys("Enter")

    def screen(self):
        return self.tmux("capture-pane", "-p")

    def shows(self, pattern, absent=False):
        """Waits until the screen shows something, or does not any more."""
        end = time.monotonic() + PATIENCE
        while (re.search(pattern, self.screen()) is None) != absent:
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {'the end of ' if absent else ''}{pattern!r}:\n{self.screen()}")
            time.sleep(0.1)

    def stop(self):
        self.tmux("kill-server")


def step(name, run):
    run()
    print(f"ok Helix: {name}", flush=True)


def setup():
    # A slow machine may take its time with the completion list.
    settings = HOME / "config/helix/config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("[editor]\ncompletion-timeout = 5000\n")
    montuno = os.environ["MONTUNO"]
    said = subprocess.run([montuno, "setup", "helix", "--write"], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert "wrote" in said.stdout, said.stdout
    health = subprocess.run([HELIX / "bin/hx", "--health", "python"], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", health.stdout)
    assert f"✓ montuno: {montuno}" in plain, plain
    assert re.search(rf"Configured debug adapter:\s+✓ {re.escape(montuno)}", plain), plain


def hover():
    terminal.command("goto 3")
    terminal.type("gh9l")
    terminal.type(" k")
    terminal.shows(r"def area\(width, height\)")
    terminal.escape()


def definition():
    terminal.command("goto 3")
    terminal.type("gh9l")
    terminal.type("gd")
    terminal.shows(r"main\.py .*1:5")
    terminal.command("open use.py")


def references():
    terminal.command("goto 3")
    terminal.type("gh9l")
    terminal.type("gr")
    terminal.shows(r"use\.py:1")
    terminal.shows(r"main\.py:1")
    terminal.escape()


def findings():
    terminal.command("goto 4")
    terminal.type("iprint(name_that_is_not_there)")
    terminal.escape()
    terminal.shows(r"name_that_is_not_there`")
    terminal.type("u")
    terminal.shows(r"name_that_is_not_there", absent=True)


def rename():
    terminal.command("goto 3")
    terminal.type("gh r")
    terminal.shows(r"rename-to:")
    terminal.keys("C-u")
    terminal.type("surface")
    terminal.keys("Enter")
    terminal.shows(r"surface = area")
    terminal.type("u")
    terminal.shows(r"square = area")


def code_action():
    terminal.command("goto 4")
    terminal.type("iimport zipfile")
    terminal.escape()
    terminal.shows(r"zipfile` .*not used|zipfile`")
    terminal.type("b a")
    terminal.shows(r"Remove the import of")
    terminal.escape()
    terminal.escape()
    terminal.type("u")
    terminal.shows(r"import zipfile", absent=True)


def completion():
    terminal.command("open use.py")
    terminal.command("goto 4")
    terminal.type("imain = 1\nmai")
    terminal.shows(r"main\s+variable")
    terminal.escape()
    terminal.type("u")
    terminal.shows(r"main = 1", absent=True)


step("is set up, and finds the server and the debugger", setup)
terminal = Terminal("use.py")
try:
    step("hover", hover)
    step("definition", definition)
    step("references", references)
    step("findings come and go", findings)
    step("rename", rename)
    step("code action", code_action)
    step("completion", completion)
finally:
    terminal.stop()
