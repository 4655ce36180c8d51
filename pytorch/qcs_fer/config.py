"""Configurations: JSON files read into frozen dataclasses; an unknown or missing field is an error, never a default in
silence.
"""
import dataclasses
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from .backbones import BACKBONES
from .cross_similarity import ATTENTION_MAPS

FAMILIES = ('qcs', 'dcs', 'base', 'arm', 'resnet18')
# What a family reads of its backbone: three levels, which become tokens, or the last map.
TOKEN_FAMILIES = ('qcs', 'dcs', 'base')

# Median positions of MediaPipe's points on FERPlus faces (see docs/architecture.md).
ALIGNMENT_TEMPLATE = {'rightEye': [0.316, 0.4], 'leftEye': [0.689, 0.396], 'nose': [0.505, 0.606],
                      'mouth': [0.506, 0.778]}


class ConfigError(ValueError):
    """A configuration names something that does not exist or leaves out something needed."""


@dataclass(frozen=True)
class Stage:
    """One stage of a backbone: its output channels and how many units it has."""
    channels: int
    units: int


@dataclass(frozen=True)
class Architecture:
    """The manifest's `architecture` object (names there in camel case). `stem` and `stages` are for backbones that come
    in sizes.

    `residual` false trains the cross head on the attended tokens alone, `csa_residual` says what the attended values
    are added to, `outputs_per_class` how many outputs of the last layer each class gathers (empty: one each). Dropout
    is a setting of the training, see Dropout.
    """
    family: str
    backbone: str
    stem: int = 0
    stages: tuple = ()
    embedding: int = 0
    depth: int = 2
    cross_depth: int = 1
    heads: int = 8
    csa_residual: str = 'normalised'
    attention: str = 'SD'
    residual: bool = True
    batch_norm: str = 'joint'
    outputs_per_class: tuple = ()

    def __post_init__(self):
        _one_of('architecture.family', self.family, FAMILIES)
        _one_of('architecture.backbone', self.backbone, BACKBONES)
        backbone = BACKBONES[self.backbone]
        if (backbone.layout is not None) != (self.family in TOKEN_FAMILIES):
            raise ConfigError(f'architecture.backbone: there is no {self.family} on {self.backbone}')
        if self.stages and not backbone.sized:
            raise ConfigError(f'architecture.stages: {self.backbone} has stages of its own')
        _one_of('architecture.csaResidual', self.csa_residual, ('normalised', 'raw'))
        _one_of('architecture.attention', self.attention, ATTENTION_MAPS)
        _one_of('architecture.batchNorm', self.batch_norm, ('joint', 'per-branch'))


@dataclass(frozen=True)
class Dropout:
    """Rates in the base and the cross head. The compact layout drops once, on the gated class token; the published one
    after pos_embed, GELU and fc2, and with `projection` (its 8-class code) after the attention's projection.
    """
    base: float = 0.0
    cross: float = 0.0
    projection: bool = False


@dataclass(frozen=True)
class Input:
    """The manifest's `input` object; `template`: where the detector's points go, as fractions of the crop's side."""
    size: int
    colour: str
    mean: tuple
    std: tuple
    resize: str
    resize_to: int
    centre_crop: int
    stride: int = 1
    template: dict = field(default_factory=lambda: dict(ALIGNMENT_TEMPLATE))

    def __post_init__(self):
        _one_of('input.colour', self.colour, ('luma', 'rgb'))
        _one_of('input.resize', self.resize, ('half-pixel', 'pillow-bilinear'))
        _one_of('input.stride', self.stride, (1, 2))


@dataclass(frozen=True)
class Sampling:
    """`anchor` and `negative`: natural (q0), balanced (q1), sqrt, mrr (anchor only), or a power of the class size such
    as 0.7.
    """
    anchor: str = 'natural'
    negative: str = 'natural'

    def __post_init__(self):
        for name, value, extra in (('anchor', self.anchor, ('mrr',)), ('negative', self.negative, ())):
            if value not in ('natural', 'balanced', 'sqrt', *extra) and not re.fullmatch(r'0?\.\d+', value):
                raise ConfigError(f'sampling.{name}: {value!r} is neither a sampler nor a power between 0 and 1')


