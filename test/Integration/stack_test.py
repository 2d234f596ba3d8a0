#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""langone-stack against running code: what is measured is never above what is proven, and what is
said to be needed for sure is reached.

Each program runs on a painted stack. LANGONE_SEED draws other programs, LANGONE_PROGRAMS more.
"""
import json
import os
import platform
import random
import sys
import tempfile
import unittest
from pathlib import Path

import toolchain

INPUTS = Path(__file__).resolve().parent / "Inputs"
LANGONE_STACK = os.environ.get("LANGONE_STACK", str(toolchain.BUILD_DIR / "bin" / "langone-stack"))
SEED = int(os.environ.get("LANGONE_SEED", "1"))
PROGRAMS = int(os.environ.get("LANGONE_PROGRAMS", "12"))
FLAGS = [["-O0"], ["-O1", "-fno-omit-frame-pointer"], ["-O2"], ["-Os"], ["-O2", "-fPIC"]]


def c_function(rng: random.Random, number: int, last: int, arity: list[int]) -> str:
    """One function that runs all its paths: calls, a switch, arrays, calls in tail position."""

    def call(callee: int, first: str) -> str:
        return f"f{callee}({', '.join([first] + [str(i) for i in range(1, arity[callee])])})"

    later = list(range(number + 1, last))
    body = ["r += probe();"]
    for i in range(rng.randrange(3)):
        align = rng.choice(["", "", "_Alignas(32) ", "_Alignas(128) "])
        size = rng.choice([1, 7, 40, 100, 300])
        body.append(f"{align}volatile char a{i}[{size}]; a{i}[0] = x; a{i}[{size - 1}] = x; r += a{i}[0];")
    if later and rng.random() < 0.4:
        cases = [rng.choice(later) for _ in range(rng.randrange(1, 5))]
        labels = " ".join(f"case {i}: r += {call(callee, 'r')}; break;" for i, callee in enumerate(cases))
        body.append(f"for (int i = 0; i < {len(cases)}; ++i) switch (i) {{ {labels} }}")
    for callee in rng.sample(later, min(len(later), rng.randrange(3))):
        body.append(f"r += {call(callee, 'x + 1')};")
    end = f"return {call(rng.choice(later), 'r')};" if later and rng.random() < 0.4 else "return r;"
    # A leaf without a call may use the red zone.
    if not later and rng.random() < 0.5:
        body = body[1:]
    parameters = ", ".join(["int x"] + [f"int p{i}" for i in range(1, arity[number])])
    visible = "" if number == 0 else "static "
    return f"__attribute__((noinline)) {visible}int f{number}({parameters}) {{ int r = x; {' '.join(body)} {end} }}"


def c_program(rng: random.Random) -> str:
    last = rng.randrange(1, 8)
    arity = [1] + [rng.choice([1, 1, 2, 7, 10]) for _ in range(last)]
    functions = [c_function(rng, number, last, arity) for number in range(last)]
    return "\n".join(["int probe(void);", *reversed(functions)]) + "\n"


def analyze(objects: list[Path], *arguments: str) -> dict:
    """What langone-stack says about the first function that it is asked for."""
    done = toolchain.run([LANGONE_STACK, *map(str, objects), "--json", *arguments])
    return json.loads(done.stdout)["functions"][0]


def measure(folder: Path, entry: str, objects: list[Path], skew: int = 0) -> tuple[int, int]:
    program = folder / "program"
    toolchain.run([toolchain.CLANG, "-O1", f"-DENTRY={entry}", f"-DSKEW={skew}", "-Wno-deprecated-non-prototype",
                   str(INPUTS / "stack_driver.c"), *map(str, objects), "-lm", "-o", str(program)])
    written, deepest = toolchain.run([str(program)], timeout=60).stdout.split()
    return int(written), int(deepest)


class RandomPrograms(unittest.TestCase):
    def check(self, number: int, flags: list[str]) -> None:
        rng = random.Random(f"{SEED}/{number}")
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            source, compiled = folder / "program.c", folder / "program.o"
            source.write_text(c_program(rng), encoding="utf-8")
            toolchain.run([toolchain.CLANG, *flags, "-c", "-fstack-size-section", str(source), "-o", str(compiled)])
            found = analyze([compiled], "--entry=f0", "--cost=probe=8")
            text = source.read_text(encoding="utf-8")
            # The lower estimate is about the stack pointer, which only probe() sees.
            all_probe = text.count("probe();") == text.count("noinline")
            about = f"seed {SEED}, program {number}, {flags}\n{text}\n{found}"
            self.assertIsNotNone(found["upper_bytes"], about)
            # Realigned frames depend on where the stack begins.
            for skew in (0, 32, 64):
                written, deepest = measure(folder, "f0", [compiled], skew)
                self.assertLessEqual(max(written, deepest), found["upper_bytes"], about)
                if all_probe:
                    self.assertGreaterEqual(deepest, found["lower_bytes"], about)

    def test_measured_is_within_the_estimates(self) -> None:
        for number in range(PROGRAMS):
            self.check(number, FLAGS[number % len(FLAGS)])


class Compiled(unittest.TestCase):
    """From MLIR with a stack limit to the verdict on the object compiled from it."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        lowered, ir, self.object, self.report = (self.folder / name for name in
                                                 ("stack.mlir", "stack.ll", "stack.o", "report.json"))
        toolchain.opt(toolchain.LANGONE_OPT, INPUTS / "stack.mlir", lowered,
                      ["--langone-check-budget", f"--langone-analyze-resources=report={self.report} table=false",
                       "--langone-lower-to-llvm"])
        toolchain.run([toolchain.MLIR_TRANSLATE, "--mlir-to-llvmir", str(lowered), "-o", str(ir)])
        toolchain.run([str(toolchain.LLVM_DIR / "bin" / "llc"), "-O1", "-filetype=obj", "-relocation-model=pic",
                       "-stack-size-section", str(ir), "-o", str(self.object)])

    def verdicts(self, *arguments: str) -> tuple[int, dict]:
        done = toolchain.run([LANGONE_STACK, str(self.object), f"--report={self.report}", "--json", *arguments],
                             check=False)
        functions = json.loads(done.stdout)["functions"]
        return done.returncode, {function["name"]: function for function in functions}

    def test_limits_of_the_report_are_checked_in_the_object(self) -> None:
        code, functions = self.verdicts()
        self.assertEqual({name: function["verdict"] for name, function in functions.items()},
                         {"filter": "proven", "close": "guarded", "tight": "refuted"})
        self.assertEqual((code, functions["filter"]["limit_bytes"]), (1, 2048))
        for entry in functions:
            written, _ = measure(self.folder, entry, [self.object])
            self.assertLessEqual(written, functions[entry]["upper_bytes"])
        self.assertGreater(measure(self.folder, "filter", [self.object])[0], 512)


if __name__ == "__main__":
    if platform.machine() != "x86_64":
        print("skipped: measures on x86-64 only")
        sys.exit(0)
    unittest.main()
