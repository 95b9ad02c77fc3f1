"""The words of a Rich Text Format file.

Source:
    Microsoft 2008, "Rich Text Format (RTF) Specification, version 1.9.1": groups, control words, hexadecimal and
    Unicode characters; destinations that hold no words are passed over.
"""

from __future__ import annotations

import re

from tintype.errors import LetterUnreadable

TOKEN = re.compile(rb"\\'([0-9a-fA-F]{2})|\\([a-z]+)(-?\d+)? ?|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE)
WORDLESS = frozenset({
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "headerl", "headerr", "footer", "footerl",
    "footerr", "footnote", "generator", "listtable", "listoverridetable", "rsidtbl", "themedata", "datastore",
    "latentstyles", "xmlnstbl", "filetbl", "revtbl", "fldinst",
})  # fmt: skip
SIGNS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "tab": "\t", "cell": "\t",
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
}  # fmt: skip
ESCAPED = {b"\\": "\\", b"{": "{", b"}": "}", b"~": " ", b"_": "-", b"\n": "\n", b"\r": "\n"}


def rtf_text(data: bytes) -> str:
    """The text of an RTF file.

    Raises:
        LetterUnreadable: it is no RTF.
    """
    if not data.lstrip().startswith(b"{\\rtf"):
        raise LetterUnreadable("This is no RTF file, whatever its name says.", hint="Save it again as .rtf or .docx.")
    words: list[str] = []
    codepage = "cp1252"
    wordless, after_unicode, skip = False, 1, 0  # skip: replacement characters that follow a Unicode one
    outer: list[tuple[bool, int]] = []
    starred = False
    for match in TOKEN.finditer(data):
        hexadecimal, word, number, sign, brace, text = match.groups()
        if brace == b"{":
            outer.append((wordless, after_unicode))
        elif brace == b"}":
            wordless, after_unicode = outer.pop() if outer else (False, 1)
        elif sign == b"*":
            starred = True
            continue
        elif word:
            name = word.decode()
            if starred or name in WORDLESS:
                wordless = True
            elif name == "ansicpg" and number:
                codepage = f"cp{int(number)}"
            elif name == "uc" and number:
                after_unicode = int(number)
            elif name == "u" and number and not wordless:
                words.append(chr(int(number) % 65536))
                skip = after_unicode
            elif name in SIGNS and not wordless:
                words.append(SIGNS[name])
        elif hexadecimal and not wordless:
            if skip:
                skip -= 1
            else:
                words.append(_decoded(bytes.fromhex(hexadecimal.decode()), codepage))
        elif sign and not wordless:
            words.append(ESCAPED.get(sign, ""))
        elif text and not wordless:
            words.append(_decoded(text[skip:], codepage))
            skip = max(0, skip - len(text))
        starred = False
    # Characters beyond the first plane come as two surrogates.
    return "".join(words).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _decoded(data: bytes, codepage: str) -> str:
    try:
        return data.decode(codepage, "replace")
    except LookupError:
        return data.decode("cp1252", "replace")
