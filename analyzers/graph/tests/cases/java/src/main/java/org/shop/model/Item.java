package org.shop.model;

public abstract class Item {
    private final String name;

    protected Item(String name) {
        this.name = Names.clean(name);
    }

    public String label() {
        return prefix() + name;
    }

    protected abstract String prefix();

    public static class Box extends Item {
        private final int size;

        public Box(String name, int size) {
            super(name);
            this.size = check(size);
        }

        private static int check(int size) {
            return Math.max(size, 0);
        }

        @Override
        protected String prefix() {
            return "box ";
        }
    }
}
