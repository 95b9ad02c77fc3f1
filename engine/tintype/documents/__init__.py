"""The documents that stages hand to each other.  Each names its schema and number, as in ``Speech.1``."""

from tintype.documents.archive import MEDIA, Archive, ArchiveItem, Features, Medium
from tintype.documents.base import Document, Model
from tintype.documents.emotion import CATEGORIES, EmotionPoint, EmotionTrack
from tintype.documents.face import ARKIT_SHAPES, POSE_CHANNELS, FaceTrack
from tintype.documents.film import (
    Clip,
    ColourClip,
    CrossFade,
    Film,
    Filter,
    PictureClip,
    PortraitClip,
    SoundClip,
    TitleClip,
    Track,
)
from tintype.documents.head import HeadModel
from tintype.documents.speech import Phone, Speech, Word
from tintype.documents.still import Frame, Move, Still
from tintype.documents.voice import VoiceProfile

__all__ = [
    "ARKIT_SHAPES",
    "CATEGORIES",
    "MEDIA",
    "POSE_CHANNELS",
    "Archive",
    "ArchiveItem",
    "Clip",
    "ColourClip",
    "CrossFade",
    "Document",
    "EmotionPoint",
    "EmotionTrack",
    "FaceTrack",
    "Features",
    "Film",
    "Filter",
    "Frame",
    "HeadModel",
    "Medium",
    "Model",
    "Move",
    "Phone",
    "PictureClip",
    "PortraitClip",
    "SoundClip",
    "Speech",
    "Still",
    "TitleClip",
    "Track",
    "VoiceProfile",
    "Word",
]
