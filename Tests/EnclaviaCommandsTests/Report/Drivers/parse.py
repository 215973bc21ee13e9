#!/usr/bin/env python3
"""Prints what html5lib, a parser of the HTML standard, makes of each page on stdin (a JSON list), as JSON."""

import json
import sys

import html5lib


def outline(html):
    document = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    elements = []
    links = []
    policies = []
    for element in document.iter():
        if not isinstance(element.tag, str):
            elements.append("comment")
            continue
        elements.append(" ".join([element.tag, *sorted(map(str, element.attrib))]))
        if element.tag == "a":
            links.append(element.attrib.get("href", ""))
        if element.tag == "meta":
            policies.append(" ".join(f"{name}={value}" for name, value in element.attrib.items()))
    texts = ["".join(element.itertext()) for element in document.iter("bdi")]
    titles = ["".join(element.itertext()) for element in document.iter()
              if isinstance(element.tag, str) and element.tag.endswith(("title", "desc"))]
    return {"elements": elements, "links": links, "metas": policies, "isolated": texts,
            "titles": titles}


json.dump([outline(html) for html in json.load(sys.stdin)], sys.stdout)
