#!/usr/bin/env python3
"""Reports on the weather.

# not a comment
"""

from __future__ import annotations

import functools
import os.path as path
from dataclasses import dataclass

MAX_DAYS = 31


@dataclass
class Day:
    """One day's weather."""

    rain: float
    wind: float | None = None

    @property
    def stormy(self) -> bool:
        """True when it rains and blows."""
        return self.rain > 10 and self.wind is not None and self.wind > 50 or self.rain > 100

    def label(self, *, short=False):
        if short:
            return "wet" if self.rain else "dry"
        elif self.rain > 50:
            return f"{self.rain:.1f} mm {'!' if self.stormy else describe(self)}"
        else:
            return 'wind # "no comment"'


def describe(day, /, unit="mm", *extra, **options):
    match day:
        case Day(rain=0):
            return "dry"
        case Day(rain=r) if r > 20:
            return "soaked"
        case [first, *rest]:
            return describe(first) + describe(rest)
        case _:
            return unit


def read(name):
    days = []
    try:
        with open(name) as lines:
            for line in lines:
                if not line.strip() or line.startswith("#"):
                    continue
                try:
                    days.append(Day(float(line)))
                except ValueError:
                    if path.exists(name):
                        raise
            else:
                days.append(Day(0.0))
    except FileNotFoundError as error:
        raise SystemExit(str(error)) from error
    except (OSError, EOFError):
        return None
    else:
        return days
    finally:
        print("done")


def retry(times):
    """A decorator with an argument."""

    def decorate(function):
        @functools.wraps(function)
        def wrapped(*args):
            for attempt in range(times):
                if attempt:
                    print("again")
                return function(*args)

        return wrapped

    return decorate


@retry(3)
def wettest(days, limit=None):
    wet = [d.rain for d in days if d.rain > 0 if d.wind]
    pairs = {a: b for a in wet for b in wet}
    best = max(wet, key=lambda rain: rain if rain < 99 else 0)
    while best and (limit is None or best > limit):
        best -= 1
    else:
        best += 1

    def halve(n):
        if n > 1:
            return halve(n / 2)
        return n

    return halve(best) + len(pairs)


async def follow(stream):
    async for day in stream:
        if (rain := day.rain) > 5:
            yield rain


def test_describe():
    assert describe(Day(0)) == "dry"
