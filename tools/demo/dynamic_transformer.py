#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the demo networks' transformer block with a sequence length that is known at run time.

The same block as `networks.py` builds (Vaswani et al. 2017, one pre-norm encoder, four heads), in linalg on
tensors, as TOSA has no shapes that are computed. Weights are He-uniform with a seed, as there. With a fixed
length the same text has static shapes: a plan for that length alone.

This file owns the network. It knows nothing of budgets and bounds but how to write them on a function.
"""
import argparse
import array
import random
import sys
from math import prod, sqrt
from typing import Optional, Sequence

Dims = tuple[Optional[int], ...]


def tensor(shape: Dims) -> str:
    return f"tensor<{''.join('?x' if dim is None else f'{dim}x' for dim in shape)}f32>"


class Value:
    """An SSA value and its shape; None is the sequence length."""

    def __init__(self, name: str, shape: Dims):
        self.name, self.shape = name, shape

    @property
    def type(self) -> str:
        return tensor(self.shape)


class Block:
    """Appends operations to the function; every method returns the value it defined."""

    def __init__(self, length: Optional[int], dim: int, heads: int, seed: int):
        self.length, self.dim, self.heads, self.depth = length, dim, heads, dim // heads
        self.input = Value("%input", (length, dim))
        self._random = random.Random(seed)
        self._lines = ["%c0 = arith.constant 0 : index", "%zero = arith.constant 0.0 : f32",
                       "%lowest = arith.constant 0xFF7FFFFF : f32"]
        self._lines.append(f"%n = tensor.dim %input, %c0 : {self.input.type}" if length is None
                           else f"%n = arith.constant {length} : index")

    def text(self, result: Value, attributes: str, argument: str) -> str:
        body = "".join(f"    {line}\n" for line in self._lines)
        return (f"func.func @forward(%input: {self.input.type}{argument}) -> {result.type}{attributes} {{\n"
                f"{body}    return {result.name} : {result.type}\n}}\n")

    def _define(self, text: str) -> str:
        name = f"%v{len(self._lines)}"
        self._lines.append(f"{name} = {text}")
        return name

    def weights(self, shape: Sequence[int], fan_in: int) -> Value:
        radius = sqrt(6.0 / fan_in)
        values = array.array("f", (self._random.uniform(-radius, radius) for _ in range(prod(shape))))
        if sys.byteorder == "big":
            values.byteswap()
        return Value(self._define(f'arith.constant dense<"0x{values.tobytes().hex().upper()}"> : {tensor(tuple(shape))}'),
                     tuple(shape))

    def _empty(self, shape: Dims, fill: Optional[str] = None) -> Value:
        sizes = ", ".join("%n" for dim in shape if dim is None)
        empty = Value(self._define(f"tensor.empty({sizes}) : {tensor(shape)}"), shape)
        if fill is None:
            return empty
        return Value(self._define(f"linalg.fill ins({fill} : f32) outs({empty.name} : {empty.type}) -> {empty.type}"), shape)

    def generic(self, inputs: Sequence[tuple[Value, str]], out: Value, out_dims: str, dims: str, body: str) -> Value:
        """One linalg.generic: `dims` and the maps are lists of dimension names; those that `out_dims` lacks reduce."""
        names = dims.split(", ")
        kinds = ", ".join('"parallel"' if name in out_dims.split(", ") else '"reduction"' for name in names)
        maps = ", ".join(f"affine_map<({dims}) -> ({at})>" for at in [at for _, at in inputs] + [out_dims])
        ins = ", ".join(value.name for value, _ in inputs)
        types = ", ".join(value.type for value, _ in inputs)
        arguments = ", ".join([f"%a{i}: f32" for i in range(len(inputs))] + ["%acc: f32"])
        return Value(self._define(
            f"linalg.generic {{indexing_maps = [{maps}], iterator_types = [{kinds}]}} ins({ins} : {types}) "
            f"outs({out.name} : {out.type}) {{ ^bb0({arguments}): {body} linalg.yield %r : f32 }} -> {out.type}"), out.shape)

    def map(self, body: str, *inputs: tuple[Value, str], dims: str = "i, j") -> Value:
        """Elementwise on the shape of the first input."""
        return self.generic(inputs, self._empty(inputs[0][0].shape), dims, dims, body)

    def rows(self, body: str, start: str, x: Value) -> Value:
        """Reduces the last dimension."""
        dims = "i, j" if len(x.shape) == 2 else "h, i, j"
        return self.generic([(x, dims)], self._empty(x.shape[:-1], start), dims[:-3], dims, body)

    def dense(self, x: Value, channels: int) -> Value:
        weight = self.weights((x.shape[1], channels), x.shape[1])
        bias = self.weights((channels,), x.shape[1])
        zero = self._empty((x.shape[0], channels), "%zero")
        product = Value(self._define(f"linalg.matmul ins({x.name}, {weight.name} : {x.type}, {weight.type}) "
                                     f"outs({zero.name} : {zero.type}) -> {zero.type}"), zero.shape)
        return self.map("%r = arith.addf %a0, %a1 : f32", (product, "i, j"), (bias, "j"))

    def add(self, a: Value, b: Value) -> Value:
        return self.map("%r = arith.addf %a0, %a1 : f32", (a, "i, j"), (b, "i, j"))

    def layer_norm(self, x: Value) -> Value:
        scale = f"%s = arith.constant {1.0 / self.dim:.9e} : f32 "
        total = self.rows("%r = arith.addf %a0, %acc : f32", "%zero", x)
        centered = self.map(scale + "%m = arith.mulf %a1, %s : f32 %r = arith.subf %a0, %m : f32", (x, "i, j"), (total, "i"))
        squares = self.rows("%q = arith.mulf %a0, %a0 : f32 %r = arith.addf %q, %acc : f32", "%zero", centered)
        return self.map(scale + "%e = arith.constant 1.0e-5 : f32 %m = arith.mulf %a1, %s : f32 "
                        "%v = arith.addf %m, %e : f32 %d = math.rsqrt %v : f32 %r = arith.mulf %a0, %d : f32",
                        (centered, "i, j"), (squares, "i"))

    def split(self, x: Value, order: Sequence[int]) -> Value:
        shape = (self.length, self.heads, self.depth)
        sizes = ", ".join("%n" if dim is None else str(dim) for dim in shape)
        whole = Value(self._define(f"tensor.expand_shape {x.name} [[0], [1, 2]] output_shape [{sizes}] : "
                                   f"{x.type} into {tensor(shape)}"), shape)
        return self.transpose(whole, order)

    def transpose(self, x: Value, order: Sequence[int]) -> Value:
        out = self._empty(tuple(x.shape[i] for i in order))
        return Value(self._define(f"linalg.transpose ins({x.name} : {x.type}) outs({out.name} : {out.type}) "
                                  f"permutation = [{', '.join(map(str, order))}]"), out.shape)

    def batch_matmul(self, a: Value, b: Value) -> Value:
        zero = self._empty((a.shape[0], a.shape[1], b.shape[2]), "%zero")
        return Value(self._define(f"linalg.batch_matmul ins({a.name}, {b.name} : {a.type}, {b.type}) "
                                  f"outs({zero.name} : {zero.type}) -> {zero.type}"), zero.shape)

    def softmax(self, x: Value) -> Value:
        highest = self.rows("%r = arith.maximumf %a0, %acc : f32", "%lowest", x)
        power = self.map("%d = arith.subf %a0, %a1 : f32 %r = math.exp %d : f32", (x, "h, i, j"), (highest, "h, i"), dims="h, i, j")
        total = self.rows("%r = arith.addf %a0, %acc : f32", "%zero", power)
        return self.map("%r = arith.divf %a0, %a1 : f32", (power, "h, i, j"), (total, "h, i"), dims="h, i, j")

    def attention(self, x: Value) -> Value:
        query = self.split(self.dense(x, self.dim), (1, 0, 2))
        key = self.split(self.dense(x, self.dim), (1, 2, 0))
        value = self.split(self.dense(x, self.dim), (1, 0, 2))
        scale = f"%s = arith.constant {1.0 / sqrt(self.depth):.9e} : f32 %r = arith.mulf %a0, %s : f32"
        scores = self.map(scale, (self.batch_matmul(query, key), "h, i, j"), dims="h, i, j")
        mixed = self.transpose(self.batch_matmul(self.softmax(scores), value), (1, 0, 2))
        flat = Value(self._define(f"tensor.collapse_shape {mixed.name} [[0], [1, 2]] : {mixed.type} into "
                                  f"{tensor((self.length, self.dim))}"), (self.length, self.dim))
        return self.dense(flat, self.dim)

    def encoder(self) -> Value:
        x = self.add(self.input, self.attention(self.layer_norm(self.input)))
        hidden = self.map("%z = arith.constant 0.0 : f32 %r = arith.maximumf %a0, %z : f32",
                          (self.dense(self.layer_norm(x), 4 * self.dim), "i, j"))
        return self.add(x, self.dense(hidden, self.dim))


def generate(length: Optional[int] = None, longest: int = 512, budget: Optional[str] = None, dim: int = 128,
             heads: int = 4, seed: int = 0) -> str:
    """The block as MLIR text: for `length` alone, or for 1 to `longest` where there is none."""
    block = Block(length, dim, heads, seed)
    result = block.encoder()
    argument = "" if length is not None else \
        f" {{langone_resource.dim_bounds = #langone_resource.dim_bounds<[1 .. {longest}, ?]>}}"
    attribute = "langone_resource.memory_budget"
    attributes = ["llvm.emit_c_interface"] + ([f"{attribute} = #{attribute}<{budget}>"] if budget else [])
    return block.text(result, f" attributes {{{', '.join(attributes)}}}", argument)


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes a transformer block with a dynamic sequence length.")
    parser.add_argument("--length", type=int, help="write it for this length alone")
    parser.add_argument("--longest", type=int, default=512, help="the longest sequence that is promised")
    parser.add_argument("--budget", help='memory budget to write on @forward, for example "8 MiB"')
    parser.add_argument("--seed", type=int, default=0, help="seed of the weights")
    arguments = parser.parse_args()
    sys.stdout.write(generate(arguments.length, arguments.longest, arguments.budget, seed=arguments.seed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
