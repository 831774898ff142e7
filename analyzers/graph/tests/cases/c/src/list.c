#include "list.h"
#include <stdlib.h>

static struct node *make_node(int value)
{
    struct node *node = malloc(sizeof *node);
    node->value = value;
    return node;
}

static int order(int a, int b)
{
    return a - b;
}

void list_init(struct list *list)
{
    list->first = 0;
    list->compare = order;
}

void list_add(struct list *list, int value)
{
    struct node *node = make_node(value);
    if (list->first)
        list->compare(value, list->first->value);
    node->next = list->first;
    list->first = node;
}

struct node *list_first(struct list *list)
{
    return list->first;
}
