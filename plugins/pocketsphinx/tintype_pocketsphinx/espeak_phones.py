"""How a word is pronounced, by eSpeak NG through ctypes (``speak_lib.h`` of 1.52, GPL-3.0-or-later)."""

from __future__ import annotations

import ctypes
import re
from functools import cache
from threading import Lock

from tintype.errors import LanguageUnsupported

SYNCHRONOUS, DONT_EXIT = 2, 0x8000
CHARS_UTF8, IPA = 1, 2
SEPARATOR = "_"
STRESS = {"ˈ": 1, "ˌ": 2}
LANGUAGE_SWITCH = re.compile(r"\([^)]*\)")

_busy = Lock()  # the library has one state for the whole process


class _Voice(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    ]


@cache
def _library() -> ctypes.CDLL:
    import espeakng_loader

    library = ctypes.CDLL(str(espeakng_loader.get_library_path()))
    library.espeak_Initialize(SYNCHRONOUS, 0, str(espeakng_loader.get_data_path()).encode(), DONT_EXIT)
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int]
    library.espeak_GetCurrentVoice.restype = ctypes.POINTER(_Voice)
    return library


def pronounce(words: list[str], language: str) -> list[tuple[tuple[str, int], ...]]:
    """Phones of each word by itself, as (IPA symbol, stress 0 to 2); empty where eSpeak NG knows no sound for it.

    Raises:
        LanguageUnsupported: eSpeak NG has no voice for the language.
    """
    with _busy:
        _choose_voice(language.lower().replace("_", "-"))
        return [_phones(word) for word in words]


def _choose_voice(language: str) -> None:
    library = _library()
    if library.espeak_SetVoiceByName(language.encode()) == 0:
        return
    voice = _Voice(languages=language.encode())
    found = library.espeak_SetVoiceByProperties(ctypes.byref(voice)) == 0
    languages = library.espeak_GetCurrentVoice().contents.languages if found else b""
    if language.split("-")[0].encode() not in (languages or b""):
        raise LanguageUnsupported(
            f"eSpeak NG has no pronunciations for {language!r}.",
            hint="Check the line's language, or leave its text empty: phones are then recognised without it.",
        )


def _phones(word: str) -> tuple[tuple[str, int], ...]:
    buffer = ctypes.create_string_buffer(word.encode() + b"\0")
    position = ctypes.c_void_p(ctypes.addressof(buffer))
    said = []
    while position.value:
        answer = _library().espeak_TextToPhonemes(ctypes.byref(position), CHARS_UTF8, (ord(SEPARATOR) << 8) | IPA)
        said.append((answer or b"").decode("utf-8", "replace"))
    phones = []
    for symbol in re.split(rf"[{SEPARATOR}\s]+", LANGUAGE_SWITCH.sub(" ", " ".join(said))):
        stress = next((level for mark, level in STRESS.items() if mark in symbol), 0)
        plain = symbol.strip("ˈˌ-")
        if plain:
            phones.append((plain, stress))
    return tuple(phones)
