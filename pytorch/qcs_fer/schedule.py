"""Learning rate as a factor of the peak, a function of images seen alone, so that resuming and branching need no state.
"""
import math


def decay_factor(progress):
    """The cooling of warm-up, stable, decay: 1 - sqrt(progress), progress held within 0..1 (Hägele et al. 2024)."""
    return 1 - math.sqrt(min(1.0, max(0.0, progress)))


def rate_factor(schedule, seen, total, epoch_size, step_images=1):
    """0..1 for the step of `step_images` that follows `seen` images of `total`.

    As in the browser, the last step of the warm-up has the full rate, and the last step of a cosine its floor. wsd:
    warm-up, stable, and over the last `decay_images` a decay, which a branch with its own total may start at any
    checkpoint.
    """
    if seen < schedule.warmup_images:
        return min(1.0, (seen + step_images) / schedule.warmup_images)
    if schedule.kind == 'exponential':
        return schedule.factor ** (seen // epoch_size)
    if schedule.kind == 'cosine':
        progress = (seen - schedule.warmup_images) / max(1, total - step_images - schedule.warmup_images)
        return schedule.floor + (1 - schedule.floor) * (1 + math.cos(math.pi * min(1, progress))) / 2
    if schedule.kind == 'wsd' and schedule.decay_images and seen > total - schedule.decay_images:
        progress = (seen - (total - schedule.decay_images)) / schedule.decay_images
        return schedule.floor + (1 - schedule.floor) * decay_factor(progress)
    return 1.0
