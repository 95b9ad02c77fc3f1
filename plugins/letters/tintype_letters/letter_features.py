"""What a letter says, as ``Features.1``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tintype import Asset, Job
from tintype.documents import Features

from tintype_letters.dates import find_dates
from tintype_letters.languages import WORD, guess_language, knowledge_of
from tintype_letters.names import find_names
from tintype_letters.reading import plain_text, tidy

if TYPE_CHECKING:
    from tintype_letters import MeasureSettings


def measure(asset: Asset, settings: MeasureSettings, job: Job) -> Features:
    """Find out a letter's language, names, places and dates.

    Raises:
        LetterUnreadable: the prepared text cannot be read.
    """
    job.progress(0.0, "reading")
    text = tidy(plain_text(asset.path))
    code = settings.language or guess_language(text)
    language = knowledge_of(code)
    job.progress(0.3, "names and places")
    names = find_names(text, code, language)
    job.progress(0.7, "dates")
    facts = {
        "language": code,
        "words": len(WORD.findall(text)),
        "characters": len(text),
        "text": text[: settings.text_characters],
        "names": list(names.people),
        "places": list(names.places),
        "dates": [{"written": date.written, "iso": date.iso} for date in find_dates(text, language)],
    }
    return Features(path=asset.item.path, medium="letter", facts=facts).save(job.folder)
