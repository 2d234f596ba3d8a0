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

    def test_every_bad_csv_says_where(self):
        header = b"id,lower,upper,size\n"
        for text, where in (
            (b"id,lower,upper\na,1,2\n", "1:1: error: column 'size' is missing"),
            (header + b"a,1,2,-4\n", "2:7: error: size '-4' is not a non-negative integer"),
            (header + b"a,3,3,4\n", "2:5: error: upper '3' is not greater than lower '3'"),
            (header + b"a,1,2,99999999999999999999\n", "2:7: error: size '99999999999999999999' is too large"),
            (header + b"a,1,99999999999999999999,4\n", "2:5: error: upper '99999999999999999999' is too large"),
            (header + b"a,1,2,4611686018427387904\nb,1,2,1\n", "3:1: error: buffer b: sizes with padding"),
            (header + b"a,1,2,4\na,1,2,4\n", "3:1: error: id 'a' was used in line 2 already"),
            (header + b"a\0,1,2,4\n", "2:1: error: id contains a NUL byte"),
            (header + b"a,1,2,4\0\n", "2:7: error: size '4?' is not a non-negative integer"),
            (header + b"\0" * 4096, "2:1: error: the line has 1 cells, the header has 4"),
            (b"", "1:1: error: the file is empty"),
        ):
            with self.subTest(where):
                bad = self.folder / "bad.csv"
                bad.write_bytes(text)
                outputs = [self.folder / name for name in ("out.csv", "out.json", "out.svg")]
                done = self.run_tool(bad, *map("=".join, zip(("--output", "--certificate", "--svg"), map(str, outputs))))
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(f"{bad}:{where}", done.stderr)
                self.assertFalse(any(path.exists() for path in outputs))

    def test_huge_file_is_refused(self):
        huge = self.folder / "huge.csv"
        with huge.open("wb") as out:
            out.truncate(2 << 30)  # sparse
        done = self.run_tool(huge)
        self.assertEqual((done.returncode, done.stderr), (2, f"{huge}:1:1: error: the file is larger than 512 MiB\n"))

    def test_outputs_appear_together_or_not_at_all(self):
        plan = self.file("plan.csv", "old")
        missing = self.folder / "missing" / "plan.json"
        done = self.run_tool(self.problem, f"--output={plan}", f"--certificate={missing}")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn(f"cannot write {missing}: No such file or directory", done.stderr)
        self.assertEqual(plan.read_text(), "old")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["plan.csv", "problem.csv"])
        self.assertEqual(self.run_tool(self.problem, f"--svg={self.folder}").returncode, 2)
        self.assertEqual(self.run_tool(self.problem, "--output=/dev/full").returncode, 2)

    def test_output_may_be_a_device_or_a_link(self):
        done = self.run_tool(self.problem, "--output=/dev/stderr")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stderr.startswith("id,lower,upper,size,alignment,offset\n"))
        link, target = self.folder / "link.csv", self.file("target.csv", "old")
        link.symlink_to(target)
        self.assertEqual(self.run_tool(self.problem, f"--output={link}").returncode, 0)
        self.assertTrue(link.is_symlink())
        self.assertTrue(target.read_text().startswith("id,"))

    def test_threads_do_not_change_the_height(self):
        heights = []
        for threads in (1, 2, 4):
            done = self.run_tool(self.problem, "--json", f"--threads={threads}")
            heights.append(json.loads(done.stdout)["height_bytes"])
        self.assertEqual(heights, [8, 8, 8])
        self.assertEqual(self.run_tool(self.problem, "--threads=0").returncode, 2)

    def test_check_rejects_what_does_not_fit_the_problem(self):
        for text, why in (
            ("id,lower,upper,size,offset\na,0,2,4,0\n", "buffer b is missing"),
            (PROBLEM.replace("size", "size,offset").replace(",4\n", ",4,0\n").replace(",2\n", ",2,8\n"), "overlap"),
        ):
            done = self.run_tool(self.problem, "--check", self.file("plan.csv", text))
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(why, done.stderr)
        self.assertEqual(self.run_tool("--check", self.problem).returncode, 2)  # no offsets

    def test_usage_errors(self):
        self.assertEqual(self.run_tool().returncode, 2)
        self.assertEqual(self.run_tool(self.problem, "--effort=heroic").returncode, 2)
        self.assertEqual(self.run_tool(self.problem, "--alignment=3").returncode, 2)
        self.assertEqual(self.run_tool(self.folder / "missing.csv").returncode, 2)


if __name__ == "__main__":
    unittest.main()