@dataclass(frozen=True)
class Robustness:
    """Damage beyond the plain augmentation. `probability`: that an image is damaged, by one to `kinds` of: movement,
    light, cover, lens, distance, sensor, file (see robustness.KINDS), those whose strengths are all 0 left out.

    A strength is the most that is drawn, from 0 on: `rotation` (degrees), `shift` and `scale` stand in for smaller ones
    of the plain augmentation, `darkness` and `brightness` are parts of the way to black or white, `gamma` the logarithm
    of the exponent, `occlusion` a part of the area, `blur` a standard deviation in fractions of the side, `resolution`
    the part of the side that is lost, `noise` a standard deviation, `jpeg` 1 less a hundredth of the quality.
    """
    probability: float = 0.0
    kinds: int = 1
    rotation: float = 0.0
    shift: float = 0.0
    scale: float = 0.0
    darkness: float = 0.0
    brightness: float = 0.0
    gamma: float = 0.0
    occlusion: float = 0.0
    blur: float = 0.0
    resolution: float = 0.0
    noise: float = 0.0
    jpeg: float = 0.0

    def __post_init__(self):
        for name in ('probability', 'darkness', 'brightness', 'occlusion', 'resolution', 'jpeg'):
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f'augmentation.robustness.{name}: {getattr(self, name)!r} is not between 0 and 1')
        if self.kinds < 1:
            raise ConfigError(f'augmentation.robustness.kinds: {self.kinds!r} is not 1 or more')


@dataclass(frozen=True)
class Augmentation:
    """Fractions of the side, of 1, or degrees; 0 switches a part off. `crop`: the published random crop from a larger
    resize.
    """
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
    robustness: Robustness = field(default_factory=Robustness)


@dataclass(frozen=True)
class Optimizer:
    """AdamW with weight decay on matrices only; `sam` is the radius rho (0: plain). The backbone learns at rate *
    backbone_factor.
    """
    rate: float
    backbone_factor: float = 1.0
    betas: tuple = (0.9, 0.999)
    weight_decay: float = 0.0
    clip: float = 0.0
    sam: float = 0.0
    accumulate: int = 1


@dataclass(frozen=True)
class Schedule:
    """`kind`: constant, exponential (factor an epoch), cosine (to `floor`), wsd (warm-up, stable; a decay is a branch
    or the last part).
    """
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
    """Everything that decides a run, apart from where things lie.

    `batch` counts images of one process. The length is `images` or `epochs`; without `evaluate_every` (images) every
    epoch is evaluated.
    """
    id: str
    classes: tuple
    architecture: Architecture
    input: Input
    batch: int
    seed: int
    optimizer: Optimizer
    schedule: Schedule
    data: Data = field(default_factory=Data)
    sampling: Sampling = field(default_factory=Sampling)
    augmentation: Augmentation = field(default_factory=Augmentation)
    dropout: Dropout = field(default_factory=Dropout)
    distillation: Distillation = field(default_factory=Distillation)
    images: int = 0
    epochs: int = 0
    evaluate_every: int = 0
    ema: float = 0.0
    label_smoothing: float = 0.0
    precision: str = 'float32'
    initial: str = ''

    def __post_init__(self):
        _one_of('precision', self.precision, ('float32', 'bfloat16'))
        if self.batch % 4:
            raise ConfigError(f'batch: {self.batch} images are no whole number of quadruplets')
        if bool(self.images) == bool(self.epochs):
            raise ConfigError('give the length of the run as images or as epochs, not both')


def _one_of(name, value, allowed):
    if value not in allowed:
        raise ConfigError(f'{name}: {value!r} is not one of {", ".join(map(str, allowed))}')


def camel(name):
    """cross_depth -> crossDepth."""
    head, *rest = name.split('_')
    return head + ''.join(part.capitalize() for part in rest)


def build_section(kind, values, path):
    """A dataclass of this module from parsed JSON; `path` says in errors where it stands. Raises ConfigError."""
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
            value = build_section(item.type, value, f'{path}.{key}')
        elif key == 'stages':
            value = [build_section(Stage, stage, f'{path}.{key}') for stage in value]
        arguments[item.name] = tuple(value) if isinstance(value, list) else value
    return kind(**arguments)


def config_from(values, path='configuration'):
    """A Config from parsed JSON; without an `input`, its backbone's. Raises ConfigError."""
    backbone = BACKBONES.get(values.get('architecture', {}).get('backbone'))
    if backbone is not None:
        values = {'input': backbone.input, **values}
    return build_section(Config, values, path)


def architecture_from(values):
    """An Architecture from a manifest's `architecture` object, without its dropout. Raises ConfigError."""
    return build_section(Architecture, {key: value for key, value in values.items() if key != 'dropout'},
                         'architecture')


def load_config(path, overrides=()):
    """Reads a configuration file; `overrides` are `section.field=json` texts. A field `extends` names a file to start
    from.
    """
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
