#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiled code and the runtime: budgets are enforced with typed errors, arenas lie where they should."""
import tempfile
import unittest
from pathlib import Path

import toolchain

INPUTS = Path(__file__).resolve().parent / "Inputs"
RUNTIME = [f"-I{toolchain.LANGONE_RT_INCLUDE}", str(toolchain.LANGONE_RT_LIBRARY),
           f"-Wl,-rpath,{Path(toolchain.LANGONE_RT_LIBRARY).resolve().parent}"]


def build(folder: Path, name: str, plan: str, flags: list[str], guards: bool = False) -> Path:
    """Plans, lowers and links Inputs/NAME.mlir with Inputs/NAME.c."""
    checks = ["--langone-check-budget", "--langone-insert-guards"] if guards else []
    lowered, ir, program = (folder / f"{name}.{kind}" for kind in ("llvm.mlir", "ll", "exe"))
    toolchain.opt(toolchain.LANGONE_OPT, INPUTS / f"{name}.mlir", lowered,
                  ["--langone-check-budget", plan, "--langone-pool-allocations", *checks, "--langone-lower-to-llvm"])
    toolchain.run([toolchain.MLIR_TRANSLATE, "--mlir-to-llvmir", str(lowered), "-o", str(ir)])
    toolchain.run([toolchain.CLANG, "-O2", "-Wno-override-module", str(INPUTS / f"{name}.c"), str(ir), *flags,
                   "-o", str(program)])
    return program


class Enforcement(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.program = build(Path(folder.name), "enforcement", "--langone-plan-memory", RUNTIME)

    def test_a_protected_caller_gets_the_typed_error(self) -> None:
        done = toolchain.run([str(self.program)], check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_without_one_the_process_ends_with_the_message(self) -> None:
        done = toolchain.run([str(self.program), "unprotected"], check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("langone: Resource budget exceeded: memory", done.stderr)


class Guards(unittest.TestCase):
    def test_each_way_to_exceed_does_what_it_says(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            program = build(Path(folder), "guards", "--langone-plan-memory", RUNTIME, guards=True)
            done = toolchain.run([str(program)], check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        # Once each, however often: the guard at entry and the scope that warn.
        self.assertEqual(done.stderr.count("entry_warn"), 1, done.stderr)
        self.assertEqual(done.stderr.count("scope_warn"), 1, done.stderr)
        self.assertNotIn("fallback", done.stderr)


class Placement(unittest.TestCase):
    def result(self, arena: str, number: int, flags: list[str]) -> str:
        with tempfile.TemporaryDirectory() as folder:
            program = build(Path(folder), "placement", f"--langone-plan-memory=arena={arena}",
                            [f"-DPLACEMENT={number}", *flags])
            return toolchain.run([str(program)]).stdout.strip()

    def test_runtime(self) -> None:
        self.assertEqual(self.result("runtime", 0, RUNTIME), "85344")

    def test_argument_needs_no_runtime(self) -> None:
        self.assertEqual(self.result("argument", 1, []), "85344 768 64")

    def test_static_needs_no_runtime(self) -> None:
        self.assertEqual(self.result("static", 2, []), "85344")


if __name__ == "__main__":
    unittest.main()
