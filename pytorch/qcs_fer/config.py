"""Configurations: JSON files read into frozen dataclasses; an unknown or missing field is an error, never a default in
silence.
"""
import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path

from . import schema
from .backbones import BACKBONES
from .schema import ConfigError

# What a family reads of its backbone: three levels, which become tokens, or the last map.
TOKEN_FAMILIES = ('qcs', 'dcs', 'base')
FAMILIES = (*TOKEN_FAMILIES, 'arm', 'resnet18')

RUN_SCHEMA = schema.load_data('training.schema.json')
DEFINITIONS = {**schema.load_data('manifest.schema.json')['$defs'], **RUN_SCHEMA['$defs'],
               'Family': {'enum': list(FAMILIES)}, 'Backbone': {'enum': list(BACKBONES)}}
_INPUT_DEFAULTS = schema.defaults_of(DEFINITIONS['InputSpec'])


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
    batch_norm: str = 'per-branch'
    outputs_per_class: tuple = ()

    def __post_init__(self):
        if self.family not in FAMILIES or self.backbone not in BACKBONES:
            raise ConfigError(f'architecture: there is no {self.family} on {self.backbone}')
        backbone = BACKBONES[self.backbone]
        if (backbone.layout is not None) != (self.family in TOKEN_FAMILIES):
            raise ConfigError(f'architecture.backbone: there is no {self.family} on {self.backbone}')
        if self.stages and not backbone.sized:
            raise ConfigError(f'architecture.stages: {self.backbone} has stages of its own')


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
    resize: str
    resize_to: int
    centre_crop: int
    mean: tuple = tuple(_INPUT_DEFAULTS['mean'])
    std: tuple = tuple(_INPUT_DEFAULTS['std'])
    stride: int = 1
    template: dict = field(default_factory=lambda: dict(_INPUT_DEFAULTS['template']))


@dataclass(frozen=True)
class Sampling:
    """How classes are drawn. `anchor` and `negative`: uniform (both: q1), natural (by size; both: q0), sqrt, or a power
    of the size such as 0.7; anchors also balanced (every class equally often, its images in turn) or mrr (as many of
    each as the smallest has).
    """
    anchor: str = 'uniform'
    negative: str = 'uniform'


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
        if bool(self.images) == bool(self.epochs):
            raise ConfigError('give the length of the run as images or as epochs, not both')


def camel(name):
    """cross_depth -> crossDepth."""
    head, *rest = name.split('_')
    return head + ''.join(part.capitalize() for part in rest)


def build_section(kind, values):
    """A dataclass of this module from parsed JSON that its schema has found sound."""
    arguments = {}
    for item in dataclasses.fields(kind):
        if camel(item.name) not in values:
            continue
        value = values[camel(item.name)]
        if dataclasses.is_dataclass(item.type):
            value = build_section(item.type, value)
        elif item.name == 'stages':
            value = [build_section(Stage, stage) for stage in value]
        arguments[item.name] = tuple(value) if isinstance(value, list) else value
    return kind(**arguments)


def config_from(values, path='configuration'):
    """A Config from parsed JSON; without an `input`, its backbone's. Raises ConfigError."""
    architecture = _without_blanks(values.get('architecture', {}))
    backbone = BACKBONES.get(architecture.get('backbone'))
    values = {**({'input': backbone.input} if backbone else {}), **values, 'architecture': architecture}
    schema.check(RUN_SCHEMA, values, DEFINITIONS, path)
    return build_section(Config, values)


def architecture_from(values):
    """An Architecture from a manifest's `architecture` object, without its dropout. Raises ConfigError."""
    schema.check(DEFINITIONS['Architecture'], values, DEFINITIONS, 'architecture')
    return build_section(Architecture, values)


def input_from(values):
    """An Input from a manifest's `input` object. Raises ConfigError."""
    schema.check(DEFINITIONS['InputSpec'], values, DEFINITIONS, 'input')
    return build_section(Input, values)


def _without_blanks(values):
    """Without the 0 and [] that stand, in checkpoints of some time ago, for what is left out."""
    return {key: value for key, value in values.items() if value not in (0, []) or isinstance(value, bool)}


def load_config(path, overrides=()):
    """Reads a configuration file; `overrides` are `section.field=json` texts.

    A field `extends` names a file to start from, `preset` a published setting of schema/presets.json.
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
    preset, parent = values.pop('preset', None), values.pop('extends', None)
    base = _published(preset) if preset else _read(path.parent / parent) if parent else {}
    return _merge(base, values)


def _published(name):
    """What a preset of schema/presets.json says of a run."""
    presets = schema.load_data('presets.json')
    preset = presets['presets'][name]
    return {'classes': presets['orders'][preset['classes']], 'dropout': preset['dropout'],
            'input': {**BACKBONES[presets['backbone']].input, 'resizeTo': preset['resizeTo']},
            'architecture': {'family': preset['family'], 'csaResidual': preset['csaResidual']}}


def _merge(base, change):
    merged = dict(base)
    for key, value in change.items():
        merged[key] = _merge(base[key], value) if isinstance(value, dict) and isinstance(base.get(key), dict) else value
    return merged


def to_json(value):
    """The inverse of config_from: dataclasses to camel-case dictionaries, without what an architecture leaves out."""
    if isinstance(value, tuple):
        return [to_json(part) for part in value]
    if not dataclasses.is_dataclass(value):
        return value
    fields = {camel(item.name): to_json(getattr(value, item.name)) for item in dataclasses.fields(value)}
    return _without_blanks(fields) if isinstance(value, Architecture) else fields
