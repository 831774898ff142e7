from .base import Gift, Item
from .pricing import total_price
import shop.rates
import shop.rates as r


class Cart:
    def __init__(self):
        self.items = []

    @classmethod
    def of(cls, names):
        cart = cls()
        for name in names:
            cart.add(Item(name))
        return cart

    def add(self, item: Item):
        self.log(item.label())
        self.items.append(item)

    def log(self, text):
        print(text)

    @property
    def total(self):
        return total_price(self.items)

    def wrap(self, item, giver):
        gift = Gift(item.name, giver)
        self.add(gift)
        return gift.thank()

    def rate(self, name):
        return shop.rates.lookup(name) + r.discount(1)


def checkout(cart: "Cart", lookup):
    lookup("apple")
    return cart.total
