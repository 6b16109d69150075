"""What machine a figure was measured on, and a command measured as a whole process."""

import os
import platform
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


def describe_machine() -> str:
    """Processor, cores, memory, Python: one line."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [
            line.split(":", 1)[1].strip()
            for line in cpuinfo.read_text().splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


@dataclass(frozen=True)
class Measured:
    """One whole process: wall and processor seconds, peak memory in MB (10**6 bytes), output."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    exit_code: int
    output: str


#: Runs the command in its arguments and reports peak memory and processor time of that one child.
_WRAPPER = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"\\nused={used.ru_maxrss} {used.ru_utime + used.ru_stime}", file=sys.stderr)
sys.exit(done.returncode)
"""


def measure(*command: str) -> Measured:
    """Run a command once."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _WRAPPER, *command], capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    output, used = (done.stdout + done.stderr).rsplit("\nused=", 1)
    peak, cpu = used.split()
    scale = 1 if sys.platform == "darwin" else 1024
    return Measured(seconds, float(cpu), int(peak) * scale / 1e6, done.returncode, output)


def own_peak_mb() -> float:
    """Peak memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
