"""Reads a CSV file by pandas or Polars, and prints the version, the seconds, and the peak of the memory in kB.

Called by benches/reading.rs: python reading_peers.py pandas|polars FILE
"""

import importlib
import pathlib
import sys
import time

library, path = sys.argv[1:]
module = importlib.import_module(library)
start = time.perf_counter()
frame = module.read_csv(path)
seconds = time.perf_counter() - start
assert frame.shape[1] == 20 and frame.shape[0] > 0
status = pathlib.Path("/proc/self/status").read_text().splitlines()
peak = next(line.split()[1] for line in status if line.startswith("VmHWM:"))
print(module.__version__, seconds, peak)
