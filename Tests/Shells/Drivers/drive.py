"""Types into an interactive shell on a pseudo-terminal, and reports the resulting line.

Reads one JSON object on standard input:
    {"argv": [...], "env": {...}, "setup": [...], "cases": [{"keys", "shows"}, ...]}
and writes a JSON array of {"line", "screen"}, one for each case. `setup` are lines that the shell
reads first; they bind Ctrl-X d to writing the line that is being edited to $DRIVE_FIFO, ended
by a NUL, and Ctrl-X k to emptying it. A case that waits for something to be shown waits for
at most LIMIT seconds.
"""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time

LIMIT = 10.0
DUMP = b"\x18d"
CLEAR = b"\x18k"
ESCAPES = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_].*?\x1b\\|[()*+][0-9A-B]|[=>78DEHMNOZc])"
)


class Shell:
    def __init__(self, argv, environment, directory):
        self.fifo_path = os.path.join(directory, "fifo")
        os.mkfifo(self.fifo_path, 0o600)
        self.fifo = os.open(self.fifo_path, os.O_RDWR | os.O_NONBLOCK)
        environment = dict(environment, DRIVE_FIFO=self.fifo_path)
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], argv, environment)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 400, 220, 0, 0))
        self.output = b""
        self.dumped = b""

    def type(self, data):
        while data:
            _, writable, _ = select.select([], [self.terminal], [], LIMIT)
            if not writable:
                raise TimeoutError("the shell does not read")
            data = data[os.write(self.terminal, data) :]
            self.listen(0)

    def listen(self, seconds):
        """Reads the available output; waits for it for at most `seconds`."""
        ready, _, _ = select.select([self.terminal, self.fifo], [], [], seconds)
        if self.terminal in ready:
            try:
                self.output += os.read(self.terminal, 65536)
            except OSError:
                raise EOFError("the shell has ended:\n" + self.screen())
        if self.fifo in ready:
            self.dumped += os.read(self.fifo, 65536)

    def until(self, condition, what):
        end = time.monotonic() + LIMIT
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"{what}:\n{self.screen()}")
            self.listen(0.05)

    def line(self):
        self.dumped = b""
        self.type(DUMP)
        self.until(lambda: b"\0" in self.dumped, "the shell does not write its line")
        return self.dumped.split(b"\0")[0].decode(errors="replace")

    def screen(self):
        return ESCAPES.sub(b"", self.output).replace(b"\r", b"").decode(errors="replace")

    def run(self, case):
        self.type(CLEAR)
        self.line()
        self.output = b""
        self.type(case["keys"].encode())
        missing = ""
        try:
            for text in case["shows"]:
                self.until(lambda: text in self.screen(), f"not shown: {text}")
        except TimeoutError:
            missing = text
        line = self.line()
        return {"line": line, "screen": self.screen(), "missing": missing}

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def main():
    order = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as directory:
        shell = Shell(order["argv"], order["env"], directory)
        try:
            for line in order["setup"]:
                shell.type(line.encode() + b"\r")
            # The binding exists once the line that makes it has been run.
            shell.type(b"printf 'drive-%s\\n' ready\r")
            shell.until(lambda: "drive-ready" in shell.screen(), "the shell does not start")
            answers = [shell.run(case) for case in order["cases"]]
        finally:
            shell.end()
    json.dump(answers, sys.stdout)


main()
