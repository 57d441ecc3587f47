"""What a process used: processor time and memory, from the kernel."""

import os
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """Return the processor seconds, own and kernel's, that a live process has used so far."""
    # The name, in parentheses, may hold anything; what follows it does not.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def peak_mib(pid: int | None = None) -> float:
    """Return the most memory that a process, by default this one, has had so far; 0 when it has ended."""
    # Not getrusage's: a child starts with its parent's there.
    for line in Path(f"/proc/{pid or 'self'}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1_024
    return 0.0
