"""Where the eye goes in a picture without faces."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE_PX = 64
CENTRE_SPREAD = 0.35  # of the picture's size: photographers put what matters near the middle


def attention_point(picture: NDArray[np.uint8]) -> tuple[float, float]:
    """The middle of what stands out, in fractions of the picture.

    Source: the spectral residual of Hou and Zhang (CVPR 2007, "Saliency detection: a spectral residual approach"),
    weighted toward the picture's middle.
    """
    grey = cv2.cvtColor(cv2.resize(picture, (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    spectrum = np.fft.fft2(grey.astype(np.float64))
    log_amplitude = np.log(np.abs(spectrum) + 1e-9)
    residual = log_amplitude - cv2.blur(log_amplitude, (3, 3))
    saliency = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    saliency = cv2.GaussianBlur(saliency, (0, 0), 2.5)
    place = (np.arange(SIZE_PX) + 0.5) / SIZE_PX
    toward_middle = np.exp(-((place - 0.5) ** 2) / (2 * CENTRE_SPREAD**2))
    weight = (saliency - saliency.min()) ** 2 * toward_middle[:, None] * toward_middle[None, :]
    total = weight.sum()
    if total <= 0:
        return 0.5, 0.5
    return float((weight.sum(axis=0) * place).sum() / total), float((weight.sum(axis=1) * place).sum() / total)
