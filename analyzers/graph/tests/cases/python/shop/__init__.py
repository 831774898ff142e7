from .cart import Cart
from .pricing import total_price as price

__all__ = ["Cart", "price"]
