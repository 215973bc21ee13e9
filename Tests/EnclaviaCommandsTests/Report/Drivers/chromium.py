"""A headless Chromium that speaks the DevTools protocol over a pair of pipes."""

import fcntl
import json
import os
import select
import subprocess
import time

LIMIT = 40


class Chromium:
    """A browser with one page. It keeps its files below `folder` and needs no home directory."""

    def __init__(self, folder):
        self.folder = folder
        self.number = 0
        self.buffer = b""
        self.events = []
        self.session = None

    def __enter__(self):
        commands, self.out = os.pipe()
        self.answers, events = os.pipe()
        # The browser reads from 3 and writes to 4: neither may be one of these numbers already.
        commands, events = (fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 10) for fd in (commands, events))

        def pipes():
            os.dup2(commands, 3)
            os.dup2(events, 4)

        arguments = [
            "chromium", "--headless=new", "--remote-debugging-pipe", "--no-sandbox",
            "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-extensions", "--no-proxy-server", "--hide-scrollbars",
            f"--user-data-dir={self.folder}/profile", "about:blank"]
        environment = os.environ | {
            "HOME": self.folder, "XDG_CONFIG_HOME": self.folder, "XDG_CACHE_HOME": self.folder}
        with open(f"{self.folder}/chromium.log", "wb") as log:
            self.process = subprocess.Popen(
                arguments, env=environment, preexec_fn=pipes, pass_fds=(3, 4),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        os.close(commands)
        os.close(events)
        targets = self.ask("Target.getTargets")["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        self.session = self.ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        return self

    def __exit__(self, *_):
        self.session = None
        try:
            self.ask("Browser.close")
            self.process.wait(10)
        except (RuntimeError, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()

    def ask(self, method, **parameters):
        """The result of a command."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + LIMIT
        while True:
            answer = self.read(end)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def read(self, end):
        """The next message, which comes before `end`."""
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.answers], [], [], max(0, end - time.monotonic()))
            part = os.read(self.answers, 1 << 20) if ready else b""
            if not part:
                with open(f"{self.folder}/chromium.log", encoding="utf-8", errors="replace") as log:
                    raise RuntimeError("chromium does not answer: " + log.read()[-2000:])
            self.buffer += part
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def wait(self, seconds):
        """Lets events come in for a while."""
        end = time.monotonic() + seconds
        while b"\0" in self.buffer or select.select([self.answers], [], [],
                                                    max(0, end - time.monotonic()))[0]:
            self.events.append(self.read(end + LIMIT))

    def evaluate(self, script):
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"]["value"]

    def open(self, address):
        """Loads a page to its end.

        Returns the addresses of all requests.
        """
        self.events = []
        self.ask("Page.navigate", url=address)
        end = time.monotonic() + LIMIT
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.read(end))
        self.wait(0.1)
        return [event["params"]["request"]["url"] for event in self.events
                if event.get("method") == "Network.requestWillBeSent"]
