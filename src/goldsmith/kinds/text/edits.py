"""How many characters make one text of another."""

from __future__ import annotations


def edits(a: str, b: str) -> int:
    """Code points to put in, leave out or change (V. Levenshtein, 1966).

    By bit vectors as long as the shorter text: G. Myers, "A fast bit-vector algorithm for approximate string matching"
    (1999), in the form of H. Hyyrö (2003).
    """
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    a, b = sorted((a[start:len(a) - end], b[start:len(b) - end]), key=lambda text: (len(text), text))
    if not a:
        return len(b)
    where: dict[str, int] = {}
    for at, character in enumerate(a):
        where[character] = where.get(character, 0) | 1 << at
    every, last = (1 << len(a)) - 1, 1 << (len(a) - 1)
    plus, minus, count = every, 0, len(a)
    for character in b:
        same = where.get(character, 0)
        diagonal = (((same & plus) + plus) ^ plus) | same | minus
        up, down = minus | ~(diagonal | plus) & every, diagonal & plus
        count += bool(up & last) - bool(down & last)
        up, down = (up << 1 | 1) & every, down << 1 & every
        plus, minus = down | ~(diagonal | up) & every, up & diagonal
    return count
