from . import rates
from .rates import discount as reduced


def total_price(items):
    return sum(unit_price(item) for item in items)


def unit_price(item):
    return reduced(rates.lookup(item.name))


def report(total):
    total_price = total * 2
    return format(total_price)


def format(value):
    return "%.2f" % value
