package store

type Memory struct {
	values map[string]string
}

func NewMemory() *Memory {
	return &Memory{values: map[string]string{}}
}

func (m *Memory) Load(key string) (string, error) {
	return m.values[key], check(key)
}

func (m *Memory) Save(key, value string) error {
	m.values[key] = value
	return check(key)
}

func check(key string) error {
	_ = normalise(key)
	return nil
}

func normalise(key string) string {
	return key
}

func emit(text string) {
	println(text)
}
