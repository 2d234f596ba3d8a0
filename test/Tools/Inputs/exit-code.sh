#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# `exit-code.sh CODE FILE COMMAND...`: the command ends with CODE and leaves no FILE behind.
expected=$1 file=$2
shift 2
rm -f "$file"
"$@"
code=$?
[ "$code" = "$expected" ] || { echo "exit code $code, not $expected: $*"; exit 1; }
[ ! -e "$file" ] || { echo "$file was written: $*"; exit 1; }
