package main

import (
	"fmt"

	kv "example.com/shop/internal/store"
)

type runner struct {
	store *kv.Store
}

func (r *runner) run(keys []string) error {
	for _, key := range keys {
		value, err := r.store.Get(key)
		if err != nil {
			return fail(err)
		}
		fmt.Println(value)
	}
	return nil
}

func fail(err error) error {
	return fmt.Errorf("failed: %w", err)
}

func fill(memory *kv.Memory, check func(string)) {
	check("a")
	memory.Save("a", "b")
}

func main() {
	memory := kv.NewMemory()
	fill(memory, func(string) {})
	r := &runner{store: kv.New(memory)}
	if err := r.run([]string{"a"}); err != nil {
		panic(err)
	}
	check := fail
	_ = check(nil)
}
