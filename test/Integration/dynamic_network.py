# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds the transformer block with a dynamic sequence length as a shared library, and calls it.

Owns the way from the generated text to a C call; what is compared stands in the callers.
"""
import ctypes
import re
import subprocess
import sys
from pathlib import Path

import toolchain

sys.path.insert(0, str(toolchain.SOURCE_DIR / "tools" / "demo"))
import dynamic_transformer  # noqa: E402

RUNTIME = Path(toolchain.LANGONE_RT_LIBRARY)
PLANNER = RUNTIME.with_name("liblangone_rt_planner.so")
# How `forward` becomes code: with the system's allocator, or planned.
PLAIN = ["--langone-bufferization-pipeline"]


def planned(dynamic: str) -> list[str]:
    return [f"--langone-budget-pipeline=dynamic={dynamic}"]


# Stands in for a runtime from before guards: same contract, without typed errors.
_GUARD = """
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
void langone_rt_guard_or_raise(uint64_t value, uint64_t bound, uint32_t subject, uint32_t on_exceed, const char *text) {
  if (value <= bound) return;
  fprintf(stderr, "guard: %s: %llu above %llu\\n", text, (unsigned long long)value, (unsigned long long)bound);
  exit(EXIT_FAILURE);
}
"""


def _has_guard() -> bool:
    symbols = subprocess.run(["nm", "-D", "--defined-only", str(RUNTIME)], capture_output=True, text=True, check=True)
    return "langone_rt_guard_or_raise" in symbols.stdout


class Memref2(ctypes.Structure):
    _fields_ = [("allocated", ctypes.c_void_p), ("aligned", ctypes.c_void_p), ("offset", ctypes.c_int64),
                ("sizes", ctypes.c_int64 * 2), ("strides", ctypes.c_int64 * 2)]


class Statistics(ctypes.Structure):
    """langone_rt_statistics."""
    _fields_ = [("struct_size", ctypes.c_uint32), ("version", ctypes.c_uint32)] + \
        [(name, ctypes.c_uint64) for name in ("current", "high_water", "limit", "arena", "pool", "acquires",
                                              "allocations", "frees", "failures")]


def optimized(text: str, folder: Path, name: str, flags: list[str]) -> str:
    """`text` after the passes, as text."""
    source, output = folder / f"{name}.mlir", folder / f"{name}.opt.mlir"
    source.write_text(text, encoding="ascii")
    toolchain.opt(toolchain.LANGONE_OPT, source, output, flags)
    return output.read_text(encoding="utf-8")


def build(text: str, folder: Path, name: str, flags: list[str]) -> Path:
    """A shared library from `text`."""
    source, lowered, ir, library = (folder / f"{name}.{kind}" for kind in ("mlir", "llvm.mlir", "ll", "so"))
    source.write_text(text, encoding="ascii")
    toolchain.opt(toolchain.LANGONE_OPT, source, lowered, [*flags, "--langone-lower-to-llvm"])
    toolchain.run([toolchain.MLIR_TRANSLATE, "--mlir-to-llvmir", str(lowered), "-o", str(ir)])
    stub = folder / "guard.c"
    stub.write_text(_GUARD, encoding="ascii")
    # No contraction, so that every build rounds alike.
    toolchain.run([toolchain.CLANG, "-O1", "-ffp-contract=off", "-fPIC", "-shared", "-Wno-override-module", str(ir),
                   *([] if _has_guard() else [str(stub)]), str(RUNTIME), *([str(PLANNER)] if PLANNER.exists() else []), f"-Wl,-rpath,{RUNTIME.resolve().parent}", "-lm",
                   "-o", str(library)])
    return library


class Network:
    """One loaded library."""

    def __init__(self, library: Path, dim: int):
        self._library, self._runtime, self._dim = ctypes.CDLL(str(library)), ctypes.CDLL(str(RUNTIME)), dim

    def arena_bytes(self, length: int) -> int:
        """What the emitted size function says."""
        size = self._library.forward_arena_bytes
        size.argtypes, size.restype = [ctypes.c_int64], ctypes.c_int64
        return size(length)

    def run(self, length: int) -> tuple[bytes, int]:
        """The result for an input that depends on the length alone, and the high-water of the call in bytes."""
        count = length * self._dim
        data = (ctypes.c_float * max(count, 1))(*(((i * 37 + 11) % 101 - 50) / 25 for i in range(count)))
        address = ctypes.addressof(data)
        argument = Memref2(address, address, 0, (length, self._dim), (self._dim, 1))
        result = Memref2()
        self._runtime.langone_rt_reset_high_water()
        before = self._statistics()
        self._library._mlir_ciface_forward(ctypes.byref(result), ctypes.byref(argument))
        after = self._statistics()
        values = ctypes.string_at(result.aligned, count * 4)
        if after.current > before.current:
            self._runtime.langone_rt_pool_free(ctypes.c_void_p(result.allocated))
        return values, after.high_water - before.current

    def _statistics(self) -> Statistics:
        statistics = Statistics(ctypes.sizeof(Statistics), 1)
        assert self._runtime.langone_rt_get_statistics(ctypes.byref(statistics)) == 0
        return statistics


def arena_of(text: str) -> int:
    """`arena` of the plan of @forward in planned code."""
    return int(re.search(r"@forward\(.*?langone_resource\.plan<arena = (\d+)", text).group(1))
