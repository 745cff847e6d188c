#!/usr/bin/env python3
"""Builds the site (scripts/site, which fails on warnings) and follows every link in it that stays in it."""

import os
import shutil
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SKIPPED = 77


class Page(HTMLParser):
    """The links of a page, what it loads, and the places in it that can be linked to."""

    def __init__(self, path):
        super().__init__()
        self.links, self.loads, self.anchors = [], [], set()
        with open(path, encoding="utf-8") as file:
            self.feed(file.read())

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.anchors.update(values[name] for name in ("id", "name") if values.get(name))
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        elif tag == "link" and values.get("href") and values.get("rel") in ("stylesheet", "preconnect", "icon"):
            self.loads.append(values["href"])
        elif tag in ("script", "img", "iframe") and values.get("src"):
            self.loads.append(values["src"])


def pages_below(site):
    for folder, _, names in os.walk(site):
        for name in names:
            if name.endswith(".html") and name != "404.html":  # whose links begin at the site's root
                path = os.path.join(folder, name)
                yield path, Page(path)


def check(site):
    """Messages: links that lead nowhere, and what a page would load from elsewhere."""
    pages = dict(pages_below(site))
    messages = []
    for path, page in sorted(pages.items()):
        where = os.path.relpath(path, site)
        messages += ["%s: loads %s" % (where, url) for url in page.loads if urlsplit(url).netloc]
        for url in page.links + page.loads:
            parts = urlsplit(url)
            if parts.scheme or parts.netloc:
                continue
            target = os.path.normpath(os.path.join(os.path.dirname(path), unquote(parts.path))) if parts.path else path
            if not os.path.isfile(target):
                messages.append("%s: %s leads nowhere" % (where, url))
            elif parts.fragment and target in pages and not where.startswith("api" + os.sep) \
                    and unquote(parts.fragment) not in pages[target].anchors:
                messages.append("%s: %s: there is no such place on that page" % (where, url))
    for name in ("index.html", "api/index.html", "api/files.html", "architecture.html", "readme.html"):
        if not os.path.isfile(os.path.join(site, name)):
            messages.append("%s is missing" % name)
    return messages


def main():
    missing = [tool for tool in ("mkdocs", "doxygen") if shutil.which(tool) is None]
    if missing:
        print("skipped: %s not installed (scripts/setup docs)" % ", ".join(missing))
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        site = os.path.join(folder, "site")
        done = subprocess.run([os.path.join(ROOT, "scripts", "site"), site], check=False)
        if done.returncode != 0:
            print("scripts/site ended with %d" % done.returncode)
            return 1
        messages = check(site)
    for message in messages:
        print(message)
    print("site: %d messages" % len(messages))
    return 1 if messages else 0


if __name__ == "__main__":
    sys.exit(main())
