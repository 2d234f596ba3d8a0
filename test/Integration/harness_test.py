#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of the harness itself: signatures, constants, and a driver with every element type.

Needs stock MLIR and clang only. Run with: python3 harness_test.py
"""
import struct
import sys
import tempfile
import unittest
from pathlib import Path

import constants
import network_driver
import run_network
import signature
import textual_peak
from compare_network import Effort, run_stock
from signature import SignatureError, Type

# Every argument comes back as a result, after a trip through the C interface; the last result is new memory.
EVERY_TYPE = """
func.func @forward(%index: index, %real: f32, %flag: i1, %bytes: memref<3xi8>, %halves: memref<2x2xf16>,
    %brain: memref<4xbf16>, %empty: memref<0x4xf32>)
    -> (index, f32, i1, memref<3xi8>, memref<2x2xf16>, memref<4xbf16>, memref<0x4xf32>, memref<i64>) {
  %new = memref.alloc() {alignment = 64 : i64} : memref<i64>
  %seven = arith.constant 7 : i64
  memref.store %seven, %new[] : memref<i64>
  return %index, %real, %flag, %bytes, %halves, %brain, %empty, %new
      : index, f32, i1, memref<3xi8>, memref<2x2xf16>, memref<4xbf16>, memref<0x4xf32>, memref<i64>
}
"""

ONE_SCALAR = """
memref.global "private" constant @weights : memref<16x32xf32> = dense_resource<__elided__>
memref.global "private" constant @ones : memref<1024xi32> = dense<1>
func.func @forward(%x: memref<2xf32>) -> f32 {
  %zero = arith.constant 0 : index
  %w = memref.get_global @weights : memref<16x32xf32>
  %o = memref.get_global @ones : memref<1024xi32>
  %a = memref.load %x[%zero] : memref<2xf32>
  %b = memref.load %w[%zero, %zero] : memref<16x32xf32>
  %c = memref.load %o[%zero] : memref<1024xi32>
  %d = arith.sitofp %c : i32 to f32
  %e = arith.mulf %a, %b : f32
  %f = arith.addf %e, %d : f32
  return %f : f32
}
"""


def run(ir: str) -> tuple[run_network.Run, bytes]:
    """Through the stock lowering; the measurements and the result bytes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, memrefs = folder / "source.mlir", folder / "prepared.mlir"
        source.write_text(ir, encoding="ascii")
        entry = run_network.prepare(source, memrefs)
        measured = run_stock(memrefs, folder, entry, Effort(calls=2)).run
        return measured, Path(measured.results).read_bytes()


class SignatureTest(unittest.TestCase):
    def test_nested_brackets_strings_and_attributes(self) -> None:
        ir = ('func.func @f(%a: memref<2x3xf32, strided<[3, 1], offset: 4>> {x.y = "a, (b"}, %b: i1) '
              '-> (memref<4xi64> {z = #p<1, 2>}, index) attributes {q = [1, 2]} {')
        parsed = signature.parse(ir, "f")
        self.assertEqual(parsed.arguments, (Type("f32", (2, 3)), Type("i1")))
        self.assertEqual(parsed.results, (Type("i64", (4,)), Type("index")))

    def test_no_results(self) -> None:
        self.assertEqual(signature.parse("func.func @f() {", "f").results, ())

    def test_one_result_without_brackets(self) -> None:
        parsed = signature.parse("func.func private @f(memref<bf16>) -> memref<8xi8> attributes {a} {", "f")
        self.assertEqual((parsed.arguments, parsed.results), ((Type("bf16", ()),), (Type("i8", (8,)),)))

    def test_dynamic_and_unranked_are_refused(self) -> None:
        for text in ("memref<?xf32>", "memref<*xf32>", "tensor<2xf32>"):
            with self.assertRaises(SignatureError):
                signature.parse_type(text)

    def test_entry(self) -> None:
        ir = "func.func private @p()\nfunc.func @main() {\nfunc.func @forward() {\n"
        self.assertEqual(signature.entry_name(ir), "forward")
        self.assertEqual(signature.entry_name(ir.replace("forward", "g")), "main")


