"""Speaks one utterance in a process of its own: ``python -m tintype_espeak.worker FOLDER``.

eSpeak NG carries state from one utterance to the next; only the first of a fresh process repeats to the sample.
Reads ``request.json`` in FOLDER, writes ``speech.raw`` (16-bit samples) and ``events.json`` there.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tintype_espeak.library import Espeak, LibraryError


def main(folder: Path) -> None:
    import espeakng_loader

    request = json.loads((folder / "request.json").read_text("utf-8"))
    answer: dict[str, object]
    try:
        espeak = Espeak(str(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path()))
        espeak.choose_voice(request["language"], request["variant"])
        spoken = espeak.speak(request["text"], **request["parameters"])
    except LibraryError as err:
        answer = {"error": str(err)}
    else:
        (folder / "speech.raw").write_bytes(bytes(spoken.pcm))
        answer = {
            "rate_hz": espeak.rate_hz,
            "version": espeak.version,
            "phones": spoken.phones,
            "words": spoken.words,
        }
    (folder / "events.json").write_text(json.dumps(answer), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
