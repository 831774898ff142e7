def a_decorator(a, b):
    def inner(func):
        if condition:
            print(b)
        func()
    return inner


def not_a_decorator(a, b):
    my_var = a * b
    def inner(func):
        if condition:
            print(b)
        func()
    return inner


def decorator_generator(a):
    def generator(func):
        def decorator(func):
            if condition:
                print(b)
            return func()
        return decorator
    return generator
