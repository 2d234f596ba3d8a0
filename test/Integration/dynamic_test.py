#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A transformer block whose sequence length is known at run time: proven, planned, and run at several lengths."""
import ctypes
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import dynamic_network as network
import mixed_sizes
import toolchain

DIM, HEADS, LONGEST = 32, 4, 96
LENGTHS = [1, 2, 7, 16, 33, 64, 95, 96]


class Dynamic(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        cls.text = network.dynamic_transformer.generate(longest=LONGEST, budget="1 MiB", dim=DIM, heads=HEADS)
        flags = {"plain": network.PLAIN, "bound": network.planned("bound"), "symbolic": network.planned("symbolic")}
        cls.libraries = {name: network.build(cls.text, cls.folder, name, way) for name, way in flags.items()}
        cls.networks = {name: network.Network(library, DIM) for name, library in cls.libraries.items()}

    @classmethod
    def tearDownClass(cls) -> None:
        cls.temporary.cleanup()

    def test_planned_code_computes_the_same(self) -> None:
        for length in LENGTHS:
            expected, _ = self.networks["plain"].run(length)
            self.assertNotEqual(expected, bytes(len(expected)))
            for way in ("bound", "symbolic"):
                self.assertEqual(self.networks[way].run(length)[0], expected, f"{way} at length {length}")

    def test_the_size_function_says_what_is_used(self) -> None:
        symbolic = self.networks["symbolic"]
        for length in LENGTHS:
            result = length * DIM * 4
            self.assertEqual(symbolic.run(length)[1], symbolic.arena_bytes(length) + result)

    def test_the_bound_is_what_a_static_arena_takes(self) -> None:
        arena = network.arena_of(network.optimized(self.text, self.folder, "text", network.planned("bound")))
        for length in (1, LONGEST):
            self.assertEqual(self.networks["bound"].run(length)[1], arena + length * DIM * 4)
        self.assertLessEqual(self.networks["symbolic"].arena_bytes(LONGEST), arena)

    def test_shorter_sequences_take_less(self) -> None:
        sizes = [self.networks["symbolic"].arena_bytes(length) for length in LENGTHS]
        self.assertEqual(sizes, sorted(sizes))
        self.assertLess(sizes[0] * 20, sizes[-1])

    def test_a_longer_sequence_than_promised_is_refused(self) -> None:
        script = (f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
                  "import dynamic_network\nfrom pathlib import Path\n"
                  f"dynamic_network.Network(Path(sys.argv[1]), {DIM}).run(int(sys.argv[2]))")
        for way in ("bound", "symbolic"):
            for length in (0, LONGEST + 1):
                done = subprocess.run([sys.executable, "-c", script, str(self.libraries[way]), str(length)],
                                      capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("dimension 0 of argument 0 of '@forward'", done.stderr)


class PlannedAtEntry(unittest.TestCase):
    """Sizes that no order fits: the planner is called with those at hand."""

    LONGEST = 4096
    SIZES = [(1, 1, 1, 1), (4096, 4096, 4096, 4096), (4096, 1, 64, 700), (3, 4000, 1, 2000), (500, 501, 502, 503)]

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def load(self, text: str, name: str, flags: list[str]) -> ctypes.CDLL:
        library = ctypes.CDLL(str(network.build(text, self.folder, name, flags)))
        library.mixed.restype = ctypes.c_int64
        return library

    def test_it_computes_the_same_in_no_more_memory(self) -> None:
        text = mixed_sizes.generate(0, self.LONGEST)
        flags = ["--langone-plan-memory=dynamic=symbolic"]
        self.assertIn("langone_resource.arena.plan", network.optimized(text, self.folder, "text", flags))
        plain = self.load(text, "plain", [])
        planned = self.load(text, "planned", flags)
        planned.mixed_arena_bytes.restype = ctypes.c_int64
        for sizes in self.SIZES:
            arguments = [ctypes.c_int32(size) for size in sizes]
            self.assertEqual(planned.mixed(*arguments), plain.mixed(*arguments), sizes)
            # A plan for these sizes alone.
            fixed = text
            for i, size in enumerate(sizes):
                fixed = fixed.replace(f"range<1.0, {self.LONGEST}.0>", f"range<{size}.0, {size}.0>", 1)
            static = network.optimized(fixed, self.folder, "static", ["--langone-plan-memory"])
            arena = int(static.split("plan<arena = ")[1].split(",")[0])
            self.assertLessEqual(planned.mixed_arena_bytes(*map(ctypes.c_int64, sizes)), arena * 1.02, sizes)


if __name__ == "__main__":
    unittest.main()
