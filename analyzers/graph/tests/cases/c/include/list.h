#ifndef LIST_H
#define LIST_H

#define LIST_EACH(node, list) for (struct node *node = list_first(list); node; node = node->next)

struct node {
    struct node *next;
    int value;
};

struct list {
    struct node *first;
    int (*compare)(int, int);
};

void list_init(struct list *list);
void list_add(struct list *list, int value);
struct node *list_first(struct list *list);

static inline int list_empty(struct list *list)
{
    return list_first(list) == 0;
}

#endif
