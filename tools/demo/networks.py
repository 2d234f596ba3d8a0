#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the demo networks as TOSA: five nets of the size that people deploy, with seeded weights.

Each network is one public function `@forward` from one input tensor to one output tensor. Batch
norms are folded into weights and biases, as deployment tools do. Weights are He-uniform and stand
in the text as hexadecimal blobs; the same name and seed give the same bytes on any machine.

This file owns the networks. It knows nothing of budgets but how to write one on a function.
"""
import argparse
import array
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from math import prod, sqrt
from typing import Optional, Sequence

Pair = tuple[int, int]
FLOAT_MAX = "3.40282347E+38"


@dataclass(frozen=True)
class Value:
    """An SSA value and its static shape; all elements are f32."""

    name: str
    shape: tuple[int, ...]

    @property
    def type(self) -> str:
        return tensor_type(self.shape)


def tensor_type(shape: Sequence[int], element: str = "f32") -> str:
    return f"tensor<{''.join(f'{dim}x' for dim in shape)}{element}>"


def i64s(values: Sequence[int]) -> str:
    return f"array<i64: {', '.join(map(str, values))}>"


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int, int]:
    """TensorFlow's SAME padding of one dimension: (before, after, elements at the end never read).

    TOSA wants the window to end exactly at the padded border, so what is never read is cropped.
    """
    excess = (-(-size // stride) - 1) * stride + kernel - size
    padding = max(excess, 0)
    return padding // 2, padding - padding // 2, max(-excess, 0)


class Builder:
    """Appends TOSA operations to one function; every method returns the value it defined."""

    def __init__(self, input_shape: Sequence[int], seed: int):
        self.input = Value("%input", tuple(input_shape))
        self._lines: list[str] = []
        self._random = random.Random(seed)
        self._known: dict[str, str] = {}

    # -- text ---------------------------------------------------------------------------------
    def function(self, result: Value, budget: Optional[str]) -> str:
        """The finished module; `budget` (for example "64 KiB") annotates the function."""
        attribute = "langone_resource.memory_budget"
        attributes = f" attributes {{{attribute} = #{attribute}<{budget}>}}" if budget else ""
        body = "".join(f"    {line}\n" for line in self._lines)
        return (f"func.func @forward({self.input.name}: {self.input.type}) -> {result.type}{attributes} {{\n"
                f"{body}    return {result.name} : {result.type}\n}}\n")

    def _define(self, text: str) -> str:
        name = f"%{len(self._lines)}"
        self._lines.append(f"{name} = {text}")
        return name

    def _shared(self, text: str) -> str:
        """Defines a constant once, however often it is asked for."""
        if text not in self._known:
            self._known[text] = self._define(text)
        return self._known[text]

    def _op(self, op: str, operands: Sequence[Value], shape: Sequence[int], attributes: str = "",
            extra: Sequence[tuple[str, str]] = ()) -> Value:
        """One op: `operands` are f32 values, `extra` are (name, type) of the rest."""
        names = ", ".join([value.name for value in operands] + [name for name, _ in extra])
        types = ", ".join([value.type for value in operands] + [type for _, type in extra])
        text = f"{op} {names}{' {' + attributes + '}' if attributes else ''} : ({types}) -> {tensor_type(shape)}"
        return Value(self._define(text), tuple(shape))

    # -- constants ----------------------------------------------------------------------------
    def weights(self, shape: Sequence[int], fan_in: int) -> Value:
        """He-uniform: variance 2 / fan_in, which keeps the scale of activations through ReLUs."""
        return self._uniform(shape, 0.0, sqrt(6.0 / fan_in))

    def _uniform(self, shape: Sequence[int], center: float, radius: float) -> Value:
        values = array.array("f", (self._random.uniform(center - radius, center + radius) for _ in range(prod(shape))))
        if sys.byteorder == "big":
            values.byteswap()
        blob = f'dense<"0x{values.tobytes().hex().upper()}"> : {tensor_type(shape)}'
        return Value(self._define(f'"tosa.const"() <{{values = {blob}}}> : () -> {tensor_type(shape)}'), tuple(shape))

    def splat(self, shape: Sequence[int], value: float, element: str = "f32") -> Value:
        type = tensor_type(shape, element)
        literal = f"{value:.9e}" if element == "f32" else str(int(value))
        name = self._shared(f'"tosa.const"() <{{values = dense<{literal}> : {type}}}> : () -> {type}')
        return Value(name, tuple(shape))

    def _shape(self, dims: Sequence[int]) -> tuple[str, str]:
        type = f"!tosa.shape<{len(dims)}>"
        values = f"dense<[{', '.join(map(str, dims))}]> : tensor<{len(dims)}xindex>"
        return self._shared(f"tosa.const_shape {{values = {values}}} : () -> {type}"), type

    def _zero_points(self) -> list[Value]:
        return [self.splat([1], 0.0)] * 2

    # -- layers -------------------------------------------------------------------------------
    def conv(self, x: Value, channels: int, kernel: Pair = (3, 3), stride: int = 1) -> Value:
        """Convolution with SAME padding and bias; NHWC."""
        depth = x.shape[3]
        fan_in = kernel[0] * kernel[1] * depth
        filters = self.weights((channels, *kernel, depth), fan_in)
        return self._convolve("tosa.conv2d", x, filters, channels, kernel, stride)

    def depthwise(self, x: Value, kernel: Pair = (3, 3), stride: int = 1) -> Value:
        channels = x.shape[3]
        filters = self.weights((*kernel, channels, 1), kernel[0] * kernel[1])
        return self._convolve("tosa.depthwise_conv2d", x, filters, channels, kernel, stride)

    def _convolve(self, op: str, x: Value, filters: Value, channels: int, kernel: Pair, stride: int) -> Value:
        (top, bottom, crop_y), (left, right, crop_x) = (same_padding(x.shape[i + 1], kernel[i], stride) for i in (0, 1))
        batch, height, width, depth = x.shape
        out = (batch, -(-height // stride), -(-width // stride), channels)
        if crop_y or crop_x:
            x = self.slice(x, (batch, height - crop_y, width - crop_x, depth))
        bias = self._uniform((channels,), 0.0, 0.1)
        attributes = (f"acc_type = f32, dilation = {i64s((1, 1))}, pad = {i64s((top, bottom, left, right))}, "
                      f"stride = {i64s((stride, stride))}")
        return self._op(op, [x, filters, bias, *self._zero_points()], out, attributes)

    def dense(self, x: Value, channels: int) -> Value:
        """Fully connected with bias, on the last dimension of a value of rank three."""
        batch, rows, depth = x.shape
        product = self.matmul(x, self.weights((batch, depth, channels), depth))
        return self.add(product, self._uniform((1, 1, channels), 0.0, 0.1))

    def matmul(self, a: Value, b: Value) -> Value:
        return self._op("tosa.matmul", [a, b, *self._zero_points()], (*a.shape[:2], b.shape[2]))

    def relu(self, x: Value, maximum: str = FLOAT_MAX) -> Value:
        return self._op("tosa.clamp", [x], x.shape, f"max_val = {maximum} : f32, min_val = 0.0 : f32")

    def relu6(self, x: Value) -> Value:
        return self.relu(x, "6.0")

    def add(self, a: Value, b: Value) -> Value:
        return self._op("tosa.add", [a, b], a.shape)

    def sub(self, a: Value, b: Value) -> Value:
        return self._op("tosa.sub", [a, b], a.shape)

    def mul(self, a: Value, b: Value) -> Value:
        shift = self.splat([1], 0, "i8").name
        return self._op("tosa.mul", [a, b], a.shape, extra=[(shift, "tensor<1xi8>")])

    def unary(self, op: str, x: Value) -> Value:
        return self._op(f"tosa.{op}", [x], x.shape)

    def reduce(self, op: str, x: Value, axis: int) -> Value:
        shape = [1 if i == axis else dim for i, dim in enumerate(x.shape)]
        text = f"tosa.reduce_{op} {x.name} {{axis = {axis} : i32}} : ({x.type}) -> {tensor_type(shape)}"
        return Value(self._define(text), tuple(shape))

    def mean(self, x: Value, axis: int) -> Value:
        total = self.reduce("sum", x, axis)
        return self.mul(total, self.splat([1] * len(x.shape), 1.0 / x.shape[axis]))

    def softmax(self, x: Value) -> Value:
        """Along the last dimension, shifted by the maximum."""
        last = len(x.shape) - 1
        powers = self.unary("exp", self.sub(x, self.reduce("max", x, last)))
        return self.mul(powers, self.unary("reciprocal", self.reduce("sum", powers, last)))

    def layer_norm(self, x: Value) -> Value:
        last = len(x.shape) - 1
        ones = [1] * last
        centered = self.sub(x, self.mean(x, last))
        variance = self.mean(self.mul(centered, centered), last)
        scale = self.unary("rsqrt", self.add(variance, self.splat([1] * len(x.shape), 1e-5)))
        gamma, beta = (self._uniform((*ones, x.shape[last]), center, 0.1) for center in (1.0, 0.0))
        return self.add(self.mul(self.mul(centered, scale), gamma), beta)

    def max_pool(self, x: Value) -> Value:
        """2x2, stride 2."""
        batch, height, width, channels = x.shape
        attributes = f"kernel = {i64s((2, 2))}, pad = {i64s((0,) * 4)}, stride = {i64s((2, 2))}"
        return self._op("tosa.max_pool2d", [x], (batch, height // 2, width // 2, channels), attributes)

    def global_pool(self, x: Value) -> Value:
        """Average over height and width; the result has rank three, ready for `dense`."""
        batch, height, width, channels = x.shape
        attributes = (f"acc_type = f32, kernel = {i64s((height, width))}, pad = {i64s((0,) * 4)}, "
                      f"stride = {i64s((1, 1))}")
        pooled = self._op("tosa.avg_pool2d", [x, *self._zero_points()], (batch, 1, 1, channels), attributes)
        return self.reshape(pooled, (batch, 1, channels))

    def upsample(self, x: Value) -> Value:
        """Nearest neighbour, twice the height and width."""
        batch, height, width, channels = x.shape
        extra = [self._shape(dims) for dims in ((4, 2, 4, 2), (-1, -1), (1, 1))]
        return self._op("tosa.resize", [x], (batch, 2 * height, 2 * width, channels), "mode = NEAREST_NEIGHBOR", extra)

    # -- shapes -------------------------------------------------------------------------------
    def reshape(self, x: Value, shape: Sequence[int]) -> Value:
        return self._op("tosa.reshape", [x], shape, extra=[self._shape(shape)])

    def transpose(self, x: Value, order: Sequence[int]) -> Value:
        perms = f"perms = array<i32: {', '.join(map(str, order))}>"
        return self._op("tosa.transpose", [x], [x.shape[i] for i in order], perms)

    def concat(self, a: Value, b: Value) -> Value:
        """Along the last dimension."""
        axis = len(a.shape) - 1
        return self._op("tosa.concat", [a, b], (*a.shape[:axis], a.shape[axis] + b.shape[axis]), f"axis = {axis} : i32")

    def slice(self, x: Value, size: Sequence[int]) -> Value:
        """The first `size` elements of each dimension."""
        return self._op("tosa.slice", [x], size, extra=[self._shape([0] * len(size)), self._shape(size)])


# -- networks ---------------------------------------------------------------------------------
def classify(b: Builder, x: Value, classes: int) -> Value:
    scores = b.softmax(b.dense(b.global_pool(x), classes))
    return b.reshape(scores, (1, classes))


def separable(b: Builder, x: Value, channels: int, stride: int, activation: Callable[[Value], Value]) -> Value:
    return activation(b.conv(activation(b.depthwise(x, stride=stride)), channels, (1, 1)))


def mobilenet_v1(b: Builder) -> Value:
    """Howard et al. 2017, width 0.25: the visual wake words reference of MLPerf Tiny."""
    x = b.relu6(b.conv(b.input, 8, stride=2))
    blocks = [(16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), *[(128, 1)] * 5, (256, 2), (256, 1)]
    for channels, stride in blocks:
        x = separable(b, x, channels, stride, b.relu6)
    return classify(b, x, 2)


def resnet8(b: Builder) -> Value:
    """He et al. 2015, one block a stage: the image classification reference of MLPerf Tiny."""
    x = b.relu(b.conv(b.input, 16))
    for channels, stride in [(16, 1), (32, 2), (64, 2)]:
        shortcut = x if stride == 1 else b.conv(x, channels, (1, 1), stride)
        x = b.conv(b.relu(b.conv(x, channels, stride=stride)), channels)
        x = b.relu(b.add(x, shortcut))
    return classify(b, x, 10)


def ds_cnn(b: Builder) -> Value:
    """Zhang et al. 2017, depthwise separable: the keyword spotting reference of MLPerf Tiny."""
    x = b.relu(b.conv(b.input, 64, (10, 4), stride=2))
    for _ in range(4):
        x = separable(b, x, 64, 1, b.relu)
    return classify(b, x, 12)


def unet(b: Builder) -> Value:
    """Ronneberger et al. 2015, small: the skips stay live across everything below them."""

    def double_conv(x: Value, channels: int) -> Value:
        return b.relu(b.conv(b.relu(b.conv(x, channels)), channels))

    x, skips = b.input, []
    for channels in (16, 32, 64):
        skips.append(double_conv(x, channels))
        x = b.max_pool(skips[-1])
    x = double_conv(x, 128)
    for skip in reversed(skips):
        channels = skip.shape[3]
        x = double_conv(b.concat(b.conv(b.upsample(x), channels), skip), channels)
    return b.unary("sigmoid", b.conv(x, 1, (1, 1)))


def transformer(b: Builder) -> Value:
    """Vaswani et al. 2017, one pre-norm encoder block with four heads."""
    batch, sequence, dim = b.input.shape
    heads = 4
    depth = dim // heads

    def split(x: Value, order: Sequence[int]) -> Value:
        return b.transpose(b.reshape(x, (sequence, heads, depth)), order)

    def attention(x: Value) -> Value:
        query = split(b.dense(x, dim), (1, 0, 2))
        key = split(b.dense(x, dim), (1, 2, 0))
        value = split(b.dense(x, dim), (1, 0, 2))
        scores = b.mul(b.matmul(query, key), b.splat((1, 1, 1), 1.0 / sqrt(depth)))
        mixed = b.transpose(b.matmul(b.softmax(scores), value), (1, 0, 2))
        return b.dense(b.reshape(mixed, (batch, sequence, dim)), dim)

    x = b.add(b.input, attention(b.layer_norm(b.input)))
    return b.add(x, b.dense(b.relu(b.dense(b.layer_norm(x), 4 * dim)), dim))


@dataclass(frozen=True)
class Network:
    title: str
    input_shape: tuple[int, ...]
    build: Callable[[Builder], Value]


NETWORKS = {
    "mobilenet_v1": Network("MobileNetV1 0.25, 96x96, 2 classes", (1, 96, 96, 3), mobilenet_v1),
    "resnet8": Network("ResNet-8, 32x32, 10 classes", (1, 32, 32, 3), resnet8),
    "ds_cnn": Network("DS-CNN keyword spotting, 49x10, 12 classes", (1, 49, 10, 1), ds_cnn),
    "unet": Network("U-Net, 64x64, three skips", (1, 64, 64, 3), unet),
    "transformer": Network("transformer encoder block, 64x128, 4 heads", (1, 64, 128), transformer),
}


def generate(name: str, seed: int = 0, budget: Optional[str] = None) -> str:
    """The network as MLIR text."""
    network = NETWORKS[name]
    builder = Builder(network.input_shape, seed)
    return builder.function(network.build(builder), budget)


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes a demo network as TOSA.")
    parser.add_argument("name", nargs="?", choices=NETWORKS, help="the network")
    parser.add_argument("--output", default="-", help="file to write; - is standard output")
    parser.add_argument("--seed", type=int, default=0, help="seed of the weights")
    parser.add_argument("--budget", help='memory budget to write on @forward, for example "64 KiB"')
    parser.add_argument("--list", action="store_true", help="print names and titles, and stop")
    arguments = parser.parse_args()
    if arguments.list:
        for name, network in NETWORKS.items():
            print(f"{name:14} {network.title}")
        return 0
    if not arguments.name:
        parser.error("which network? (--list prints them)")
    text = generate(arguments.name, arguments.seed, arguments.budget)
    if arguments.output == "-":
        sys.stdout.write(text)
    else:
        with open(arguments.output, "w", encoding="ascii") as output:
            output.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
