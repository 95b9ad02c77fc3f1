"""Every error that a user can meet, each with a code that stays the same across releases.

An error says what happened and where in ``message``, and what to do next in ``hint``.  The code survives the
process boundary: the add-on and scripts decide by it, never by the text.
"""

from __future__ import annotations


class TintypeError(Exception):
    """Something that the user can put right.

    Args:
        message: what happened, with the value, and where.
        hint: what to do next, as an instruction.
        details: further facts for scripts, JSON-serialisable.
    """

    code = "tintype-error"

    def __init__(self, message: str, *, hint: str = "", details: dict[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details or {}

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def as_dict(self) -> dict[str, object]:
        """Return what crosses the process boundary: code, message, hint and details."""
        return {"code": self.code, "message": self.message, "hint": self.hint, "details": self.details}


class FilmFileError(TintypeError):
    """film.toml cannot be read, or says something that Tintype does not understand."""

    code = "film-invalid"


class FilmNotFound(FilmFileError):
    code = "film-not-found"


class SettingsInvalid(FilmFileError):
    """A stage's settings do not fit the provider's own model."""

    code = "settings-invalid"


class ConsentError(TintypeError):
    """The film's consent does not cover what was asked for."""

    code = "consent-missing"


class ConsentExpired(ConsentError):
    code = "consent-expired"


class ConsentScope(ConsentError):
    code = "consent-scope"


class ArchiveFileMissing(TintypeError):
    code = "archive-file-missing"


class PhotoUnreadable(TintypeError):
    code = "photo-unreadable"


class FaceNotFound(TintypeError):
    """The photo has no face that a head can be built from."""

    code = "face-not-found"


class AudioUnreadable(TintypeError):
    code = "audio-unreadable"


class LetterUnreadable(TintypeError):
    code = "letter-unreadable"


class SpeechFailed(TintypeError):
    """The synthesiser could not speak the line."""

    code = "speech-failed"


class LanguageUnsupported(SpeechFailed):
    code = "language-unsupported"


class AlignmentFailed(TintypeError):
    code = "alignment-failed"


class ProviderUnknown(TintypeError):
    """The film names a provider that no installed plugin offers."""

    code = "provider-unknown"


class PluginBroken(TintypeError):
    """A plugin could not be loaded, or does not keep the contract."""

    code = "plugin-broken"


class PluginFailed(TintypeError):
    """A plugin raised something that is not a :class:`TintypeError` while it ran."""

    code = "plugin-failed"


class ModelMissing(TintypeError):
    """A plugin needs a model that is not on this machine; the hint says where to get it."""

    code = "model-missing"


class ModelUnreadable(ModelMissing):
    """Model files on the disk are incomplete, damaged, or of another kind than the plugin runs."""

    code = "model-unreadable"


class NewPluginRefused(TintypeError):
    """A new plugin cannot be written under that name or into that folder."""

    code = "new-plugin-refused"


class DocumentInvalid(TintypeError):
    """A document on disk or in a message is damaged, or of a version this engine does not read."""

    code = "document-invalid"


class TrackInvalid(DocumentInvalid):
    code = "track-invalid"


class Cancelled(TintypeError):
    """The user stopped the job.  Everything finished so far is kept."""

    code = "cancelled"

    def __init__(self, message: str = "Stopped. What was finished is kept.", *, hint: str = "") -> None:
        super().__init__(message, hint=hint or "Run again to go on from there.")


class BlenderMissing(TintypeError):
    code = "blender-missing"


class RenderFailed(TintypeError):
    code = "render-failed"


class FilmBusy(TintypeError):
    """Another engine is working on the same film."""

    code = "film-busy"


class UserSettingsInvalid(TintypeError):
    """The user's config.toml is damaged."""

    code = "user-settings-invalid"


class CredentialsError(TintypeError):
    """A file cannot be signed, or its content credentials cannot be read."""

    code = "credentials-failed"


class ForgetFailed(TintypeError):
    """Derived data of a person could not be removed."""

    code = "forget-failed"


class ExportFailed(TintypeError):
    """A film cannot be written in the format that was asked for."""

    code = "export-failed"


class StorageFailed(TintypeError):
    """The disk is full, or the film's folder may not be written."""

    code = "storage-failed"
