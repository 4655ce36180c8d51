"""From the outputs of a network's last layer to its classes."""
import torch
import torch.nn as nn


class ClassLinear(nn.Linear):
    """A linear layer to logits [batch, classes]. With `outputs_per_class` a class may gather several outputs: its logit
    is the log of the sum of their exponentials, so that its probability is the sum of theirs.
    """

    def __init__(self, width, classes, outputs_per_class=()):
        super().__init__(width, sum(outputs_per_class) if outputs_per_class else classes)
        self.outputs_per_class = list(outputs_per_class)

    def forward(self, x):
        outputs = super().forward(x)
        if not self.outputs_per_class:
            return outputs
        return torch.stack([group.logsumexp(1) for group in outputs.split(self.outputs_per_class, 1)], 1)
