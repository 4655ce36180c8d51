"""Sharpness-aware minimisation (Foret et al. 2021), not adaptive, over all parameters together."""
import torch

_FLOOR = 1e-12


def ascend(parameters, rho):
    """Moves every parameter by rho * g / (||g|| + 1e-12); gives the steps, for `restore`."""
    with torch.no_grad():
        moved = [p for p in parameters if p.grad is not None]
        norm = torch.stack([p.grad.norm() for p in moved]).norm()
        steps = {p: p.grad * (rho / (norm + _FLOOR)) for p in moved}
        for parameter, step in steps.items():
            parameter.add_(step)
    return steps


def restore(parameters, steps):
    """Takes the ascent back."""
    with torch.no_grad():
        for parameter in parameters:
            if parameter in steps:
                parameter.sub_(steps[parameter])
