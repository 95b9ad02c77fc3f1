"""What belongs to the user and not to a film: where keys are kept, and who may be trusted.

``config.toml`` in the user's config folder, each value of which an environment variable overrides::

    [credentials]
    certificate = "/studio/keys/chain.pem"     # TINTYPE_CERTIFICATE: leaf first, then its issuers
    key = "/studio/keys/key.pem"               # TINTYPE_KEY; its passphrase, if any, in TINTYPE_KEY_PASSPHRASE
    trust_list = "/studio/keys/trust.pem"      # TINTYPE_TRUST_LIST: certificates of those whose signatures count

``TINTYPE_HOME`` puts config and data into one folder of the user's choice.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from pydantic import Field, ValidationError

from tintype.documents.base import Model, first_problem
from tintype.errors import UserSettingsInvalid

MAX_CONFIG_BYTES = 1_000_000


class CredentialsSettings(Model):
    """[credentials]"""

    certificate: Path | None = Field(None, description="Certificate chain to sign with (PEM), leaf first.")
    key: Path | None = Field(None, description="Private key of the first certificate (PEM, PKCS 8).")
    trust_list: Path | None = Field(None, description="Certificates (PEM) of those whose signatures are trusted.")


class UserSettings(Model):
    """config.toml"""

    credentials: CredentialsSettings = Field(default_factory=CredentialsSettings)


def data_folder() -> Path:
    """Where what Tintype makes for this user is kept."""
    home = os.environ.get("TINTYPE_HOME")
    if home:
        return Path(home).expanduser().resolve()
    from platformdirs import user_data_path

    return user_data_path("tintype")


def config_file() -> Path:
    """Where the user's settings lie, if there are any."""
    home = os.environ.get("TINTYPE_HOME")
    if home:
        return Path(home).expanduser().resolve() / "config.toml"
    from platformdirs import user_config_path

    return user_config_path("tintype") / "config.toml"


def read_user_settings() -> UserSettings:
    """The user's settings; environment variables first, then config.toml, then nothing.

    Raises:
        UserSettingsInvalid: config.toml is damaged or says something unknown.
    """
    path = config_file()
    data: dict[str, object] = {}
    if path.is_file():
        try:
            with path.open("rb") as stream:
                data = tomllib.loads(stream.read(MAX_CONFIG_BYTES).decode("utf-8"))
        except (OSError, ValueError, RecursionError) as err:
            raise UserSettingsInvalid(
                f"{path} cannot be read: {err}.", hint="Correct that place, or delete the file."
            ) from err
    try:
        settings = UserSettings.model_validate(data)
    except ValidationError as err:
        raise UserSettingsInvalid(
            f"{path}: {first_problem(err)}.", hint="[credentials] takes certificate, key and trust_list."
        ) from err
    named = {
        field: Path(value)
        for field, variable in (
            ("certificate", "TINTYPE_CERTIFICATE"),
            ("key", "TINTYPE_KEY"),
            ("trust_list", "TINTYPE_TRUST_LIST"),
        )
        if (value := os.environ.get(variable))
    }
    return settings.model_copy(update={"credentials": settings.credentials.model_copy(update=named)})
