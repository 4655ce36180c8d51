"""Labelled faces in memory: one uint8 array, a label distribution each, and what the two evaluation rules make of it.
"""
from dataclasses import dataclass

import numpy as np
import torch

NO_LABEL = -1


@dataclass
class Samples:
    """`images`: uint8 [n, channels, side, side] (1 channel: luma). `targets`: float32 [n, classes], rows sum to 1.

    `argmax` and `majority`: the label by each rule, or -1. `duplicate`: the image stands in an earlier split, byte for
    byte.
    """
    images: torch.Tensor
    targets: torch.Tensor
    argmax: np.ndarray
    majority: np.ndarray
    duplicate: np.ndarray
    names: list

    def __len__(self):
        return len(self.images)

    def labels(self, rule):
        """int [n]: the label by `rule`, or -1."""
        return {'argmax': self.argmax, 'majority': self.majority}[rule]

    def subset(self, keep):
        """The samples where the boolean array `keep` is true."""
        index = np.flatnonzero(keep)
        return Samples(self.images[index], self.targets[index], self.argmax[index], self.majority[index],
                       self.duplicate[index],
                       [self.names[i] for i in index])


def training_samples(samples, rule, labels):
    """Keeps what `rule` gives a label; `labels` other than `votes` turns the distributions into single labels."""
    samples = samples.subset(samples.labels(rule) != NO_LABEL)
    if labels != 'votes':
        single = samples.labels(labels)
        samples = samples.subset(single != NO_LABEL)
        eye = torch.eye(samples.targets.shape[1])
        samples.targets = eye[torch.from_numpy(samples.labels(labels))]
    return samples
