"""Reads the weights of Resemblyzer's voice encoder from its torch file and writes them as plain arrays.

    convert-voice-model.py pretrained.pt OUT.npz

The file is a pickle, which could run anything that it names. Here it may name four things, of which none runs.
"""

import collections
import pickle
import struct
import sys

import numpy

MAGIC = 0x1950A86A20F9469CFC6C
WANTED = ["lstm.%s_l%d" % (name, layer) for layer in range(3) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
WANTED += ["linear.weight", "linear.bias"]


class FloatStorage:
    """Stands for torch's class of the same name."""


class OtherStorage:
    """A storage of numbers that are not wanted."""


class View:
    def __init__(self, storage, offset, size, stride):
        self.storage, self.offset, self.size, self.stride = storage, offset, size, stride


def rebuild_tensor(storage, offset, size, stride, *rest):
    return View(storage, offset, size, stride)


class Reader(pickle.Unpickler):
    allowed = {
        ("collections", "OrderedDict"): collections.OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): rebuild_tensor,
        ("torch", "FloatStorage"): FloatStorage,
        ("torch", "LongStorage"): OtherStorage,
    }

    def find_class(self, module, name):
        if (module, name) not in self.allowed:
            raise pickle.UnpicklingError("the file names %s.%s" % (module, name))
        return self.allowed[(module, name)]

    def persistent_load(self, identity):
        kind, storage_class, key, _, count = identity[:5]
        if kind != "storage":
            raise pickle.UnpicklingError("the file refers to a %r" % (kind,))
        return (storage_class, key, count)


def main(source, target):
    with open(source, "rb") as file:
        if Reader(file).load() != MAGIC:
            raise ValueError("not a torch file of the old kind")
        Reader(file).load()
        Reader(file).load()
        state = Reader(file).load()["model_state"]
        sizes = {view.storage[1]: view.storage for view in state.values()}
        data = {}
        for key in Reader(file).load():
            (count,) = struct.unpack("<q", file.read(8))
            if key in sizes and sizes[key][0] is FloatStorage:
                data[key] = numpy.frombuffer(file.read(4 * count), dtype="<f4")
            elif all(name in WANTED and state[name].storage[1] in data for name in WANTED):
                break
            else:
                file.seek((4 if sizes.get(key, (FloatStorage,))[0] is FloatStorage else 8) * count, 1)
    arrays = {}
    for name in WANTED:
        view = state[name]
        flat = data[view.storage[1]]
        strides = [4 * step for step in view.stride]
        arrays[name] = numpy.lib.stride_tricks.as_strided(flat[view.offset :], view.size, strides).copy()
        if not numpy.isfinite(arrays[name]).all():
            raise ValueError("%s is not made of numbers" % name)
    numpy.savez(target, **arrays)


main(sys.argv[1], sys.argv[2])
