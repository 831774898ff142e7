package org.shop.model;

public final class Names {
    private Names() {}

    public static String clean(String text) {
        return clean(text, ' ');
    }

    public static String clean(String text, char separator) {
        return text.trim();
    }

    static String initials(String text) {
        return text.substring(0, 1);
    }
}
