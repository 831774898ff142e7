import shop
from shop import Cart, price
from shop.cart import *
from shop.base import Item as Thing


def main():
    cart = Cart.of(["apple"])
    thing = Thing("pear")
    cart.add(thing)
    price(cart.items)
    shop.price([])
    checkout(cart, str)
    helper()


def helper():
    run = main
    return run


if __name__ == "__main__":
    main()
