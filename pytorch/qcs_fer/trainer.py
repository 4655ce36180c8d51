"""The training loop. A step is a function of the configuration's seed and the step number; a run resumes where it
stopped.
"""
import dataclasses
import signal
import sys
import time
from pathlib import Path

import torch
from tqdm import tqdm

from .augment import augment, mixed, normalise
from .config import to_json
from .distributed import agreed, wrapped
from .ema import WeightAverage
from .inference import predict
from .losses import branch_loss, distillation_targets, smoothed, soft_cross_entropy
from .measurement import SCORES, recall_column, score
from .networks import build_network, fastest_layout
from .records import CsvLog, draw_curves, save_atomically
from .sam import ascend, restore
from .sampler import QuadrupletSampler
from .schedule import decay_factor, rate_factor
from .torch_checkpoint import read_torch_checkpoint

TRAIN_COLUMNS = ('images', 'rate', 'loss', 'baseLoss', 'crossLoss', 'accuracy', 'gradientNorm', 'imagesPerSecond')
DECAY_REQUEST = 'decay'
_LOG_EVERY = 50


def parameter_groups(network, options):
    """Groups for AdamW: the backbone at its own rate; weight decay on matrices and convolutions only."""
    backbone = {id(p) for p in network.backbone_parameters()}
    groups = {}
    for parameter in network.parameters():
        inside, decays = id(parameter) in backbone, parameter.ndim > 1 and parameter.numel() > 1
        groups.setdefault((inside, decays), []).append(parameter)
    return [{'params': parameters, 'factor': options.backbone_factor if inside else 1.0,
             'weight_decay': options.weight_decay if decays else 0.0}
            for (inside, decays), parameters in groups.items()]


