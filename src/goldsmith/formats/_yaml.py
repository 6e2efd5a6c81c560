"""The little of YAML that a data.yaml is made of: scalars, lists and numbered names, in block or flow style."""

from __future__ import annotations

import json
import re

Yaml = dict[str, list[str]]

_FLOW_ENTRY = re.compile(r"""\s*(?:['"]?\d+['"]?\s*:\s+)?(?:'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[^,]+)""")
_COMMENT = re.compile(r"""((?:'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[^'"#]|(?<!\s)#)*?)(?:(?:^|\s)#.*)?$""")


def read_yaml(text: str) -> Yaml:
    """Every top key with its values in order; a key with one plain value has a list of one."""
    found: Yaml = {}
    key = ""
    for line in _joined(text):
        if top := re.match(r"([\w-]+)\s*:(?:\s+(.*)|$)", line):
            key = top[1]
            found[key] = _values(top[2] or "")
        elif entry := re.match(r"\s*(?:-|['\"]?\d+['\"]?\s*:)\s+(.*)", line):
            found.setdefault(key, []).append(_scalar(entry[1]))
    return found


def _joined(text: str) -> list[str]:
    """Lines without comments; a bracket left open takes in the lines that follow."""
    lines: list[str] = []
    for raw in text.replace("\r\n", "\n").split("\n"):
        match = _COMMENT.match(raw)
        line = (match[1] if match else raw).rstrip()
        if lines and _is_open(lines[-1]):
            lines[-1] += " " + line.strip()
        elif line.strip():
            lines.append(line)
    return lines


def _is_open(line: str) -> bool:
    bare = re.sub(r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*\"""", "", line)
    return len(re.findall(r":\s*[\[{]", bare)) > len(re.findall(r"[\]}]", bare))


def _values(text: str) -> list[str]:
    text = text.strip()
    if text[:1] in ("[", "{"):
        parts = [part for part in _FLOW_ENTRY.findall(text.strip("[]{}")) if part.strip()]
        return [_scalar(re.sub(r"^\s*['\"]?\d+['\"]?\s*:\s+", "", p) if text[0] == "{" else p) for p in parts]
    return [_scalar(text)] if text else []


def _scalar(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        return str(json.loads(text))
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    return text
