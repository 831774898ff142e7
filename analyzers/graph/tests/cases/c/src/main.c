#include "list.h"

void report(struct list *list);
int sum(struct list *list, int (*step)(int));

static int twice(int x)
{
    return 2 * x;
}

int main(void)
{
    struct list list;
    int report_count = 0;
    list_init(&list);
    list_add(&list, 3);
    if (!list_empty(&list))
        report(&list);
    return sum(&list, twice) + report_count;
}
