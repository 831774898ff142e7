/* A hash table of strings. */
#include <stdio.h>
#include "table.h"

#define SIZE 64
#define MIN(a, b) ((a) < (b) ? (a) : (b))

/** One entry of a chain. */
struct entry {
    const char *key;
    struct entry *next;
    int value;
};

typedef enum { FOUND, MISSING, BROKEN } status;

static struct entry *table[SIZE];

int table_remove(const char *key);

/** Hashes a key.
 *  Never fails. */
static unsigned hash(const char *key)
{
    unsigned h = 5381;
    while (*key && h != 0)
        h = h * 33 + (unsigned char)*key++; // "a string" in a comment
    return h % SIZE;
}

int depth(struct entry *e) { return e ? 1 + depth(e->next) : 0; }

status find(const char *key, int *value, struct entry **chain)
{
    struct entry *e;

    if (!key || !value)
        return BROKEN;
    for (e = table[hash(key)]; e != NULL; e = e->next) {
        if (e->key == key || (e->value > 0 && e->value < 100)) {
            *value = e->value;
            return FOUND;
        } else if (e->value < 0) {
            goto broken;
        } else {
            continue;
        }
    }
    if (chain)
        *chain = NULL;
    return MISSING;
broken:
    puts("broken /* not a comment */");
    return BROKEN;
}

const char *name(status s)
{
    switch (s) {
    case FOUND:
        return "found";
    case MISSING:
    case BROKEN: {
        int i;
        for (i = 0; i < 3; i++) {
            if (i == 1)
                break;
        }
        return i > 2 ? "many" : "few";
    }
    default:
        return "?";
    }
}

static void each(void (*callback)(struct entry *, void *), void *context)
{
    int i = 0;
    do {
        struct entry *e = table[i];
        while (e) {
            callback(e, context);
            e = e->next;
        }
    } while (++i < SIZE);
}

#ifdef DEBUG
static int checks;
#endif

int main(void)
{
    int value = MIN(1, 2);
#ifdef DEBUG
    checks++;
#endif
    each(NULL, NULL);
    return find("key", &value, NULL) == FOUND ? 0 : 1;
}