class Trainer:
    """Trains `config` on `train`, evaluates on `validation`, writes into `folder` (rank 0)."""

    def __init__(self, config, train, validation, folder, workers, teacher=None):
        self.config, self.workers, self.teacher = config, workers, teacher
        self.train, self.validation = train, validation
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(config.seed)
        self.network = build_network(config.architecture, len(config.classes), config.dropout)
        self.layout = fastest_layout(self.network)
        self.network.to(workers.device).to(memory_format=self.layout)
        self.branches = self.network.branches
        self.sampler = QuadrupletSampler(train.targets.argmax(1).numpy(), len(config.classes), config.sampling,
                                         self.branches, config.seed,
                                         config.data.epoch_fraction)
        self.config = self._with_length(config)
        self.optimizer = torch.optim.AdamW(parameter_groups(self.network, config.optimizer), lr=config.optimizer.rate,
                                           betas=config.optimizer.betas)
        self.average = WeightAverage(self.network, config.ema) if config.ema else None
        self.step, self.seen, self.seen_before, self.best = 0, 0, 0, -1.0
        self.decay = None
        self._stop, self._clock = False, None

    def _with_length(self, config):
        """The configuration with its length in images; every branch's images count."""
        epoch = self.sampler.epoch_size * self.branches
        return dataclasses.replace(config, images=config.images or config.epochs * epoch, epochs=0,
                                   evaluate_every=config.evaluate_every or epoch)

    @property
    def step_images(self):
        """Images of one optimizer step over all processes."""
        return self.config.batch * self.config.optimizer.accumulate * self.workers.world

    def initialise(self, load):
        """Calls `load(network)` and lets the average start from the result."""
        load(self.network)
        if self.average:
            self.average = WeightAverage(self.network, self.config.ema)

    def resume(self, path, branch=False):
        """Takes up a checkpoint: weights, average, optimizer, place in the sequence of steps, and
        unless it is for a `branch` the best so far and a decay under way."""
        state = read_torch_checkpoint(path)
        self.network.load_state_dict(state['network'])
        configured = [{name: value for name, value in group.items() if name != 'params'}
                      for group in self.optimizer.param_groups]
        self.optimizer.load_state_dict(state['optimizer'])
        # A resumed run follows today's configuration: only the moments come from the file.
        for group, options in zip(self.optimizer.param_groups, configured):
            group.update(options)
        self.step, self.seen, self.seen_before = state['step'], state['seen'], state['seenBefore']
        if not branch:
            self.best = state['best']
            if state.get('decay'):
                self._end_with_decay(*state['decay'])
        if self.average and state['average']:
            self.average.network.load_state_dict(state['average'])
            self.average.steps = state['averageSteps']

    def _end_with_decay(self, end, images):
        """Ends the run at `end` images seen; over the last `images` of them the rate falls to the floor."""
        self.decay = [end, images]
        schedule = dataclasses.replace(self.config.schedule, kind='wsd', decay_images=images)
        self.config = dataclasses.replace(self.config, images=end, schedule=schedule)

    def _requested_decay(self):
        """The number in the file `decay` of the run's folder: over how many images from now on the run is to end. 0:
        there is none.
        """
        path = self.folder / DECAY_REQUEST
        if self.decay or not self.workers.first or not path.exists():
            return 0
        text = path.read_text().strip()
        path.rename(path.with_suffix('.taken'))
        if not text.isdigit():
            print(f'{path}: {text!r} is no number of images', file=sys.stderr)
            return 0
        return int(text)

    def save(self, name='checkpoint.pt'):
        """Writes everything that `resume` reads."""
        average = self.average.network.state_dict() if self.average else {}
        save_atomically({'network': self.network.state_dict(), 'average': average, 'averageSteps': self.average.steps
                         if self.average else 0,
                         'optimizer': self.optimizer.state_dict(), 'step': self.step, 'seen': self.seen,
                         'seenBefore': self.seen_before,
                         'best': self.best, 'decay': self.decay, 'config': to_json(self.config)}, self.folder / name)

    def run(self, save_every=180.0, until=None, decay_by_clock=False):
        """Trains to `config.images`, or until `until` (seconds of the clock) or SIGTERM; saves every `save_every`
        seconds.

        A file `decay` in the run's folder, with a number of images in it, ends the run by a decay over so many from
        then on.

        `decay_by_clock` lets the rate fall from now to `until`, for a machine whose speed nobody knows; such a run ends
        with an evaluation and cannot be repeated image for image.
        """
        self._clock = (time.time(), until) if decay_by_clock else None
        previous = {kind: signal.signal(kind, self._request_stop) for kind in (signal.SIGTERM, signal.SIGINT)}
        self.module = wrapped(self.network, self.workers)
        train_log = CsvLog(self.folder / 'train.csv', TRAIN_COLUMNS, self.seen) if self.workers.first else None
        evaluation_log = self._evaluation_log() if self.workers.first else None
        bar = tqdm(total=self.config.images, initial=self.seen, unit='image', disable=not self.workers.first,
                   mininterval=10)
        saved, window, window_start = time.monotonic(), [], time.monotonic()
        while self.seen < self.config.images:
            row = self._train_step()
            window.append(row)
            bar.update(self.step_images)
            if self.step % _LOG_EVERY == 0:
                if train_log:
                    self._log_window(train_log, window, time.monotonic() - window_start)
                    bar.set_postfix(loss=f'{row["loss"]:.3f}')
                window, window_start = [], time.monotonic()
            if self._evaluation_is_due():
                if evaluation_log:
                    self.evaluate(evaluation_log)
                window, window_start = [], time.monotonic()
            if self.workers.first and time.monotonic() - saved > save_every:
                self.save()
                saved = time.monotonic()
            stop = self._stop or (until is not None and time.time() > until)
            stop, decay_images = agreed([int(stop), self._requested_decay()], self.workers)
            if decay_images:
                self._end_with_decay(self.seen + decay_images, decay_images)
                bar.total = self.config.images
                if self.workers.first:
                    self.save()
            if stop:
                if evaluation_log and decay_by_clock and not self._stop:
                    self.evaluate(evaluation_log)
                break
        bar.close()
        if self.workers.first:
            self.save()
        for kind, handler in previous.items():
            signal.signal(kind, handler)

    def _evaluation_is_due(self):
        every, before = self.config.evaluate_every, self.seen - self.step_images
        return self.seen // every != before // every or self.seen >= self.config.images

    def _evaluation_log(self):
        columns = ('images', *SCORES, 'rawMajority', *map(recall_column, self.config.classes))
        return CsvLog(self.folder / 'evaluation.csv', columns, self.seen)

    def _request_stop(self, *_):
        self._stop = True

    def _log_window(self, log, window, seconds):
        mean = {name: sum(row[name] for row in window) / len(window) for name in window[0]}
        log.write({**mean, 'images': self.seen, 'imagesPerSecond': len(window) * self.step_images / seconds})

    def _batch(self, part):
        """One batch on the device: normalised images and targets, stacked by branch."""
        config, rank = self.config, self.workers.rank
        micro = self.step * config.optimizer.accumulate + part
        index = torch.from_numpy(self.sampler.draw(micro, config.batch, rank, self.workers.world))
        generator = torch.Generator().manual_seed(hash((config.seed, micro, rank)) & 0x7fffffffffffffff)
        images = augment(self.train.images[index], config.input.centre_crop, config.augmentation, generator,
                         config.input.mean)
        targets = smoothed(self.train.targets[index], config.label_smoothing)
        images, targets = mixed(images, targets, self.branches, config.augmentation.mixup, generator)
        images = normalise(images, config.input).to(self.workers.device, memory_format=self.layout)
        if self.teacher is not None:
            with torch.no_grad(), self._autocast():
                logits = self.teacher(images)[0].cpu()
            targets = distillation_targets(targets, logits, config.distillation.weight, config.distillation.temperature)
        torch.manual_seed(hash((config.seed, 3, micro, rank)) & 0x7fffffff)
        return images, targets.to(self.workers.device)

    def _autocast(self):
        return torch.autocast(self.workers.device.type, torch.bfloat16, enabled=self.config.precision == 'bfloat16')

    def _backward(self, batches):
        """Gradients of the mean loss over `batches`; gives the row of the log."""
        row = {'loss': 0.0, 'baseLoss': 0.0, 'crossLoss': 0.0, 'accuracy': 0.0}
        for images, targets in batches:
            with self._autocast():
                base, cross = self.module(images, self.branches)
            loss = branch_loss(base, cross, targets)
            (loss / len(batches)).backward()
            with torch.no_grad():
                row['loss'] += loss.item() / len(batches)
                row['baseLoss'] += soft_cross_entropy(base, targets).item() / len(batches)
                row['crossLoss'] += (soft_cross_entropy(cross, targets).item()
                                     if cross is not None else 0.0) / len(batches)
                row['accuracy'] += (base.argmax(1) == targets.argmax(1)).float().mean().item() / len(batches)
        return row

    def _train_step(self):
        options = self.config.optimizer
        self.network.train()
        factor = rate_factor(self.config.schedule, self.seen, self.config.images,
                             self.sampler.epoch_size * self.branches, self.step_images)
        if self._clock:
            factor = min(factor, decay_factor((time.time() - self._clock[0]) / (self._clock[1] - self._clock[0])))
        rate = options.rate * factor
        for group in self.optimizer.param_groups:
            group['lr'] = rate * group['factor']
        batches = [self._batch(part) for part in range(options.accumulate)]
        parameters = [p for group in self.optimizer.param_groups for p in group['params']]
        self.optimizer.zero_grad(set_to_none=True)
        row = self._backward(batches)
        if options.sam:
            moves = ascend(parameters, options.sam)
            self.optimizer.zero_grad(set_to_none=True)
            self._backward(batches)
            restore(parameters, moves)
        norm = torch.nn.utils.clip_grad_norm_(parameters, options.clip or float('inf'))
        self.optimizer.step()
        if self.average:
            self.average.update(self.network)
        self.step += 1
        self.seen += self.step_images
        return {**row, 'rate': rate, 'gradientNorm': float(norm)}

    def evaluate(self, log):
        """Measures the average (and beside it the raw weights) on validation; keeps the better one as best.pt by the
        majority rule.
        """
        config, validation = self.config, self.validation
        candidates = {'raw': self.network} | ({'average': self.average.network} if self.average else {})
        scores = {}
        for name, network in candidates.items():
            logits = predict(network, validation.images, config.input, self.workers.device, config.precision)
            scores[name] = score(logits, validation, config.classes)
        shown = scores.get('average', scores['raw'])
        log.write({**shown, 'images': self.seen, 'rawMajority': scores['raw']['majority']})
        for name, measured in scores.items():
            if measured['majority'] > self.best:
                self.best = measured['majority']
                save_atomically({'network': candidates[name].state_dict(), 'seen': self.seen,
                                 'seenBefore': self.seen_before,
                                 'weights': name, 'validation': measured, 'config': to_json(config)},
                                self.folder / 'best.pt')
        draw_curves(self.folder)
