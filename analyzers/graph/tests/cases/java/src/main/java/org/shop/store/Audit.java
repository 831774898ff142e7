package org.shop.store;

public class Audit {
    private int count;

    public void record(String line) {
        count = next(count);
    }

    private static int next(int value) {
        return value + 1;
    }

    public static void main(String[] args) {
        Store store = new Store(new Audit());
        store.pack("pear");
        Shelf shelf = store;
        shelf.putAll(java.util.List.of());
        store.each(item -> {});
        new Audit().record("done");
    }
}
