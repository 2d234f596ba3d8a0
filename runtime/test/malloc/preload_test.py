#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs under liblangone_malloc.so: `preload_test.py LIBRARY PROGRAM_DIR`.

Our small ones, and python3, sqlite3 and xz where they are installed.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

LIBRARY = pathlib.Path(sys.argv.pop(1)).resolve()
PROGRAMS = pathlib.Path(sys.argv.pop(1)).resolve()


def run(*command, **environment):
    return subprocess.run(
        [str(part) for part in command],
        env={**os.environ, "LD_PRELOAD": str(LIBRARY), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def program(name):
    return PROGRAMS / f"langone-malloc-{name}"


class Limit(unittest.TestCase):
    def test_c_program_gets_enomem_and_goes_on(self):
        for size in (100, 5000, 100_000, 10_000_000):
            done = run(program("limit"), size, LANGONE_MEMORY_LIMIT="9MiB")
            self.assertEqual(done.returncode, 0, done.stderr)
            first, second = done.stdout.splitlines()
            reached = int(first.split()[0])
            self.assertIn("Cannot allocate memory", first)
            self.assertLessEqual(reached, 9 << 20)
            if size < 10_000_000:
                self.assertGreater(reached, (9 << 20) - 1_000_000 - 2 * size)
                self.assertEqual(second, "goes on")

    def test_no_limit_by_default(self):
        done = run(program("limit"), 1000)
        self.assertIn("no refusal", done.stdout)
        self.assertEqual(done.stderr, "")

    def test_cpp_program_gets_bad_alloc(self):
        done = run(program("bad-alloc"), LANGONE_MEMORY_LIMIT="8MB")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.split(), ["handler", "bad_alloc", "null", "aligned"])

    def test_first_refusal_names_who_holds_the_memory(self):
        done = run(program("limit"), 100_000, LANGONE_MEMORY_LIMIT="20MiB")
        lines = done.stderr.splitlines()
        self.assertRegex(lines[0], r"^langone: Resource budget exceeded: memory \(requested 100000, available \d+, limit 20971520 bytes\)$")
        self.assertRegex(lines[2], r"^langone:   about 1\d{7} bytes:$")
        self.assertRegex(lines[3], r"langone-malloc-limit")

    def test_bad_value_is_named_and_ignored(self):
        for value in ("48 apples", "-1", "", "1e9", "99999999999999999999GiB", "MiB", "0x10"):
            done = run(program("limit"), 1000, LANGONE_MEMORY_LIMIT=value)
            self.assertEqual(
                done.stderr,
                f"langone: LANGONE_MEMORY_LIMIT={value} is ignored: expected a number of bytes such as 48MiB\n",
            )
            self.assertIn("no refusal", done.stdout)

    def test_units(self):
        for value, limit in (("4MiB", 4 << 20), ("4000KB", 4_000_000), ("3.5 MB", 3_500_000), ("3000000", 3_000_000), ("3000000B", 3_000_000)):
            done = run(program("limit"), 1000, LANGONE_MEMORY_LIMIT=value)
            self.assertIn(f"limit {limit} bytes", done.stderr)


class Report(unittest.TestCase):
    def test_json(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "report.json"
            done = run(program("limit"), 100_000, LANGONE_MEMORY_LIMIT="20MiB", LANGONE_REPORT=str(path))
            self.assertEqual(done.returncode, 0)
            report = json.loads(path.read_text())
        self.assertEqual(report["schema"], "langone-heap-report/1")
        self.assertEqual(report["limit_bytes"], 20 << 20)
        self.assertLessEqual(report["high_water_bytes"], 20 << 20)
        self.assertGreater(report["high_water_bytes"], 19 << 20)
        self.assertEqual(report["refusals"], 1)
        self.assertEqual(report["faults"], 0)
        self.assertGreater(report["allocations"], 190)
        top = report["sites_at_first_refusal"][0]
        self.assertGreater(top["held_bytes"], 10 << 20)
        self.assertTrue(top["frames"][0]["module"].endswith("langone-malloc-limit"))

    def test_file_that_cannot_be_written_is_said(self):
        done = run(program("functions"), LANGONE_REPORT="/no/such/folder/report.json")
        self.assertEqual(done.returncode, 0)
        self.assertIn("langone: cannot write the report /no/such/folder/report.json: No such file", done.stderr)


class Wrong(unittest.TestCase):
    EXPECTED = {
        "double": "Invalid memory operation: not a live block (foreign or already freed)",
        "stack": "Invalid memory operation: not a live block (foreign or already freed)",
        "interior": "Invalid memory operation: not a live block (foreign or already freed)",
        "overflow": "Memory corruption detected at address",
        "underflow": "Memory corruption detected at address",
        "after": "Memory corruption detected at address",
    }

    def test_is_reported_in_one_line_and_the_program_lives(self):
        for what, message in self.EXPECTED.items():
            done = run(program("wrong"), what)
            self.assertEqual(done.stdout, "alive\n", what)
            self.assertEqual(len(done.stderr.splitlines()), 1, what)
            self.assertIn(f"langone: {message}", done.stderr)

    def test_aborts_if_asked(self):
        for what, message in self.EXPECTED.items():
            done = run(program("wrong"), what, LANGONE_ON_CORRUPTION="abort")
            self.assertEqual(done.returncode, -6, what)
            self.assertIn(message, done.stderr)

    def test_right_is_silent(self):
        done = run(program("wrong"), "nothing", LANGONE_ON_CORRUPTION="abort")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "alive\n", ""))


