"""Configurations: JSON files read into frozen dataclasses; an unknown or missing field is an error, never a default in silence."""
import dataclasses
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from .cross_similarity import ATTENTION_MAPS
from .ir50 import IR50_STAGES

FAMILIES = ('qcs', 'dcs', 'base', 'arm', 'resnet18')
BACKBONES = ('mobilefacenet', 'ir50', 'tiny', 'resnet18')
# The networks of the golden numbers: IR-50 shrunk.
TINY_STAGES = ((8, 2), (16, 1), (32, 2))


class ConfigError(ValueError):
    """A configuration names something that does not exist or leaves out something needed."""


@dataclass(frozen=True)
class Architecture:
    """The manifest's `architecture` object (names there in camel case)."""
    family: str
    backbone: str
    embedding: int = 0
    depth: int = 2
    cross_depth: int = 1
    heads: int = 8
    csa_residual: str = 'normalised'
    attention: str = 'SD'
    batch_norm: str = 'joint'

    def __post_init__(self):
        _one_of('architecture.family', self.family, FAMILIES)
        _one_of('architecture.backbone', self.backbone, BACKBONES)
        _one_of('architecture.csaResidual', self.csa_residual, ('normalised', 'raw', 'none'))
        _one_of('architecture.attention', self.attention, ATTENTION_MAPS)
        _one_of('architecture.batchNorm', self.batch_norm, ('joint', 'per-branch'))

    @property
    def stages(self):
        """(channels, units) of the three stages; empty where the backbone is not an IR net."""
        return {'ir50': IR50_STAGES, 'tiny': TINY_STAGES}.get(self.backbone, ())


@dataclass(frozen=True)
class Dropout:
    """Rates in the transformer heads. `head` is the compact preset's; the others are the published positions."""
    head: float = 0.0
    base: float = 0.0
    base_attention: float = 0.0
    cross: float = 0.0
    cross_attention: float = 0.0


@dataclass(frozen=True)
class Input:
    """The manifest's `input` object, without the template."""
    size: int
    colour: str
    mean: tuple
    std: tuple
    resize: str
    resize_to: int
    centre_crop: int
    stride: int = 1

    def __post_init__(self):
        _one_of('input.colour', self.colour, ('luma', 'rgb'))
        _one_of('input.resize', self.resize, ('half-pixel', 'pillow-bilinear'))
        _one_of('input.stride', self.stride, (1, 2))


@dataclass(frozen=True)
class Sampling:
    """`anchor` and `negative`: natural (q0), balanced (q1), sqrt, mrr (anchor only), or a power of the class size such as 0.7."""
    anchor: str = 'natural'
    negative: str = 'natural'

    def __post_init__(self):
        for name, value, extra in (('anchor', self.anchor, ('mrr',)), ('negative', self.negative, ())):
            if value not in ('natural', 'balanced', 'sqrt', *extra) and not re.fullmatch(r'0?\.\d+', value):
                raise ConfigError(f'sampling.{name}: {value!r} is neither a sampler nor a power between 0 and 1')


@dataclass(frozen=True)
class Augmentation:
    """Fractions of the side, of 1, or degrees; 0 switches a part off. `crop`: the published random crop from a larger resize."""
    rotation: float = 0.0
    scale: float = 0.0
    aspect: float = 0.0
    shift: float = 0.0
    crop: float = 0.0
    flip: float = 0.5
    contrast: float = 0.0
    brightness: float = 0.0
    gamma: float = 0.0
    saturation: float = 0.0
    hue: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    erasing: float = 0.0
    erased_area: tuple = (0.02, 0.1)
    mixup: float = 0.0


@dataclass(frozen=True)
class Optimizer:
    """AdamW with weight decay on matrices only; `sam` is the radius rho (0: plain). The backbone learns at rate * backbone_factor."""
    rate: float
    backbone_factor: float = 1.0
    betas: tuple = (0.9, 0.999)
    weight_decay: float = 0.0
    clip: float = 0.0
    sam: float = 0.0
    accumulate: int = 1


@dataclass(frozen=True)
class Schedule:
    """`kind`: constant, exponential (factor an epoch), cosine (to `floor`), wsd (warm-up, stable; a decay is a branch or the last part)."""
    kind: str = 'constant'
    warmup_images: int = 0
    factor: float = 0.98
    floor: float = 0.0
    decay_images: int = 0

    def __post_init__(self):
        _one_of('schedule.kind', self.kind, ('constant', 'exponential', 'cosine', 'wsd'))


