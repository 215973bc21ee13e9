#!/usr/bin/env python3
"""Loads pages into a headless Chromium, without scripts, and prints what the browser makes of them as JSON.

Reads from stdin: {"pages": {name: path}, "views": [{"width": 390, "scheme": "dark"}], "pictures": folder or null}.
"""

import base64
import json
import os
import socket
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from chromium import Chromium

LOOK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "look.js")


def look(browser, view):
    """What the page is at one width and in one colour scheme."""
    browser.ask("Emulation.setDeviceMetricsOverride", width=view["width"], height=900,
                deviceScaleFactor=1, mobile=False)
    scheme = {"name": "prefers-color-scheme", "value": view["scheme"]}
    browser.ask("Emulation.setEmulatedMedia", media="", features=[scheme])
    with open(LOOK, encoding="utf-8") as file:
        return browser.evaluate(file.read())


def picture(browser, path):
    size = browser.ask("Page.getLayoutMetrics")["cssContentSize"]
    clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 6000), "scale": 1}
    data = browser.ask("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)["data"]
    with open(path, "wb") as file:
        file.write(base64.b64decode(data))


def named_images(browser):
    """The names of all images of the accessibility tree."""
    nodes = browser.ask("Accessibility.getFullAXTree")["nodes"]
    images = [node for node in nodes
              if not node["ignored"] and node["role"]["value"] in ("img", "image")]
    return [node.get("name", {}).get("value", "") for node in images]


def connections(browser, html, folder):
    """How many connections are made when `html` holds an image of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        image = f'<img src="http://127.0.0.1:{server.getsockname()[1]}/x">'
        path = os.path.join(folder, "image.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(html.replace("<main", image + "<main", 1))
        # A page whose image does not answer does not end to load.
        browser.ask("Page.navigate", url="file://" + path)
        count = 0
        end = time.monotonic() + 1
        while time.monotonic() < end:
            try:
                server.accept()[0].close()
                count += 1
                break
            except BlockingIOError:
                browser.wait(0.05)
        return count


def main():
    job = json.load(sys.stdin)
    result = {"pages": {}}
    with tempfile.TemporaryDirectory() as folder, Chromium(folder) as browser:
        for domain in ("Page", "Network", "Accessibility", "Runtime"):
            browser.ask(domain + ".enable")
        browser.ask("Emulation.setScriptExecutionDisabled", value=True)
        for name, path in job["pages"].items():
            requests = browser.open("file://" + path)
            views = []
            for view in job["views"]:
                views.append(look(browser, view) | view)
                if job.get("pictures"):
                    file = f"{name}-{view['width']}-{view['scheme']}.png"
                    picture(browser, os.path.join(job["pictures"], file))
            result["pages"][name] = {
                "requests": requests, "images": named_images(browser), "views": views}
        with open(next(iter(job["pages"].values())), encoding="utf-8") as file:
            html = file.read()
        policy = "Content-Security-Policy"
        result["connectionsWithPolicy"] = connections(browser, html, folder)
        result["connectionsWithout"] = connections(browser, html.replace(policy, "x"), folder)
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
