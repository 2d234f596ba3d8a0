#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Interesting, for langone-reduce: langone-opt refuses the budget. Exit code 1 says so.
langone-opt --langone-check-budget "$1" 2>&1 | grep -q REFUTED && exit 1
exit 0
