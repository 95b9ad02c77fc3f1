"""What is written about a photo: in its features, inside the file, and in its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from tintype import Asset

CAPTION_FACTS = ("caption", "title", "description", "headline")
KEYWORD_FACTS = ("keywords", "tags", "people", "places", "place", "date")
# EXIF 2.32 tags: ImageDescription, Copyright, DateTimeOriginal; Microsoft's XPTitle, XPComment, XPKeywords, XPSubject.
EXIF_DESCRIPTION, EXIF_COPYRIGHT, EXIF_TAKEN = 0x010E, 0x8298, 0x9003
EXIF_IFD = 0x8769
XP_TEXTS = (0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F)
# IPTC-IIM record 2: object name, keywords, caption, copyright notice.
IPTC_TEXTS, IPTC_KEYWORDS, IPTC_COPYRIGHT = ((2, 105), (2, 5), (2, 120)), (2, 25), (2, 116)
CAMERA_NAMES = re.compile(r"^(img|dsc|dscf|dscn|pict|scan|image|photo)?[\W_\d]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Caption:
    """What is known of a photo in words.

    Attributes:
        text: what it shows, in a sentence or two; from its file name at worst.
        written: whether somebody wrote ``text`` down, or it was made from the file name.
        keywords: further words: tags, people, places, folders.
        rights: copyright notice or licence, where there is one.
    """

    text: str
    written: bool
    keywords: str
    rights: str


def caption_of(asset: Asset) -> Caption:
    """Gather what is written about a photo."""
    facts = asset.features.facts if asset.features else {}
    embedded = dict(_embedded(asset))
    texts = [str(facts[name]) for name in CAPTION_FACTS if facts.get(name)] + embedded.get("texts", [])
    texts = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    path = PurePosixPath(asset.item.path)
    name = "" if CAMERA_NAMES.match(path.stem) else readable(path.stem)
    words = [word for fact in KEYWORD_FACTS for word in _words(facts.get(fact))]
    words += embedded.get("keywords", []) + [readable(part) for part in path.parts[:-1]] + ([name] if texts else [])
    rights = str(facts.get("licence") or facts.get("copyright") or "") or " ".join(embedded.get("rights", []))
    return Caption("; ".join(texts) or name, bool(texts), " ".join(words), rights)


def readable(name: str) -> str:
    """``grace_hopper-1984`` as ``grace hopper 1984``, ``SummerAtTheLake`` as ``Summer At The Lake``."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", " ", name)
    return " ".join(re.split(r"[\W_]+", spaced)).strip()


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str | int):
        yield str(value)
    elif isinstance(value, list | tuple):
        yield from (str(word) for word in value if isinstance(word, str | int))


def _embedded(asset: Asset) -> Iterator[tuple[str, list[str]]]:
    """What EXIF and IPTC inside the file say."""
    from PIL import Image, IptcImagePlugin

    try:
        with Image.open(asset.path) as image:
            exif = image.getexif()
            iptc = IptcImagePlugin.getiptcinfo(image) or {}
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return  # the archive's own stages report what cannot be read
    texts = [_decoded(exif.get(EXIF_DESCRIPTION))]
    texts += [_decoded(exif.get(tag), "utf-16-le") for tag in XP_TEXTS]
    texts += [_decoded(iptc.get(key)) for key in IPTC_TEXTS]
    yield "texts", [text for text in texts if text and not CAMERA_NAMES.match(text)]
    keywords = iptc.get(IPTC_KEYWORDS) or []
    keywords = [_decoded(word) for word in (keywords if isinstance(keywords, list) else [keywords])]
    taken = _decoded(exif.get_ifd(EXIF_IFD).get(EXIF_TAKEN))
    yield "keywords", [*keywords, taken[:4]]
    yield "rights", [text for text in (_decoded(exif.get(EXIF_COPYRIGHT)), _decoded(iptc.get(IPTC_COPYRIGHT))) if text]


def _decoded(value: Any, encoding: str = "utf-8") -> str:
    if isinstance(value, bytes | tuple):
        value = bytes(value).decode(encoding, "replace")
    return value.replace("\0", "").strip() if isinstance(value, str) else ""
