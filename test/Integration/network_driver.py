# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the C program around one network: the tables and the call that network_driver.h wants."""
from constants import Constant
from signature import Signature, SignatureError, Type

_C_TYPE = {"f64": "double", "f32": "float", "f16": "_Float16", "bf16": "__bf16", "index": "int64_t", "i64": "int64_t",
           "i32": "int32_t", "i16": "int16_t", "i8": "int8_t", "i1": "bool"}
_MAX_RANK = 8  # of Value in network_driver.h


def _declaration(type: Type, name: str) -> str:
    """Storage for a scalar, or for a memref's descriptor."""
    if type.is_memref:
        return f"int64_t {name}[{3 + 2 * len(type.shape)}]"
    return f"{_C_TYPE[type.element]} {name}"


def _value(type: Type, address: str) -> str:
    rank = len(type.shape) if type.is_memref else -1
    if rank > _MAX_RANK:
        raise SignatureError(f"rank {rank} is more than the driver holds ({_MAX_RANK})")
    sizes = ", ".join(map(str, type.shape or (0,))) or "0"
    return f"{{{type.element.upper()}, {rank}, {address}, {{{sizes}}}}}"


def _table(kind: str, name: str, rows: list[str]) -> str:
    """A constant table and its length; C wants at least one row."""
    body = "".join(f"    {row},\n" for row in rows or ["{0}"])
    return f"static const {kind} {name}s[] = {{\n{body}}};\nstatic const int {name}_count = {len(rows)};\n"


def _call(signature: Signature) -> str:
    """MLIR returns one scalar by value; one memref, or several results as a struct, by a leading pointer."""
    parameters = [_declaration(type, f"a{i}") for i, type in enumerate(signature.arguments)]
    names = [f"argument{i}" for i in range(len(signature.arguments))]
    by_value = len(signature.results) == 1 and not signature.results[0].is_memref
    if signature.results and not by_value:
        parameters.insert(0, "Results *result")
        names.insert(0, "&all_of_them")
    returned = _C_TYPE[signature.results[0].element] if by_value else "void"
    assign = "all_of_them.r0 = " if by_value else ""
    return (f"{returned} network({', '.join(parameters) or 'void'}) __asm__(\"_mlir_ciface_{signature.name}\");\n"
            f"static void call_network(void) {{ {assign}network({', '.join(names)}); }}\n")


def _constant_storage(index: int, constant: Constant) -> str:
    """Bytes from a file, or zeros that the driver fills."""
    symbol = constant.symbol
    if constant.blob:
        return (f'__asm__(".pushsection .rodata\\n.globl {symbol}\\n.balign 64\\n{symbol}:\\n'
                f'.incbin \\"{constant.blob}\\"\\n.popsection\\n");\n')
    return f'char constant{index}[{constant.type.bytes}] __asm__("{symbol}") __attribute__((aligned(64)));\n'


def _constant(index: int, constant: Constant) -> str:
    type = constant.type
    return f"{{{type.element.upper()}, {type.count}u, constant{index}, {constant.center!r}, {constant.radius!r}}}"


def write(signature: Signature, constants: list[Constant]) -> str:
    """The C text; compile it with -DLANGONE_RT to link the runtime."""
    fields = "".join(f" {_declaration(type, f'r{i}')};" for i, type in enumerate(signature.results))
    storage = "".join(f"static {_declaration(type, f'argument{i}')};\n" for i, type in enumerate(signature.arguments))
    address = {True: "", False: "&"}
    arguments = [_value(type, f"{address[type.is_memref]}argument{i}") for i, type in enumerate(signature.arguments)]
    results = [_value(type, f"{address[type.is_memref]}all_of_them.r{i}") for i, type in enumerate(signature.results)]
    filled = [(i, constant) for i, constant in enumerate(constants) if not constant.blob]
    return "".join([
        '#include "network_driver.h"\n\n',
        f"typedef struct {{{fields or ' int unused;'} }} Results;\nstatic Results all_of_them;\n",
        storage,
        _call(signature),
        *(_constant_storage(i, constant) for i, constant in enumerate(constants)),
        _table("Value", "argument", arguments),
        _table("Value", "result", results),
        _table("Constant", "constant", [_constant(i, constant) for i, constant in filled]),
    ])
