"""What `mkdocs build` does differently for this repository (mkdocs.yml names this file).

The pages are written for two readers: a file browser, which shows docs/index.md and links such as ../ARCHITECTURE.md
as they are, and the site. For the site
  - the Markdown files in the root of the repository become pages (README.md is readme.md there, and so on),
  - links between the root and docs/ are turned to these pages; links to other files lose their link,
  - a code block that says where its code is from (file=... region=...) gets that as its title,
  - pages that mkdocs.yml names and that do not exist are left out of the navigation.
"""

import os
import re

from mkdocs.structure.files import File
from mkdocs.structure.nav import Link

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
FENCE = re.compile(r"^```(?P<language>\w*)(?: +file=(?P<file>\S+))?(?: +region=\S+)?$")


def root_pages():
    """Page names by file names: {"readme.md": "README.md", ...}."""
    return {name.lower(): name for name in os.listdir(ROOT) if name.endswith(".md")}


def exists(page, docs_dir):
    return page in root_pages() or os.path.exists(os.path.join(docs_dir, page))


def without_missing_pages(nav, docs_dir):
    """The navigation without pages that do not exist, and without sections that are empty then."""
    kept = []
    for item in nav:
        (title, target), = item.items()
        if isinstance(target, list):
            target = without_missing_pages(target, docs_dir)
            if target:
                kept.append({title: target})
        elif exists(target, docs_dir):
            kept.append(item)
    return kept


def on_config(config):
    config["nav"] = without_missing_pages(config["nav"], config["docs_dir"])
    return config


def on_files(files, config):
    for file in list(files):
        is_ours = file.abs_src_path.startswith(config["docs_dir"])
        is_shown = file.is_documentation_page() or file.src_path.startswith("images/") or file.src_path == "site.css"
        if is_ours and not is_shown:
            files.remove(file)  # what belongs to the API reference
    for page, name in root_pages().items():
        file = File(page, ROOT, config["site_dir"], config["use_directory_urls"])
        file.abs_src_path = os.path.join(ROOT, name)
        files.append(file)
    return files


def on_nav(nav, config, files):
    nav.homepage = files.get_file_from_path("index.md").page  # MkDocs looks for it outside of sections only
    nav.items.append(Link("API reference", "api/index.html"))
    return nav


def link_for_site(match, page):
    """A link of a page in docs/, or in the root, as the site has it."""
    target, hash_sign, anchor = match["target"].partition("#")
    if not target or re.match(r"\w+:", target):
        return match[0]
    in_root = page in root_pages() and not os.path.exists(os.path.join(ROOT, "docs", page))
    path = os.path.normpath(os.path.join("." if in_root else "docs", target))
    if path.startswith("docs/"):
        there = path[len("docs/"):]
    elif path.lower() in root_pages():
        there = path.lower()
    else:
        return match["text"]
    return "%s[%s](%s%s%s)" % (match["image"], match["text"], there, hash_sign, anchor)


def on_page_markdown(markdown, page, config, files):
    out, text, in_code = [], [], False

    def flush():
        out.append(LINK.sub(lambda match: link_for_site(match, page.file.src_path), "\n".join(text)))
        text.clear()

    for line in markdown.split("\n"):
        fence = FENCE.match(line)
        if fence and not in_code:
            flush()
            if fence["file"]:
                line = '```%s title="%s"' % (fence["language"], fence["file"])
        if fence or in_code:
            out.append(line)
        else:
            text.append(line)
        in_code = in_code != bool(fence)
    flush()
    return "\n".join(out)
