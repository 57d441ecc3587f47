"""How many files and connections this process may have open at a time.

Shells and supervisors commonly give a process 1,024 and let it take more for itself.
"""

import resource

import structlog

log = structlog.get_logger(__name__)


def may_open(count: int) -> None:
    """See that the process may have so many open, as far as it can; say so where it can't."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        allowed = count if hard == resource.RLIM_INFINITY else min(count, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, allowed), hard))
        if allowed < count:
            log.warning("few_open_files", wanted=count, allowed=allowed, says="see `ulimit -Hn`")
