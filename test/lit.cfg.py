# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The lit suite: which files are tests, and what their RUN lines may say.

Parameter `roundtrip`: langone-opt prints and parses each module again, as text and as bytecode,
before it does anything else (`--verify-roundtrip`).

Features: `models`, where the published networks are; `roundtrip`; `sanitizer`, for programs of ours
that a foreign program cannot load.
"""
# pylint: disable=undefined-variable
import os
import sys
from pathlib import Path

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "LangOne"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
# These are run by ctest.
config.excludes = ["Inputs", "Unit", "Install", "Integration", "Docs", "Benchmark", "Fuzz", "lib"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = config.langone_build_dir

data_dir = Path(os.environ.get("LANGONE_DATA_DIR", Path(__file__).resolve().parents[2] / "shared" / "data"))
if any(data_dir.glob("models/*.mlir")):
    config.available_features.add("models")
    config.substitutions.append(("%models", str(data_dir / "models")))

roundtrip = lit_config.params.get("roundtrip", "0") == "1"
if roundtrip:
    config.available_features.add("roundtrip")
if config.langone_sanitize:
    config.available_features.add("sanitizer")
    # Containers cross into the packaged libraries, which do not annotate theirs.
    config.environment["ASAN_OPTIONS"] = "detect_container_overflow=0"

llvm_config.with_system_environment(["HOME", "TMP", "TEMP"])
llvm_config.with_environment("PATH", [config.langone_tools_dir, config.llvm_tools_dir], append_path=True)
config.substitutions += [
    ("%plugin", f"{config.langone_lib_dir}/LangOneResourceMLIR.so"),
    ("%stock-mlir-opt", f"{config.llvm_tools_dir}/mlir-opt"),
    ("%python", sys.executable),
    ("%clang", f"{config.llvm_tools_dir}/clang"),
]
llvm_config.add_tool_substitutions([
    ToolSubst("langone-opt", extra_args=["--verify-roundtrip"] if roundtrip else []),
    "langone-lsp-server",
    "langone-reduce",
    "langone-stack",
    ToolSubst("langone-plan", unresolved="ignore"),
    ToolSubst("langone-report", unresolved="ignore"),
    "FileCheck",
    "count",
    "not",
    "split-file",
], [config.langone_tools_dir, config.llvm_tools_dir])
