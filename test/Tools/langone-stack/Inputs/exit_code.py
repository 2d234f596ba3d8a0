# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a command, and fails if its exit code is not the one named first."""
import subprocess
import sys

expected, *command = sys.argv[1:]
code = subprocess.run(command, check=False).returncode
if code != int(expected):
    sys.exit(f"exit code {code} instead of {expected}")
