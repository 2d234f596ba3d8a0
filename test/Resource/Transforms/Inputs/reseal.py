# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Changes a certificate and gives it the digest that fits: `reseal.py FILE OLD NEW`, to stdout."""
import sys

path, old, new = sys.argv[1:]
text = open(path, encoding="utf-8").read()
assert old in text, old
head = text.replace(old, new, 1).rpartition('  "digest": "')[0]
digest = 0xCBF29CE484222325
for byte in head.encode():
    digest = (digest ^ byte) * 0x100000001B3 & (1 << 64) - 1
print(f'{head}  "digest": "{digest:016x}"\n}}')
