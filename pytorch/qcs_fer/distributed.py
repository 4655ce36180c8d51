"""One process or several (torchrun): rank, device, and what only the first process does."""
import os
import sys
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Workers:
    """`world` processes, of which this is `rank`, on `device`."""
    rank: int
    world: int
    device: torch.device

    @property
    def first(self):
        """Whether this process writes logs and checkpoints."""
        return self.rank == 0


def start_workers(device=''):
    """Joins the process group that torchrun describes, or stands alone. `device`: cpu, cuda; empty takes CUDA where it
    is.
    """
    kind = device or ('cuda' if torch.cuda.is_available() else 'cpu')
    world, rank = int(os.environ.get('WORLD_SIZE', 1)), int(os.environ.get('RANK', 0))
    if world > 1:
        torch.distributed.init_process_group('nccl' if kind == 'cuda' else 'gloo')
    if kind == 'cuda':
        local = int(os.environ.get('LOCAL_RANK', 0))
        torch.cuda.set_device(local)
        return Workers(rank, world, torch.device('cuda', local))
    return Workers(rank, world, torch.device(kind))


def first_alone(workers, load):
    """`load()` by the first process, which may write a cache, and then by the others."""
    result = load() if workers.first else None
    if workers.world > 1:
        torch.distributed.barrier()
    return result if workers.first else load()


def wrapped(network, workers):
    """The network under DistributedDataParallel where there are several processes."""
    if workers.world == 1:
        return network
    devices = [workers.device.index] if workers.device.type == 'cuda' else None
    return torch.nn.parallel.DistributedDataParallel(network, device_ids=devices)


def agreed(values, workers):
    """The largest of each whole number over all processes: what one of them was told, all do at the same step."""
    if workers.world == 1:
        return list(values)
    shared = torch.tensor(values, device=workers.device)
    torch.distributed.all_reduce(shared, torch.distributed.ReduceOp.MAX)
    return shared.tolist()


def finish_workers(workers):
    """Ends a process that is one of several, all at once; does nothing where there is one alone.

    The interpreter is left without tearing the group down: in PyTorch 1.13 the destructor of a gloo group waits for its
    thread while it holds the interpreter lock, and that thread may be waiting for the lock to give a tensor back.
    """
    if workers.world > 1:
        torch.distributed.barrier()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
