"""The registry: one record a backbone, by the name that manifests and configurations give. docs/howto/backbone.md tells
how one is added.
"""
from .ghostfacenet import GHOSTFACENET
from .ir50 import IR50
from .mobilefacenet import MOBILEFACENET
from .resnet18 import RESNET18

BACKBONES = {record.name: record for record in (MOBILEFACENET, IR50, GHOSTFACENET, RESNET18)}
