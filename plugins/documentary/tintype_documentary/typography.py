"""Words on screen: one family of sizes, three colours, margins.  Sizes are the distance of two lines, in frame heights.

Safe area: graphics stay within 90 % of the frame's width and height (EBU R 95, "Safe areas for 16:9 television
production", version 1.1: graphics safe area, 5 % from each edge).
"""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[float, float, float, float]

SAFE = 0.05
MARGIN = 0.075
"""Left edge of titles, cards and credits, in frame widths."""

PAPER: Colour = (0.96, 0.945, 0.91, 1.0)
SAND: Colour = (0.84, 0.73, 0.53, 1.0)
ASH: Colour = (0.78, 0.77, 0.75, 1.0)
VEIL: Colour = (0.0, 0.0, 0.0, 0.55)
"""Box behind words that stand on a picture."""

TITLE, YEARS = 0.135, 0.06
QUOTATION, ATTRIBUTION = 0.1, 0.046
LOWER_THIRD, PICTURE_CREDIT = 0.06, 0.036
CREDIT = 0.048
MARK = 0.26
"""Size of the quotation mark that hangs beside a card's words."""

NARROW = 1.2
CHARACTER_WIDTH = 0.41
"""Mean width of a character, in sizes: 0.374 was measured in Inter on English text, and a tenth is kept in reserve."""


@dataclass(frozen=True)
class Page:
    """The frame that words are set in.

    Attributes:
        aspect: width of the frame divided by its height.
    """

    aspect: float

    @property
    def is_narrow(self) -> bool:
        """Whether two columns would be too thin to read: square and upright films."""
        return self.aspect < NARROW

    def characters(self, size: float, width: float) -> int:
        """How many characters of a size fit into a width that is given in frame widths."""
        return max(int(width * self.aspect / (size * CHARACTER_WIDTH)), 8)

    def fitting(self, size: float, longest: int, width: float) -> float:
        """The size, or the smaller one at which ``longest`` characters fit into the width."""
        return min(size, width * self.aspect / (max(longest, 1) * CHARACTER_WIDTH))
