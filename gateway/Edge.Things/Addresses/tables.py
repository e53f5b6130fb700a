#!/usr/bin/env python3
"""Writes unicode.bin: what addresses need to know of Unicode, from the facts in Python's unicodedata.

The gateway runs without ICU, and .NET then neither normalizes nor tells bidirectional classes. Run it again with a newer Python to
follow a newer Unicode; RFC 8264 wants unassigned code points refused, so an old file refuses what is new, and nothing else changes.

Sections, each a count and then its entries, all numbers as LEB128, code points as differences to the one before:
identifier, freeform, idna (ranges: from, length), wide (from, to), classes (range, combining class), decompositions (from, 1 or 2 parts,
whether they compose again), directions (range, kind), unsteady (ranges: from, length).
"""
import os
import sys
import unicodedata as u

EVERYTHING = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]

# RFC 5892 section 2.6 and RFC 8264 section 9.6; the contextual ones (J and O) are rules in the code.
VALID = {0x00DF, 0x03C2, 0x06FD, 0x06FE, 0x0F0B, 0x3007}
CONTEXT = {0x00B7, 0x0375, 0x05F3, 0x05F4, 0x30FB, 0x200C, 0x200D} | set(range(0x660, 0x66A)) | set(range(0x6F0, 0x6FA))
NEVER = {0x0640, 0x07FA, 0x302E, 0x302F, 0x3031, 0x3032, 0x3033, 0x3034, 0x3035, 0x303B}
DIRECTIONS = {'R': 1, 'AL': 1, 'L': 2, 'EN': 3, 'AN': 4, 'NSM': 5, 'ES': 6, 'CS': 6, 'ET': 6, 'ON': 6, 'BN': 6}


def is_jamo(c):
    return 0x1100 <= c <= 0x11FF or 0xA960 <= c <= 0xA97F or 0xD7B0 <= c <= 0xD7FF


def is_ignorable(c):
    """Default_Ignorable_Code_Point or Noncharacter_Code_Point (UCD, DerivedCoreProperties)."""
    return (c in (0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0) or 0x180B <= c <= 0x180F
            or 0x200B <= c <= 0x200F or 0x202A <= c <= 0x202E or 0x2060 <= c <= 0x206F or 0xFE00 <= c <= 0xFE0F
            or 0xFFF0 <= c <= 0xFFF8 or 0x1BCA0 <= c <= 0x1BCA3 or 0x1D173 <= c <= 0x1D17A or 0xE0000 <= c <= 0xE0FFF
            or 0xFDD0 <= c <= 0xFDEF or c & 0xFFFE == 0xFFFE)


def is_identifier(c):
    """RFC 8264 section 8, for IdentifierClass."""
    if c in VALID:
        return True
    if c in CONTEXT or c in NEVER or u.category(chr(c)) == 'Cn':
        return False
    if 0x21 <= c <= 0x7E:
        return True
    if is_jamo(c) or is_ignorable(c) or u.category(chr(c)) == 'Cc' or u.normalize('NFKC', chr(c)) != chr(c):
        return False
    return u.category(chr(c)) in ('Ll', 'Lu', 'Lo', 'Nd', 'Lm', 'Mn', 'Mc')


def is_freeform(c):
    """RFC 8264 section 8, for FreeformClass."""
    if is_identifier(c):
        return True
    if c in CONTEXT or c in NEVER or u.category(chr(c)) in ('Cn', 'Cc') or is_jamo(c) or is_ignorable(c):
        return False
    if u.normalize('NFKC', chr(c)) != chr(c):
        return True
    return u.category(chr(c)) in ('Lt', 'Nl', 'No', 'Me', 'Zs', 'Sm', 'Sc', 'Sk', 'So', 'Pc', 'Pd', 'Ps', 'Pe', 'Pi', 'Pf', 'Po')


def is_idna(c):
    """RFC 5892 section 3: PVALID."""
    if c in VALID:
        return True
    if c in CONTEXT or c in NEVER or u.category(chr(c)) == 'Cn':
        return False
    if c == 0x2D or 0x30 <= c <= 0x39 or 0x61 <= c <= 0x7A:
        return True
    folded = u.normalize('NFKC', u.normalize('NFKC', chr(c)).casefold())
    if folded != chr(c) or is_ignorable(c) or chr(c).isspace() or is_jamo(c) or 0x20D0 <= c <= 0x20FF or 0x1D100 <= c <= 0x1D24F:
        return False
    return u.category(chr(c)) in ('Ll', 'Lu', 'Lo', 'Nd', 'Lm', 'Mn', 'Mc')


def is_unsteady(c):
    """Valid in FreeformClass, but SASLprep (RFC 4013, Unicode 3.2) makes something else of it, or does not know it; spaces apart, which all make a space."""
    if not is_freeform(c) or u.category(chr(c)) == 'Zs':
        return False
    old = u.ucd_3_2_0
    # RFC 3454 tables C.6 and C.7: the replacement character and its like, ideographic descriptions.
    return (0xFFFC <= c <= 0xFFFD or 0x2FF0 <= c <= 0x2FFB or old.category(chr(c)) == 'Cn' or old.normalize('NFKC', chr(c)) != old.normalize('NFC', chr(c))
            or u.normalize('NFKC', chr(c)) != u.normalize('NFC', chr(c)))


def ranges(of):
    """(from, length, value) of neighbours with the same value; 0 is left out."""
    found = []
    for c in EVERYTHING:
        value = int(of(c))
        if value and found and found[-1][2] == value and found[-1][0] + found[-1][1] == c:
            found[-1][1] += 1
        elif value:
            found.append([c, 1, value])
    return found


def number(n):
    out = bytearray()
    while n > 0x7F:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def signed(n):
    return number(n << 1 if n >= 0 else (-n << 1) - 1)


def section(entries):
    out, last = bytearray(number(len(entries))), 0
    for first, rest in entries:
        out += number(first - last) + rest
        last = first
    return bytes(out)


def plain(of):
    return section([(first, number(length)) for first, length, _ in ranges(of)])


def valued(of):
    return section([(first, number(length) + number(value)) for first, length, value in ranges(of)])


def wide():
    entries = []
    for c in EVERYTHING:
        kind, _, rest = u.decomposition(chr(c)).partition(' ')
        if kind in ('<wide>', '<narrow>') and ' ' not in rest:
            entries.append((c, signed(int(rest, 16) - c)))
    return section(entries)


def decompositions():
    entries = []
    for c in EVERYTHING:
        text = u.decomposition(chr(c))
        if not text or text.startswith('<'):
            continue
        parts = [int(p, 16) for p in text.split()]
        composes = len(parts) == 2 and u.normalize('NFC', ''.join(map(chr, parts))) == chr(c)
        entries.append((c, number(len(parts) << 1 | composes) + b''.join(signed(p - c) for p in parts)))
    return section(entries)


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'unicode.bin')
    with open(path, 'wb') as out:
        out.write(plain(is_identifier))
        out.write(plain(is_freeform))
        out.write(plain(is_idna))
        out.write(wide())
        out.write(valued(lambda c: u.combining(chr(c))))
        out.write(decompositions())
        out.write(valued(lambda c: DIRECTIONS.get(u.bidirectional(chr(c)), 0)))
        out.write(plain(is_unsteady))
    print(f'{path}: Unicode {u.unidata_version}, {os.path.getsize(path)} bytes', file=sys.stderr)


if __name__ == '__main__':
    main()