class Programs(unittest.TestCase):
    def test_functions(self):
        done = run(program("functions"))
        self.assertEqual((done.stdout, done.stderr), ("all functions\n", ""))

    def test_functions_with_every_allocation_sampled(self):
        done = run(program("functions"), LANGONE_PROFILE="1")
        self.assertEqual((done.stdout, done.stderr), ("all functions\n", ""))

    def need(self, name):
        path = shutil.which(name)
        if not path:
            self.skipTest(f"{name} is not installed")
        return path

    def test_python(self):
        # PYTHONMALLOC: every object through malloc.
        code = "import json, threading\nt = [threading.Thread(target=lambda: json.loads(json.dumps(list(range(20000))))) for _ in range(4)]\n[x.start() for x in t]; [x.join() for x in t]; print('done')"
        done = run(sys.executable, "-c", code, PYTHONMALLOC="malloc")
        self.assertEqual((done.stdout, done.stderr), ("done\n", ""))

    def test_monitor(self):
        code = (
            "import os, time\n"
            "print(len(os.listdir('/proc/self/task')) > 1)\n"
            "blocks = [bytes(1000 + i) for i in range(50000)]\n"
            "time.sleep(0.05)\n"
            "child = os.fork()\n"
            "if child == 0: more = [bytes(100000) for _ in range(100)]; os._exit(7)\n"
            "print(os.waitpid(child, 0)[1] >> 8)"
        )
        for value, expected in (("5", "True\n7\n"), ("on", "True\n7\n"), ("off", "False\n7\n")):
            done = run(sys.executable, "-c", code, LANGONE_MONITOR=value)
            self.assertEqual((done.stdout, done.stderr), (expected, ""), value)

    def test_monitor_wants_an_interval(self):
        done = run(program("functions"), LANGONE_MONITOR="often")
        self.assertEqual(done.stdout, "all functions\n")
        self.assertIn("LANGONE_MONITOR is neither off, on, nor milliseconds", done.stderr)

    def test_sqlite(self):
        sql = "create table t(a, b); with recursive n(x) as (select 1 union all select x + 1 from n where x < 20000) insert into t select x, hex(x) from n; select count(distinct substr(b, 1, 3)) from t;"
        with_us = run(self.need("sqlite3"), ":memory:", sql)
        alone = subprocess.run(["sqlite3", ":memory:", sql], capture_output=True, text=True)
        self.assertEqual((with_us.stdout, with_us.stderr), (alone.stdout, ""))

    def test_xz(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"".join(b"%d " % (n * n) for n in range(100_000)))
            file.flush()
            command = f"xz -T2 -c {file.name} | xz -dc | cmp - {file.name}"
            self.need("xz")
            done = run("sh", "-c", command)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


unittest.main(verbosity=2)
