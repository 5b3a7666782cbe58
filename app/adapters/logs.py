"""The log: JSON lines on standard error. It never holds a person's id, a choice, a token or an address."""

import logging
import sys
from typing import Any

import structlog


def configure() -> None:
    """Send everything, libraries included, to standard error as one JSON object a line."""
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    shared: list[Any] = [structlog.stdlib.add_log_level, stamp]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        structlog.processors.JSONRenderer(), foreign_pre_chain=[*shared, structlog.processors.dict_tracebacks]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def trouble(doing: str, error: Exception) -> None:
    """Log what went wrong: its kind and where, never its text, which could hold what a caller sent."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else None
    structlog.get_logger("cutover").warning("trouble", doing=doing, error=type(error).__name__, where=where)
