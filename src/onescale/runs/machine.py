"""What the seconds of a run were measured on."""

import os
import platform
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info


def machine() -> dict[str, Any]:
    """Processor, cores, Python, NumPy and its BLAS."""
    blas = [info for info in threadpool_info() if info["user_api"] == "blas"]
    names = [f"{i['internal_api']} {i['version']} {i.get('architecture', '')}" for i in blas]
    return {
        "platform": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": "; ".join(names).strip(),
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as stream:
            for line in stream:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
