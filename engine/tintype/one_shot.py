"""Runs a single stage outside a film, as the commands ``speak``, ``head``, ``animate`` and ``features`` do."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from tintype.archive_files import SUFFIXES, medium_of, transcript_of
from tintype.documents import Archive, Features, Medium, Speech
from tintype.errors import ArchiveFileMissing, PluginFailed
from tintype.hookspecs import Asset
from tintype.job import Job
from tintype.plugins import Plugins
from tintype.project import DEFAULT_PROVIDERS

T = TypeVar("T")


def default_provider(stage: str, medium: Medium | None = None) -> str:
    """The embedded default of a stage, for one medium where the stage chooses by medium."""
    choice = DEFAULT_PROVIDERS[stage]
    return choice if isinstance(choice, str) else choice[medium or "photo"]


class Bench:
    """A temporary place to run stages in, one folder per stage."""

    def __init__(self, plugins: Plugins, folder: Path, seed: int = 0) -> None:
        self.plugins = plugins
        self.folder = folder
        self.seed = seed
        self._runs = 0

    def run(
        self,
        stage: str,
        document: type[T],
        arguments: dict[str, Any],
        *,
        provider: str | None = None,
        medium: Medium | None = None,
        settings: dict[str, Any] | None = None,
    ) -> T:
        """Run one stage by the named provider, or by the embedded default."""
        plugin = self.plugins.provider(stage, provider or default_provider(stage, medium))
        folder = self.folder / f"{self._runs:02d}-{stage}"
        self._runs += 1
        folder.mkdir()
        chosen = self.plugins.settings(stage, plugin, settings or {})
        result = self.plugins.call(stage, plugin, **arguments, settings=chosen, job=Job(folder, self.seed))
        if not isinstance(result, document):
            raise PluginFailed(f"The plugin {plugin.name!r} returned {type(result).__name__} from {stage}.")
        return result

    def asset(self, path: Path, *, features: bool = False) -> Asset:
        """Prepare one file of an archive, and measure it if ``features``.

        Raises:
            ArchiveFileMissing: it does not exist, or is of no kind that an archive holds.
        """
        path = path.resolve()
        if not path.is_file():
            raise ArchiveFileMissing(f"{path} does not exist.", hint="Check the name.")
        medium = medium_of(path)
        if medium is None:
            known = " ".join(sorted(suffix for suffixes in SUFFIXES.values() for suffix in suffixes))
            raise ArchiveFileMissing(
                f"{path.name} is neither a photo, a recording, footage nor a letter.",
                hint=f"Files of these kinds are read: {known}.",
            )
        archive = self.run(
            "prepare_archive",
            Archive,
            {"root": path.parent, "files": (path,), "medium": medium},
            medium=medium,
        )
        item = archive.items[0]
        asset = Asset(
            item=item,
            path=archive.file(item.prepared) if item.prepared else path,
            transcript=transcript_of(path) if medium == "recording" else "",
        )
        if not features:
            return asset
        measured = self.run("extract_features", Features, {"asset": asset}, medium=medium)
        return Asset(asset.item, asset.path, measured, asset.transcript)

    def align(self, recording: Path, text: str, language: str) -> Speech:
        """Find the phones of a recording, whose words may be unknown (``text`` empty)."""
        arguments = {"recording": self.asset(recording).path, "text": text, "language": language}
        return self.run("align_speech", Speech, arguments)


@contextmanager
def bench(plugins: Plugins, seed: int = 0) -> Iterator[Bench]:
    """A bench whose folder is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="tintype-") as folder:
        yield Bench(plugins, Path(folder), seed)
