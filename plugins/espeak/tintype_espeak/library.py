"""libespeak-ng through ctypes: samples, and events with the sample at which each phone and word begins.

The structures follow ``speak_lib.h`` of eSpeak NG 1.52 (GPL-3.0-or-later).
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field

AUDIO_OUTPUT_SYNCHRONOUS = 2
INITIALIZE_PHONEME_EVENTS, INITIALIZE_PHONEME_IPA, INITIALIZE_DONT_EXIT = 0x1, 0x2, 0x8000
CHARS_UTF8, ENDPAUSE = 0x1, 0x1000
POS_CHARACTER = 1
PARAMETERS = {"rate": 1, "volume": 2, "pitch": 3, "range": 4}
BREATH_SEED = 1
"""Of the noise in breathy variants such as f3, which eSpeak NG seeds with the time of day."""
EVENT_END_OF_LIST, EVENT_WORD, EVENT_PHONEME = 0, 1, 7


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


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


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class LibraryError(Exception):
    """eSpeak NG refused; the message says what."""


@dataclass
class Spoken:
    """What eSpeak NG gave.

    Attributes:
        pcm: 16-bit samples in the machine's byte order.
        phones: (sample, symbol with stress marks) in order; an empty symbol is a pause.
        words: (sample, position of the first character in the text, length in characters) in order.
    """

    pcm: bytearray = field(default_factory=bytearray)
    phones: list[tuple[int, str]] = field(default_factory=list)
    words: list[tuple[int, int, int]] = field(default_factory=list)


class Espeak:
    """The library, initialised.  Its state drifts from call to call, so use one process per utterance."""

    def __init__(self, library: str, data: str) -> None:
        self._library = ctypes.CDLL(library)
        options = INITIALIZE_PHONEME_EVENTS | INITIALIZE_PHONEME_IPA | INITIALIZE_DONT_EXIT
        self.rate_hz: int = self._library.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, data.encode(), options)
        if self.rate_hz <= 0:
            raise LibraryError(f"cannot be initialised with the data in {data}")
        self._library.espeak_Info.restype = ctypes.c_char_p
        self.version: str = self._library.espeak_Info(None).decode().split()[0]
        self._library.espeak_ng_SetRandSeed(ctypes.c_long(BREATH_SEED))
        self._callback = _CALLBACK(self._receive)
        self._library.espeak_SetSynthCallback(self._callback)
        self._spoken = Spoken()

    def _receive(self, samples: object, count: int, events: object) -> int:
        if samples and count > 0:
            self._spoken.pcm += ctypes.string_at(samples, count * 2)  # type: ignore[arg-type]
        index = 0
        while (event := events[index]).type != EVENT_END_OF_LIST:  # type: ignore[index]
            if event.type == EVENT_PHONEME:
                symbol = bytes(event.id.string).split(b"\0")[0].decode("utf-8", "replace")
                self._spoken.phones.append((event.sample, symbol))
            elif event.type == EVENT_WORD:
                self._spoken.words.append((event.sample, event.text_position - 1, event.length))
            index += 1
        return 0

    def choose_voice(self, language: str, variant: str) -> None:
        """Choose a voice by language tag, with a variant such as ``f3``.

        Raises:
            LibraryError: there is no voice for the language.
        """
        name = f"{language}+{variant}" if variant else language
        if self._library.espeak_SetVoiceByName(name.encode()) == 0:
            return
        # Some tags (en-gb among them) are languages of a voice of another name.
        voice = _Voice(languages=language.encode())
        if self._library.espeak_SetVoiceByProperties(ctypes.byref(voice)) != 0:
            raise LibraryError(f"has no voice for {language!r}")
        self._library.espeak_GetCurrentVoice.restype = ctypes.POINTER(_Voice)
        found = self._library.espeak_GetCurrentVoice().contents
        if language.split("-")[0].encode() not in (found.languages or b""):
            raise LibraryError(f"has no voice for {language!r}")
        if variant:
            self._library.espeak_SetVoiceByName(found.identifier.split(b"/")[-1] + b"+" + variant.encode())

    def speak(self, text: str, **parameters: int) -> Spoken:
        """Speak plain text (never read as markup) with ``rate``, ``pitch``, ``range`` and ``volume``."""
        self._spoken = Spoken()
        for name, value in parameters.items():
            self._library.espeak_SetParameter(PARAMETERS[name], int(value), 0)
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, len(data), 0, POS_CHARACTER, 0, CHARS_UTF8 | ENDPAUSE, None, None)
        self._library.espeak_Synchronize()
        return self._spoken
