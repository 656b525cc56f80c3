"""Training by the clock on one thread, for the classifiers: AdamW, warm-up, then a linear decay of the rate."""
import csv
import time

import torch

WARM_UP = 200  # steps
DECAY = 0.6  # the share of the time in which the rate falls to zero


def optimiser(model, rate, weight_decay):
    """AdamW whose decay spares vectors: biases, norms and the class token."""
    matrices = [p for p in model.parameters() if p.dim() >= 2 and p.shape[0] > 1]
    vectors = [p for p in model.parameters() if p.dim() < 2 or p.shape[0] == 1]
    groups = [{"params": matrices, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), fused=True)


def train(model, batches, loss_of, measure, options, log_file):
    """Steps over the batches until the minutes are over. `loss_of(model, batch)` gives the loss of a batch, and
    `measure(model)` what the log says of the held-out data every `options.look` minutes. Returns steps taken."""
    optimizer = optimiser(model, options.rate, options.weight_decay)
    log = csv.writer(open(log_file, "w", newline=""))
    begun, next_look, step, recent = time.time(), 60.0, 0, []
    while (elapsed := time.time() - begun) < options.minutes * 60:
        left = 1 - elapsed / (options.minutes * 60)
        for group in optimizer.param_groups:
            group["lr"] = options.rate * min(1.0, (step + 1) / WARM_UP, left / DECAY)
        loss = loss_of(model, next(batches))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        step += 1
        recent = recent[-99:] + [loss.item()]
        if elapsed > next_look:
            model.eval()
            row = [step, round(elapsed), f"{sum(recent) / len(recent):.4f}", *measure(model)]
            model.train()
            log.writerow(row)
            print(*row, flush=True)
            next_look = elapsed + options.look * 60
    return step
