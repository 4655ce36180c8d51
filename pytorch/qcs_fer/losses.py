"""Losses on soft labels."""
import torch
import torch.nn.functional as F


def soft_cross_entropy(logits, targets):
    """Mean cross-entropy of logits [batch, classes] against distributions [batch, classes], in float32."""
    return -(targets * F.log_softmax(logits.float(), -1)).sum(-1).mean()


def smoothed(targets, amount):
    """Label smoothing: every distribution mixed with the uniform one."""
    return targets * (1 - amount) + amount / targets.shape[-1] if amount else targets


def branch_loss(base, cross, targets):
    """The plain mean of the branches' losses (QCS: eight of them, DCS: four, base: one). `cross` may be None."""
    loss = soft_cross_entropy(base, targets)
    return loss if cross is None else (loss + soft_cross_entropy(cross, targets)) / 2


def distillation_targets(targets, teacher_logits, weight, temperature):
    """Labels mixed with the teacher's softened distribution: a cross-entropy against it is both losses at once."""
    return (1 - weight) * targets + weight * torch.softmax(teacher_logits.float() / temperature, -1)
