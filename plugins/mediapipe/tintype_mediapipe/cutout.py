"""Where the photo is cut: what moves with the person, and what of the background it hides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tintype_mediapipe.landmarks import OVAL
from tintype_mediapipe.matte import grown
from tintype_mediapipe.person import Person

CUT_AT = 0.2  # of the matte: soft edges go with the person, so that no ghost of them stays behind
CUT_RIM_SHARE = 0.003  # of the photo's longer side, around that
SOURCE_RIM_SHARE = 0.008  # pixels this near to the person are no source for what is painted behind
MOST_INWARD, INWARD_STEP = 0.16, 0.01  # of the way to the middle of the face


@dataclass(frozen=True)
class Cutout:
    """What moves with the person.

    Attributes:
        person: shape=(height, width).
    """

    person: NDArray[np.bool_]

    @classmethod
    def along(cls, matte: NDArray[np.float32]) -> Cutout:
        longer = max(matte.shape)
        return cls(grown(matte > CUT_AT, max(1, round(CUT_RIM_SHARE * longer))))

    def with_face_inside(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Landmarks whose oval lies inside the cut: where a head looks away, it may lie on the background.

        Args:
            points: shape=(478, 3), pixels; those of the oval outside the cut move toward the middle of the face.
        """
        import cv2

        inside = cv2.distanceTransform(np.pad(self.person.astype(np.uint8), 1, mode="edge"), cv2.DIST_L2, 5)[1:-1, 1:-1]
        height, width = self.person.shape
        middle = points[OVAL, :2].mean(axis=0)
        moved = points.copy()
        for index in OVAL:
            for share in np.arange(0.0, MOST_INWARD + 1e-6, INWARD_STEP):
                x, y = points[index, :2] + share * (middle - points[index, :2])
                outside_photo = not (0 <= x < width and 0 <= y < height)
                if outside_photo or inside[int(y), int(x)] > 1.5:
                    moved[index, :2] = x, y
                    break
        return moved

    def hidden_by(self, mesh: Person) -> NDArray[np.bool_]:
        """Pixels of the background that nobody sees at rest: under the mesh, by a pixel."""
        import cv2

        sure = _without_holes(_drawn(mesh, *self.person.shape))
        return cv2.erode(sure, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_REPLICATE) > 0

    def near(self) -> NDArray[np.bool_]:
        """The person with everything that may carry a trace of them."""
        return grown(self.person, max(2, round(SOURCE_RIM_SHARE * max(self.person.shape))))


def _without_holes(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The mask with its eyes and mouth filled, which have meshes of their own."""
    import cv2

    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return cv2.drawContours(np.zeros(mask.shape, np.uint8), contours, -1, 1, cv2.FILLED)


def _drawn(mesh: Person, height: int, width: int) -> NDArray[np.bool_]:
    """The pixels of the photo that the mesh covers at rest."""
    import cv2

    drawn = np.zeros((height + 2, width + 2), np.uint8)
    for triangle in np.round((mesh.uv_px[mesh.triangles] + 0.5) * 16).astype(np.int32):
        cv2.fillConvexPoly(drawn, triangle, 1, shift=4)
    drawn[[0, -1]], drawn[:, [0, -1]] = drawn[[1, -2]], drawn[:, [1, -2]]
    return drawn[1:-1, 1:-1] > 0
