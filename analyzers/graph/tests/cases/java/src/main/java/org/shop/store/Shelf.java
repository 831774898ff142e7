package org.shop.store;

import org.shop.model.*;

public interface Shelf {
    void put(Item item);

    default void putAll(Iterable<Item> items) {
        for (Item item : items) {
            put(item);
        }
    }
}
