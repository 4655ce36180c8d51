"""What a backbone is to the rest of the package: each has one record in a module of its own, and __init__.py lists
them.
"""
from dataclasses import dataclass
from typing import Any, Callable, Optional

from ..tokens import TokenLayout

IMAGENET = {'mean': [0.485, 0.456, 0.406], 'std': [0.229, 0.224, 0.225]}


@dataclass(frozen=True)
class Backbone:
    """`name`: as manifests and configurations have it. `prefix`: the network's attribute, which its parameters' names
    begin with.

    `build`: from an architecture to the module. With a `layout` that gives three levels, whose channels are its
    `level_channels`; without, it gives the last map, of `channels`. `sized`: an architecture may choose its `stages`.
    `input`: a configuration's where it gives none. `origin`: the data behind the weights that it usually starts from,
    for the card; `notice`: likewise for the manifest.
    """
    name: str
    prefix: str
    build: Callable
    input: dict[str, Any]
    origin: str
    layout: Optional[TokenLayout] = None
    sized: bool = False
    notice: str = ''
