"""Weights rounded to few bits: symmetric min-max, scale = max |w| / qmax with qmax = 2^(bits-1) - 1, codes
round-half-even(w / scale) in -qmax ... qmax. The maximum is that of each output channel (each row of [out, in]), or
that of the whole tensor. Activations stay in single precision.
"""
import copy

import torch


def rounded(weight, bits, per_tensor=False):
    """The nearest values of the grid of each row, or of the one grid of the tensor."""
    qmax = 2 ** (bits - 1) - 1
    rows = weight.flatten(1)
    scale = (rows.abs().amax() if per_tensor else rows.abs().amax(dim=1, keepdim=True)) / qmax
    scale = torch.where(scale > 0, scale, torch.ones_like(scale))
    return ((rows / scale).round().clamp(-qmax, qmax) * scale).view_as(weight)


@torch.no_grad()
def quantized(model, bits, chosen, per_tensor=False):
    """A copy whose parameters of two and more dimensions are rounded where `chosen(name)` holds."""
    model = copy.deepcopy(model)
    for name, parameter in model.named_parameters():
        if parameter.dim() >= 2 and chosen(name):
            parameter.copy_(rounded(parameter, bits, per_tensor))
    return model
