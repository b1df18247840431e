"""Kinds of options that several commands take."""

from __future__ import annotations

import math
from typing import Any

import click

_LONGEST_S = 1_000_000
"""Eleven days; far longer times are more than clocks of operating systems take."""


class _Seconds(click.FloatRange):
    """A span of time; `nan` is within any range, for `click`, and no time."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is no number of seconds.", param, ctx)
        return number


SECONDS = _Seconds(min=0, min_open=True, max=_LONGEST_S)
