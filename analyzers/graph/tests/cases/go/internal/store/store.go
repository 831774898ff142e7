package store

import "strings"

type Backend interface {
	Load(key string) (string, error)
	Save(key, value string) error
}

type Store struct {
	Base
	backend Backend
	log     func(string)
}

type Base struct {
	name string
}

func (b *Base) Title() string {
	return title(b.name)
}

func New(backend Backend) *Store {
	s := &Store{backend: backend}
	s.init()
	return s
}

func (s *Store) init() {
	s.log = func(text string) { emit(text) }
}

func (s *Store) Get(key string) (string, error) {
	s.log(s.Title())
	return s.backend.Load(normalise(key))
}

func title(text string) string {
	return strings.ToUpper(text)
}
