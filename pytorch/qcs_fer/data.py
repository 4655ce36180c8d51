"""One door to the data sets: what a configuration names, in the configuration's class order and colour."""
from .augment import resize
from .config import ConfigError
from .ferplus import CLASSES as FERPLUS_CLASSES
from .ferplus import load_ferplus
from .folders import load_export, load_folders
from .samples import NO_LABEL


def load_split(config, root, cache, split):
    """Samples of `split` (train, validation, test) from `root`. Raises ConfigError where classes do not fit."""
    channels = 1 if config.input.colour == 'luma' else 3
    if config.data.kind == 'ferplus':
        return _reordered(load_ferplus(root, cache, split), config.classes)
    load = load_folders if config.data.kind == 'folders' else load_export
    return load(root, cache, split, config.classes, config.data.packed, channels)


def _reordered(samples, classes):
    if classes == FERPLUS_CLASSES:
        return samples
    if set(classes) != set(FERPLUS_CLASSES):
        raise ConfigError(f'classes: FERPlus has {", ".join(FERPLUS_CLASSES)}; '
                          f'the configuration names {", ".join(classes)}')
    place = [FERPLUS_CLASSES.index(name) for name in classes]
    samples.targets = samples.targets[:, place]
    for labels in (samples.argmax, samples.majority):
        known = labels != NO_LABEL
        labels[known] = [classes.index(FERPLUS_CLASSES[label]) for label in labels[known]]
    return samples


def evaluation_images(images, spec):
    """uint8 [n, channels, side, side] -> float 0..1 [n, channels, size, size]: resized, then the centre crop."""
    x = resize(images, spec.resize_to, spec.resize)
    margin = (spec.resize_to - spec.centre_crop) // 2
    return x[:, :, margin:margin + spec.centre_crop, margin:margin + spec.centre_crop]


