#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The command line of langone-plan: exit codes, files written, determinism. Argument: the tool."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = sys.argv.pop()
PROBLEM = "id,lower,upper,size\na,0,2,4\nb,1,4,4\nc,3,6,4\nd,0,1,4\ne,5,6,4\nf,2,3,2\n"


class LangonePlan(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.problem = self.file("problem.csv", PROBLEM)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def run_tool(self, *arguments):
        return subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True)

    def test_plan_is_written_and_accepted(self):
        plan, certificate, svg = (self.folder / n for n in ("plan.csv", "plan.json", "plan.svg"))
        done = self.run_tool(
            self.problem, f"--output={plan}", f"--certificate={certificate}", f"--svg={svg}", "--alignment=2"
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("height 8 bytes", done.stdout)
        self.assertEqual(self.run_tool("--check", plan).returncode, 0)
        self.assertEqual(self.run_tool(self.problem, "--check", plan).returncode, 0)
        self.assertEqual(self.run_tool("--check", certificate).returncode, 0)
        self.assertTrue(svg.read_text().endswith("</svg>\n"))
        wrong = certificate.read_text().replace('"offset_bytes": 4', '"offset_bytes": 2')
        self.assertEqual(self.run_tool("--check", self.file("wrong.json", wrong)).returncode, 1)

    def test_same_input_same_output(self):
        first, second = (self.run_tool(self.problem, "--json") for _ in range(2))
        self.assertEqual(first.stdout, second.stdout)
        report = json.loads(first.stdout)
        self.assertEqual((report["status"], report["height_bytes"]), ("optimal", 8))

    def test_fixed_offsets_are_kept(self):
        text = "id,lower,upper,size,offset\na,0,2,4,16\nb,1,4,4,\n"
        plan = self.folder / "plan.csv"
        self.assertEqual(self.run_tool(self.file("fixed.csv", text), f"--output={plan}").returncode, 0)
        self.assertIn("a,0,2,4,1,16\n", plan.read_text())

    def test_infeasible_names_a_core(self):
        done = self.run_tool(self.problem, "--capacity=7", "--json")
        self.assertEqual(done.returncode, 3)
        self.assertEqual(json.loads(done.stdout)["core"], ["a", "d"])

    def test_bad_input_writes_nothing(self):
        bad = self.file("bad.csv", "id,lower,upper,size\na,5,2,4\n")
        plan = self.folder / "plan.csv"
        done = self.run_tool(bad, f"--output={plan}")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, f"{bad}:2:5: error: upper '2' is not greater than lower '5'\n")
        self.assertFalse(plan.exists())

    def test_usage_errors(self):
        self.assertEqual(self.run_tool().returncode, 2)
        self.assertEqual(self.run_tool(self.problem, "--effort=heroic").returncode, 2)
        self.assertEqual(self.run_tool(self.problem, "--alignment=3").returncode, 2)
        self.assertEqual(self.run_tool(self.folder / "missing.csv").returncode, 2)


if __name__ == "__main__":
    unittest.main()
