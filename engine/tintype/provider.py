"""What a plugin says about itself, and the settings that it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from tintype.documents import Medium

CONTRACT = 1
"""Version of the hook contract.  A plugin names the one that it was written for."""


class ContractWarning(FutureWarning):
    """A hook or an argument will go in a later version of the contract; says what to do instead."""


class Settings(BaseModel):
    """Base of a stage's settings.  Every field needs a description; the add-on draws its panel from the schema."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class ProviderInfo:
    """What a plugin declares by the hook ``describe_provider``.

    Attributes:
        title: shown in menus.
        description: one sentence for an editor.
        settings: settings model per stage hook that the plugin implements.
        media: for ``prepare_archive``, ``extract_features`` and ``recognize_emotion``: what it can read; ``text``
            stands for the words of a line.
        licence: SPDX expression of the plugin together with what it calls.
        model_licence: licence of model weights, when it loads any.
        contract: contract version that it was written for.
        deterministic: the same inputs, settings and seed give the same files.
        threadsafe: it may be called for several lines at once, on several threads, and gives the same files then.
    """

    title: str
    description: str
    settings: Mapping[str, type[Settings]] = field(default_factory=dict)
    media: tuple[Medium | str, ...] = ()
    licence: str = ""
    model_licence: str = ""
    contract: int = CONTRACT
    deterministic: bool = True
    threadsafe: bool = False