@dataclass(frozen=True)
class Data:
    """`kind`: ferplus, folders (split/class/image) or export (the Train tab's). `labels`: votes, argmax or majority.

    `rule` says which FERPlus images train: those with a label by argmax, or by majority only. `packed` is the side in
    pixels of the cached array. `epoch_fraction`: the published AffectNet epochs draw a part of the set.
    """
    kind: str = 'ferplus'
    labels: str = 'votes'
    rule: str = 'argmax'
    packed: int = 48
    epoch_fraction: float = 1.0

    def __post_init__(self):
        _one_of('data.kind', self.kind, ('ferplus', 'folders', 'export'))
        _one_of('data.labels', self.labels, ('votes', 'argmax', 'majority'))
        _one_of('data.rule', self.rule, ('argmax', 'majority'))


@dataclass(frozen=True)
class Distillation:
    """Logits of an exported teacher: loss = (1 - weight) * labels + weight * teacher, softened by `temperature`."""
    teacher: str = ''
    weight: float = 0.0
    temperature: float = 2.0


@dataclass(frozen=True)
class Config:
    """Everything that decides a run, apart from where things lie."""
    id: str
    classes: tuple
    architecture: Architecture
    input: Input
    batch: int
    images: int
    evaluate_every: int
    seed: int
    optimizer: Optimizer
    schedule: Schedule
    data: Data = field(default_factory=Data)
    sampling: Sampling = field(default_factory=Sampling)
    augmentation: Augmentation = field(default_factory=Augmentation)
    dropout: Dropout = field(default_factory=Dropout)
    distillation: Distillation = field(default_factory=Distillation)
    ema: float = 0.0
    label_smoothing: float = 0.0
    precision: str = 'float32'
    initial: str = ''

    def __post_init__(self):
        _one_of('precision', self.precision, ('float32', 'bfloat16'))
        if self.batch % 4:
            raise ConfigError(f'batch: {self.batch} images are no whole number of quadruplets')


def _one_of(name, value, allowed):
    if value not in allowed:
        raise ConfigError(f'{name}: {value!r} is not one of {", ".join(map(str, allowed))}')


def camel(name):
    """cross_depth -> crossDepth."""
    head, *rest = name.split('_')
    return head + ''.join(part.capitalize() for part in rest)


def _build(kind, values, path):
    fields = {camel(item.name): item for item in dataclasses.fields(kind)}
    unknown = set(values) - set(fields)
    if unknown:
        raise ConfigError(f'{path}: unknown field {", ".join(sorted(unknown))}')
    arguments = {}
    for key, item in fields.items():
        if key not in values:
            if item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING:
                raise ConfigError(f'{path}: the field {key} is missing')
            continue
        value = values[key]
        if dataclasses.is_dataclass(item.type):
            value = _build(item.type, value, f'{path}.{key}')
        arguments[item.name] = tuple(value) if isinstance(value, list) else value
    return kind(**arguments)


def config_from(values, path='configuration'):
    """A Config from parsed JSON. Raises ConfigError."""
    return _build(Config, values, path)


def architecture_from(values):
    """An Architecture from a manifest's `architecture` object; `stages` is checked against the backbone."""
    values = dict(values)
    stages = values.pop('stages', None)
    architecture = _build(Architecture, values, 'architecture')
    if stages is not None and architecture.stages and [list(stage) for stage in stages] != [list(stage) for stage in architecture.stages]:
        raise ConfigError(f'architecture.stages: {stages} do not belong to {architecture.backbone}')
    return architecture


def load_config(path, overrides=()):
    """Reads a configuration file; `overrides` are `section.field=json` texts. A field `extends` names a file to start from."""
    values = _read(Path(path))
    for text in overrides:
        name, _, value = text.partition('=')
        *sections, last = name.split('.')
        target = values
        for section in sections:
            target = target.setdefault(section, {})
        try:
            target[last] = json.loads(value)
        except ValueError:
            target[last] = value
    return config_from(values, str(path))


def _read(path):
    values = json.loads(path.read_text())
    parent = values.pop('extends', None)
    return _merge(_read(path.parent / parent), values) if parent else values


def _merge(base, change):
    merged = dict(base)
    for key, value in change.items():
        merged[key] = _merge(base[key], value) if isinstance(value, dict) and isinstance(base.get(key), dict) else value
    return merged


def to_json(value):
    """The inverse of config_from: dataclasses to camel-case dictionaries."""
    if dataclasses.is_dataclass(value):
        return {camel(item.name): to_json(getattr(value, item.name)) for item in dataclasses.fields(value)}
    return [to_json(part) for part in value] if isinstance(value, tuple) else value
