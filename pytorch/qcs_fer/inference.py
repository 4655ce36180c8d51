"""Logits of many images through the base branch."""
import torch

from .augment import normalise
from .data import evaluation_images
from .networks import fastest_layout


@torch.no_grad()
def predict(network, images, spec, device='cpu', precision='float32', batch=64):
    """uint8 [n, channels, side, side] -> float32 logits [n, classes] on the CPU, one crop, no averaging."""
    layout = fastest_layout(network)
    network.eval().to(memory_format=layout)
    logits = []
    for part in images.split(batch):
        x = normalise(evaluation_images(part, spec), spec).to(device, memory_format=layout)
        with torch.autocast(torch.device(device).type, torch.bfloat16, enabled=precision == 'bfloat16'):
            logits.append(network(x)[0].float().cpu())
    return torch.cat(logits)
