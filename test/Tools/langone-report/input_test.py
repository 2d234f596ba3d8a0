#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""langone-report and damaged files: an error with its place and exit code 2, never a crash, nothing half-written.

Arguments: langone-report, langone-opt. LANGONE_SEED replays the random damage. Some 10 s.
"""
import copy
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

OPT = sys.argv.pop()
TOOL = sys.argv.pop()
INPUTS = pathlib.Path(__file__).resolve().parent / "Inputs"
SEED = int(os.environ.get("LANGONE_SEED", "1"))

# What a report may lack, and what may be null in it; everything else is needed.
OPTIONAL = {"timeline", "buffers", "suggestions", "assumptions", "peak_symbolic", "bytes_symbolic", "arena_symbolic",
            "saved_bytes"}
NULLABLE = OPTIONAL | {"budget_bytes", "verdict", "peak_bytes", "retained_bytes", "argument_bytes", "plan", "peak",
                       "last_used_at", "bytes_upper", "arena_bytes"}
WRONG = [True, -1, 1.5, 2**64, "text", [], {}]


def paths(value, path=()):
    """The way to each member; of an array, the first element stands for all."""
    members = value.items() if isinstance(value, dict) else list(enumerate(value))[:1] if isinstance(value, list) else ()
    for key, member in members:
        yield path + (key,)
        yield from paths(member, path + (key,))


def parent_of(document, path):
    for key in path[:-1]:
        document = document[key]
    return document


def fits(old, new, path):
    """Whether `new` may stand where `old` is."""
    if isinstance(new, str):
        return isinstance(old, str) and path[-1] not in ("schema", "verdict")
    if isinstance(new, bool):
        return False
    if isinstance(new, list):
        return isinstance(old, list)
    if path[-1] in ("lower", "upper"):  # times may be negative
        return new == -1 and path[-1] == "lower"
    return False


class Damaged(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.good = self.folder / "good.json"
        subprocess.run([OPT, INPUTS / "before.mlir", "--langone-check-budget=remarks=false",
                        f"--langone-plan-memory=report={self.good}"], check=True, capture_output=True)
        report = json.loads(self.good.read_text())
        # One function that has all there is, what other writers add included.
        full = next(function for function in report["functions"] if function["name"] == "infer")
        full["unbounded"] = [{"location": "f.mlir:1:2", "message": "why"}]
        full["assumptions"] = [{"message": "%n <= 512", "location": "f.mlir:1:3"}, "%m <= 4"]
        full["suggestions"] = [{"message": "free earlier", "location": "f.mlir:1:4", "saved_bytes": 7}]
        full["peak_symbolic"] = "4 * %n"
        full["peak"]["live"][0]["bytes_symbolic"] = "4 * %n"
        full["plan"]["arena_symbolic"] = "8 * %n"
        # What the tool does not read it does not check.
        del full["plan"]["gap_bytes"]
        full = {key: value for key, value in full.items() if not key.startswith("stack_")}
        report["functions"] = [full]
        self.report = report
        self.write(self.good, report)

    def write(self, path, document):
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return path

    def run_tool(self, *arguments):
        done = subprocess.run([TOOL, *map(str, arguments)], capture_output=True, timeout=60)
        self.assertIn(done.returncode, (0, 1, 2), f"{arguments}: {done.stderr[-2000:]}")
        return done

    def refuse(self, document, *expected):
        bad = self.write(self.folder / "bad.json", document) if not isinstance(document, pathlib.Path) else document
        page = self.folder / "page.html"
        done = self.run_tool("show", bad, f"--html={page}")
        message = done.stderr.decode()
        self.assertEqual(done.returncode, 2, f"{expected}: {message}")
        self.assertEqual(done.stdout, b"")
        self.assertFalse(page.exists())
        for text in (str(bad), "error: ", *expected):
            self.assertIn(text, message)
        return message

    def test_what_others_add_is_shown(self):
        text = self.run_tool("show", self.good).stdout.decode()
        for part in ("peak as an expression: 4 * %n", "assuming: %n <= 512 (f.mlir:1:3)", "assuming: %m <= 4",
                     "save 7 B: free earlier (f.mlir:1:4)", "unbounded: why (f.mlir:1:2)", "= 4 * %n",
                     "arena as an expression: 8 * %n"):
            self.assertIn(part, text)
        page = self.run_tool("show", self.good, "--html=-").stdout.decode()
        for part in ("4 * %n", "%n &lt;= 512", "free earlier", "why", "8 * %n"):
            self.assertIn(part, page)
        self.report["functions"][0]["of_the_future"] = {"a": [1]}
        self.assertEqual(self.run_tool("show", self.write(self.folder / "new.json", self.report)).returncode, 0)

    def test_each_field_missing(self):
        tried = 0
        for path in paths(self.report):
            if isinstance(path[-1], int):
                continue
            document = copy.deepcopy(self.report)
            del parent_of(document, path)[path[-1]]
            note = path[-2:-1] in ((0,), (1,)) and path[-3:-2] in (("assumptions",), ("suggestions",))
            if path[-1] in OPTIONAL or (note and path[-1] == "location"):
                self.write(self.folder / "less.json", document)
                self.assertEqual(self.run_tool("show", self.folder / "less.json").returncode, 0, path)
            else:
                pointer = "".join(f"/{key}" for key in path[:-1])
                self.refuse(document, f"{pointer or 'the document'}: has no \"{path[-1]}\"")
            tried += 1
        self.assertGreater(tried, 50)

    def test_each_field_of_another_type(self):
        tried = 0
        for path in paths(self.report):
            old = parent_of(self.report, path)[path[-1]]
            for new in [*WRONG, None]:
                document = copy.deepcopy(self.report)
                parent_of(document, path)[path[-1]] = new
                in_note = "assumptions" in path or "suggestions" in path
                if new is None:
                    allowed = (path[-1] in NULLABLE or (in_note and path[-1] == "location")
                               or (path[-1] == "type" and "live" in path))
                else:
                    allowed = fits(old, new, path) or (in_note and path[-1] == 0 and isinstance(new, str))
                if allowed:
                    self.write(self.folder / "other.json", document)
                    self.assertEqual(self.run_tool("show", self.folder / "other.json").returncode, 0, (path, new))
                else:
                    # A time before its beginning is told of the buffer.
                    told = path[:-1] if path[-1] == "upper" and new == -1 else path
                    self.refuse(document, "".join(f"/{key}" for key in told) + ":")
                tried += 1
        self.assertGreater(tried, 400)

    def test_numbers_that_contradict(self):
        def changed(*path_and_value):
            document = copy.deepcopy(self.report)
            *path, value = path_and_value
            parent_of(document, path)[path[-1]] = value
            return document

        plan = ("functions", 0, "plan")
        self.refuse(changed(*plan, "buffers", 0, "offset_bytes", 2**64 - 1), "/buffers/0: lies outside the arena")
        self.refuse(changed(*plan, "buffers", 0, "size_bytes", 2**63), "lies outside the arena")
        self.refuse(changed(*plan, "buffers", 0, "lower", 10**9), "upper is not above lower")
        self.refuse(changed("functions", 0, "lower_bound_bytes", 2**64 - 1), "lower_bound_bytes is above peak_bytes")
        self.refuse(changed("schema", "langone-report/2"), "/schema: is \"langone-report/2\"")
        self.refuse(changed("schema", "langone-certificate/1"), "reads \"langone-report/1\"")
        # Large, but possible: drawn without overflow.
        huge = changed(*plan, "arena_bytes", 2**64 - 1)
        huge["functions"][0]["plan"]["buffers"][0].update(lower=-(2**63), upper=2**63 - 1, size_bytes=2**64 - 1, offset_bytes=0)
        huge["functions"][0]["plan"]["buffers"][1].update(lower=2**62, upper=2**62 + 1)
        huge["functions"][0].update(peak_bytes=2**64 - 1, budget_bytes=2**64 - 1)
        huge["functions"][0]["timeline"][1]["bytes_upper"] = 2**64 - 1
        done = self.run_tool("show", self.write(self.folder / "huge.json", huge), "--html=-")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"16 EiB", done.stdout)
        self.assertNotIn(b"nan", done.stdout.replace(b"name", b""))
        self.assertEqual(self.run_tool("diff", self.good, self.folder / "huge.json", "--fail-on-increase").returncode, 1)

    def test_not_json(self):
        self.refuse("", ":1:1: error: not valid JSON")
        self.refuse("{\n  \"schema\": oops\n}", ":2:13: error: not valid JSON")
        self.refuse("[1, 2]", "the document: is array, not an object")
        self.refuse("{\"schema\": \"\\ud800\"}", "not valid JSON")
        self.refuse("[" * 100000, ":1:65: error: more than 64 levels of nesting")
        self.refuse("{\"functions\": 1e999}", "error: not valid JSON")
        bad = self.folder / "bytes.json"
        bad.write_bytes(b'{"schema": "\xff\xfe"}')
        self.refuse(bad, "not valid JSON")
        text = self.good.read_text()
        for end in range(0, len(text) - 1, len(text) // 60):
            self.refuse(text[:end], "not valid JSON")

    def test_files_that_cannot_be_read(self):
        huge = self.folder / "huge.json"
        with open(huge, "wb") as file:
            file.truncate(2 << 30)
        self.refuse(huge, "the file is larger than 256 MiB")
        self.refuse(self.folder, "is a directory")
        self.refuse(self.folder / "none.json", "cannot be opened")

    def test_random_damage(self):
        print(f"LANGONE_SEED={SEED}", flush=True)
        draw = random.Random(SEED)
        text = self.good.read_bytes()
        bad = self.folder / "bad.json"
        for _ in range(400):
            damaged = bytearray(text)
            for _ in range(draw.choice((1, 1, 2, 8))):
                at = draw.randrange(len(damaged))
                kind = draw.randrange(4)
                if kind == 0:
                    damaged[at] = draw.randrange(256)
                elif kind == 1:
                    del damaged[at:at + draw.randrange(1, 40)]
                elif kind == 2:
                    damaged[at:at] = draw.choice((b"0", b"9" * 30, b"[", b"{", b"\"", b"null", b"-", b"\\u0000"))
                else:
                    other = draw.randrange(len(damaged))
                    damaged[at:at] = damaged[other:other + draw.randrange(200)]
            bad.write_bytes(damaged)
            done = self.run_tool("diff", bad, self.good, f"--json={self.folder / 'diff.json'}")
            self.assertEqual((self.folder / "diff.json").exists(), done.returncode == 0)
            (self.folder / "diff.json").unlink(missing_ok=True)
            self.assertIn(self.run_tool("show", bad, "--html=-").returncode, (0, 2))

    def test_terminal_is_safe(self):
        self.report["functions"][0]["name"] = "a\x1b[2Jb\x07\u009b"
        self.report["functions"][0]["location"] = "line\nbreak"
        bad = self.write(self.folder / "control.json", self.report)
        out = self.run_tool("show", bad).stdout
        self.assertNotIn(b"\x1b", out)
        self.assertNotIn(b"\x07", out)
        self.assertNotIn("\u009b".encode(), out)
        self.assertIn(b"line break", out)

    def test_outputs_together_or_not_at_all(self):
        ok, nowhere = self.folder / "ok.json", self.folder / "nowhere" / "x.sarif"
        self.assertEqual(self.run_tool("diff", self.good, self.good, f"--json={ok}", f"--sarif={nowhere}").returncode, 2)
        self.assertEqual(self.run_tool("diff", self.good, self.good, f"--json={ok}", "--sarif=/dev/full").returncode, 2)
        self.assertEqual(self.run_tool("diff", self.good, self.good, f"--json={ok}", f"--sarif={self.folder}").returncode, 2)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["good.json"])
        # A link stays a link, a device a device.
        link = self.folder / "link.json"
        link.symlink_to(ok)
        self.assertEqual(self.run_tool("diff", self.good, self.good, f"--json={link}", "--sarif=/dev/null").returncode, 0)
        self.assertTrue(link.is_symlink() and ok.exists() and pathlib.Path("/dev/null").is_char_device())

    def test_usage(self):
        self.assertEqual(self.run_tool().returncode, 2)
        self.assertEqual(self.run_tool("show").returncode, 2)
        self.assertEqual(self.run_tool("diff", self.good).returncode, 2)
        self.assertEqual(self.run_tool("show", self.good, "--color=blue").returncode, 2)
        self.assertEqual(self.run_tool("diff", self.good, self.good, "--json", "--sarif").returncode, 2)
        for percent in ("many", "-1", "nan", "inf", "1x"):
            self.assertEqual(
                self.run_tool("diff", self.good, self.good, f"--fail-on-increase={percent}").returncode, 2, percent)
        self.assertEqual(self.run_tool("diff", self.good, self.good, "--fail-on-increase=10%").returncode, 0)
        self.assertEqual(self.run_tool("--help").returncode, 0)
        self.assertRegex(self.run_tool("--version").stdout.decode(), r"^langone-report \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    unittest.main()
