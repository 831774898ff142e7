TABLE = {"apple": 3}


def lookup(name):
    return TABLE.get(name, default())


def default():
    return 1


def discount(value):
    return value * 0.9
