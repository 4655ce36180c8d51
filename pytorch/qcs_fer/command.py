"""How a command of this folder ends."""
import sys

from .config import ConfigError
from .dataset_files import DatasetError
from .safetensors_io import SafetensorsError
from .torch_checkpoint import CheckpointError


def run(main):
    """Calls `main()`. What is wrong with somebody's files or options is told in a line, without a traceback; exit
    status 1.
    """
    try:
        main()
    except (ConfigError, DatasetError, SafetensorsError, CheckpointError) as error:
        sys.exit(f'{type(error).__name__}: {error}')