class ConstantsTest(unittest.TestCase):
    def taken(self, value: str, shape: str) -> list[constants.Constant]:
        ir = f"llvm.mlir.global private constant @c({value} : tensor<{shape}>) {{addr_space = 0 : i32}} : !x"
        with tempfile.TemporaryDirectory() as folder:
            text, found = constants.externalize(ir, Path(folder))
        self.assertEqual("external constant @c()" in text, bool(found))
        return found

    def test_small_ones_and_lists_stay(self) -> None:
        self.assertEqual(self.taken("dense<1.0>", "8xf32"), [])
        self.assertEqual(self.taken("dense<[1, 2]>", "2xi64"), [])
        self.assertEqual(self.taken("dense<true>", "4096xi1"), [])

    def test_splats_of_weights_become_random_and_others_stay_splats(self) -> None:
        self.assertGreater(self.taken("dense<-3.0e-03>", "64x64xf32")[0].radius, 0)
        self.assertEqual(self.taken("dense<2.5>", "1x4096xf32")[0].center, 2.5)
        self.assertEqual(self.taken("dense<0.0>", "64x64xf32")[0].radius, 0)

    def test_blobs_keep_their_bytes(self) -> None:
        self.assertIsNotNone(self.taken(f'dense<"0x{"00" * 4096}">', "1024xf32")[0].blob)


class DriverTest(unittest.TestCase):
    def test_every_type_comes_back(self) -> None:
        measured, data = run(EVERY_TYPE)
        index, real, flag = struct.unpack_from("<qf?", data)
        self.assertIn(index, range(8))
        self.assertLessEqual(abs(real), 1)
        self.assertIn(flag, (False, True))
        self.assertEqual(len(data), 8 + 4 + 1 + 3 + 8 + 8 + 0 + 8)
        self.assertTrue(all(byte < 8 for byte in data[13:16]))
        self.assertTrue(all(abs(half) <= 1 for half in struct.unpack_from("<4e", data, 16)))
        brain = [struct.unpack("<f", b"\0\0" + data[i : i + 2])[0] for i in range(24, 32, 2)]
        self.assertTrue(all(abs(value) <= 1 for value in brain))
        self.assertEqual(struct.unpack_from("<q", data, 32), (7,))
        self.assertEqual(measured.finite_results, 3 + 3 + 4 + 4 + 1)

    def test_one_scalar_is_returned_by_value(self) -> None:
        (value,) = struct.unpack("<f", run(ONE_SCALAR)[1])
        self.assertNotEqual(value, 1.0)
        self.assertLess(abs(value - 1.0), 1.0)

    def test_runs_are_reproducible(self) -> None:
        self.assertEqual(run(ONE_SCALAR)[1], run(ONE_SCALAR)[1])

    def test_too_many_dimensions_are_refused(self) -> None:
        with self.assertRaises(SignatureError):
            network_driver.write(signature.Signature("f", (Type("f32", (1,) * 9),), ()), [])


class TextualPeakTest(unittest.TestCase):
    def test_counts_per_function(self) -> None:
        ir = """
          func.func @f() -> memref<4xi8> {
            %a = memref.alloc() {alignment = 64 : i64} : memref<10xf32>
            %b = memref.alloc() : memref<4xi8>
            memref.dealloc %a : memref<10xf32>
            %c = memref.alloc() : memref<2x3xi1, strided<[3, 1]>>
            memref.dealloc %c : memref<2x3xi1, strided<[3, 1]>>
            %d = bufferization.clone %x : memref<100xi8> to memref<100xi8>
          func.func @g() {
            %a = memref.alloc() : memref<f64>
            memref.dealloc %a : memref<f64>
        """
        loads = textual_peak.loads(ir)
        self.assertEqual(loads["f"], textual_peak.Load(104, 44, 40, 1))
        self.assertEqual(loads["g"].peak_bytes, 8)


if __name__ == "__main__":
    unittest.main(verbosity=1 if sys.stdout.isatty() else 2)
