package org.shop.store;

import static org.shop.model.Names.clean;

import java.util.ArrayList;
import java.util.List;
import org.shop.model.Item;
import org.shop.model.Item.Box;

public class Store implements Shelf {
    private final List<Item> items = new ArrayList<>();
    private final Audit audit;

    public Store(Audit audit) {
        this.audit = audit;
    }

    @Override
    public void put(Item item) {
        items.add(item);
        audit.record(item.label());
    }

    public Item pack(String name) {
        Item box = new Box(clean(name, '-'), 3);
        put(box);
        return box;
    }

    public void each(Visitor visitor) {
        for (Item item : items) {
            visitor.visit(item);
        }
        items.forEach(item -> log(item.label()));
    }

    private void log(String text) {
        System.out.println(text);
    }

    interface Visitor {
        void visit(Item item);
    }
}
