"""The emotion track of a line whose feeling the editor has chosen."""

from __future__ import annotations

from tintype.documents import EmotionPoint, EmotionTrack
from tintype.project import EmotionChoice

# Valence, arousal and dominance of each category at full strength, rounded from the means that Russell and
# Mehrabian (1977, "Evidence for a three-factor theory of emotions", J. Research in Personality 11) report for the
# words angry, contemptuous (disdainful), disgusted, fearful, joyful, sad and surprised.
FULL_STRENGTH = {
    "neutral": (0.0, 0.0, 0.0),
    "anger": (-0.51, 0.59, 0.25),
    "contempt": (-0.32, 0.08, 0.28),
    "disgust": (-0.60, 0.35, 0.11),
    "fear": (-0.64, 0.60, -0.43),
    "joy": (0.76, 0.48, 0.35),
    "sadness": (-0.63, -0.27, -0.33),
    "surprise": (0.40, 0.67, -0.13),
}


def chosen_emotion(choice: EmotionChoice) -> EmotionTrack:
    """One point that stands for the whole line."""
    valence, arousal, dominance = (value * choice.intensity for value in FULL_STRENGTH[choice.category])
    categories = {} if choice.category == "neutral" else {choice.category: choice.intensity}
    point = EmotionPoint(time_s=0, valence=valence, arousal=arousal, dominance=dominance, categories=categories)
    return EmotionTrack(points=(point,), confidence=1.0, evidence="chosen by the editor")
