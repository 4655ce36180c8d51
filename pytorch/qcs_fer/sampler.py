"""Which images make a step. Every step is a function of (seed, step, rank), so that a run resumes exactly."""
import numpy as np


def class_weights(counts, scheme):
    """Relative probability of each class: natural (its size), uniform, sqrt, or a power of the size ('0.7')."""
    power = {'natural': 1.0, 'uniform': 0.0, 'balanced': 0.0, 'sqrt': 0.5}.get(scheme)
    power = float(scheme) if power is None else power
    weights = np.where(counts > 0, np.maximum(counts, 1).astype(float) ** power, 0.0)
    return weights / weights.sum()


class QuadrupletSampler:
    """Draws anchors, positives, negatives and second negatives.

    `q0` is anchor and negative natural, `q1` both uniform; `balanced` anchors take every class equally often, its
    images in turn; `mrr` (minimal random resampling) draws as many of every class as the smallest has, an epoch at a
    time. A class of one image is its own positive.
    """

    def __init__(self, labels, classes, sampling, branches, seed, epoch_fraction=1.0):
        self.branches, self.seed, self.sampling = branches, seed, sampling
        self.labels = np.asarray(labels)
        self.members = [np.flatnonzero(self.labels == label) for label in range(classes)]
        counts = np.array([len(members) for members in self.members])
        if branches == 4 and (counts > 0).sum() < 2:
            raise ValueError('quadruplets need images of at least two classes')
        by_epoch = sampling.anchor in ('natural', 'balanced', 'mrr')
        self.anchor_weights = None if by_epoch else class_weights(counts, sampling.anchor)
        self.negative_weights = class_weights(counts, sampling.negative)
        self.smallest = int(counts[counts > 0].min())
        size = self.smallest * int((counts > 0).sum()) if sampling.anchor == 'mrr' else len(self.labels)
        self.epoch_size = max(1, int(size * epoch_fraction))

    def _epoch(self, epoch):
        """The order of one epoch's anchors, without replacement."""
        generator = np.random.default_rng([self.seed, 1, epoch])
        if self.sampling.anchor == 'mrr':
            drawn = [generator.choice(members, self.smallest, replace=False) for members in self.members
                     if len(members)]
            return generator.permutation(np.concatenate(drawn))[:self.epoch_size]
        if self.sampling.anchor == 'balanced':
            classes = [generator.permutation(members) for members in self.members if len(members)]
            each = -(-len(self.labels) // len(classes))
            drawn = [np.resize(members, each) for members in classes]
            return generator.permutation(np.concatenate(drawn))[:self.epoch_size]
        return generator.permutation(len(self.labels))[:self.epoch_size]

    def _anchors(self, start, count, generator):
        if self.anchor_weights is not None:
            drawn = generator.choice(len(self.members), count, p=self.anchor_weights)
            return np.array([generator.choice(self.members[label]) for label in drawn])
        result = []
        while count:
            epoch, offset = divmod(start, self.epoch_size)
            part = self._epoch(epoch)[offset:offset + count]
            result.append(part)
            start, count = start + len(part), count - len(part)
        return np.concatenate(result)

    def _partner(self, index, generator):
        members = self.members[self.labels[index]]
        if len(members) == 1:
            return index
        partner = generator.choice(members)
        while partner == index:
            partner = generator.choice(members)
        return partner

    def _negative(self, label, generator):
        weights = self.negative_weights.copy()
        weights[label] = 0
        return generator.choice(self.members[generator.choice(len(weights), p=weights / weights.sum())])

    def draw(self, step, batch, rank=0, world=1):
        """int [batch]: sample numbers stacked by branch (anchors, positives, negatives, second negatives)."""
        generator = np.random.default_rng([self.seed, 2, step, rank])
        count = batch // self.branches
        anchors = self._anchors((step * world + rank) * count, count, generator)
        if self.branches == 1:
            return anchors
        positives = np.array([self._partner(index, generator) for index in anchors])
        if self.branches == 2:
            return np.concatenate([anchors, positives])
        negatives = np.array([self._negative(self.labels[index], generator) for index in anchors])
        seconds = np.array([self._partner(index, generator) for index in negatives])
        return np.concatenate([anchors, positives, negatives, seconds])
