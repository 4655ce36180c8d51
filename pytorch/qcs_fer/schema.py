"""The data of schema/, which this package and the page share, and a reader of the part of JSON Schema that it uses.

Its twin is src/base/schema.ts.
"""
import json
import math
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / 'schema'
_KINDS = {'object': dict, 'array': list, 'string': str, 'boolean': bool, 'integer': int, 'number': (int, float)}


class ConfigError(ValueError):
    """A configuration names something that does not exist or leaves out something needed."""


def load_data(name):
    """A file of schema/, parsed."""
    return json.loads((FOLDER / name).read_text())


def definition(schema, definitions):
    """What a schema refers to; itself where it does not."""
    return definitions[schema['$ref'].rpartition('/')[2]] if '$ref' in schema else schema


def defaults_of(schema):
    """key -> default of the properties that have one."""
    return {key: value['default'] for key, value in schema['properties'].items() if 'default' in value}


def check(schema, value, definitions, path):
    """Raises ConfigError for the first contradiction between `value` and `schema`; defaults may be missing."""
    schema = definition(schema, definitions)
    known = schema.get('enum', [schema['const']] if 'const' in schema else None)
    if known is not None:
        if value not in known:
            raise ConfigError(f'{path} must be one of {", ".join(map(str, known))}, and is {value!r}')
        return
    kind = schema['type']
    sound = isinstance(value, _KINDS[kind]) and (kind == 'boolean' or not isinstance(value, bool))
    if not sound or kind in ('integer', 'number') and not _in_range(schema, value):
        raise ConfigError(f'{path} is no {kind}{_range(schema)}')
    if kind == 'object':
        _check_fields(schema, value, definitions, path)
    elif kind == 'array':
        if not schema.get('minItems', 0) <= len(value) <= schema.get('maxItems', math.inf):
            raise ConfigError(f'{path} is no list of {schema.get("minItems", 0)} to {schema.get("maxItems", "any")}')
        for index, item in enumerate(value):
            check(schema['items'], item, definitions, f'{path}[{index}]')
        if schema.get('uniqueItems') and len(set(value)) < len(value):
            raise ConfigError(f'{path} names one twice')
    elif kind == 'string' and len(value) > schema.get('maxLength', math.inf):
        raise ConfigError(f'{path} is longer than {schema["maxLength"]} characters')
    elif kind == 'string' and not re.search(schema.get('pattern', ''), value):
        raise ConfigError(f'{path} is {value!r}, which is not {schema["title"]}')


def _check_fields(schema, values, definitions, path):
    properties = schema.get('properties', {})
    unknown = [key for key in values if key not in properties]
    if unknown and schema.get('additionalProperties', True) is False:
        raise ConfigError(f'{path}: unknown field {", ".join(sorted(unknown))}')
    for key, part in properties.items():
        if key in values:
            check(part, values[key], definitions, f'{path}.{key}')
        elif key in schema.get('required', ()) and 'default' not in part:
            raise ConfigError(f'{path}: the field {key} is missing')


def _in_range(schema, value):
    low, high = schema.get('minimum', -math.inf), schema.get('maximum', math.inf)
    above, below = schema.get('exclusiveMinimum', -math.inf), schema.get('exclusiveMaximum', math.inf)
    whole = 'multipleOf' not in schema or value % schema['multipleOf'] == 0
    return low <= value <= high and above < value < below and whole


def _range(schema):
    words = {'minimum': 'from {}', 'exclusiveMinimum': 'above {}', 'maximum': 'to {}', 'exclusiveMaximum': 'below {}',
             'multipleOf': 'divisible by {}'}
    return ''.join(f' {text.format(schema[key])}' for key, text in words.items() if key in schema)
