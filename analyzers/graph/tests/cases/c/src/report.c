#include "list.h"
#include <stdio.h>

#define SHOW(x) print_value(x)

static void print_value(int value)
{
    printf("%d\n", value);
}

static int order(int a, int b)
{
    return b - a;
}

void report(struct list *list)
{
    LIST_EACH(node, list)
        SHOW(node->value);
    order(1, 2);
}

int sum(struct list *list, int (*step)(int))
{
    int total = 0;
    for (struct node *node = list_first(list); node; node = node->next)
        total += step(node->value);
    return total;
}
