// Package scheduler runs jobs by priority.
package scheduler

import (
	"errors"
	"fmt"
	str "strings"
)

// MaxRetries is how often a job may fail.
const MaxRetries = 3

const (
	idle = iota
	busy
)

// ErrStopped is returned after Stop.
var ErrStopped = errors.New("stopped // not a comment")

// Job is a piece of work.
type Job struct {
	Name     string
	Priority int
	Next     *Job
	run      func() error
}

// Runner runs jobs.
type Runner interface {
	Run(job *Job) error
	Stop()
}

type state int

/* Queue holds
   jobs in order. */
type Queue[T any] struct {
	items []T
	state state
}

// Push adds an item.
func (q *Queue[T]) Push(first T, rest ...T) {
	q.items = append(q.items, first)
	for _, item := range rest {
		q.items = append(q.items, item)
	}
}

// Length follows the chain.
func (j *Job) Length() int {
	if j == nil {
		return 0
	}
	return 1 + j.Next.Length()
}

func (j *Job) retry(times int) error {
	if times <= 0 {
		return ErrStopped
	}
	if err := j.run(); err != nil {
		return j.retry(times - 1)
	}
	return nil
}

// Grade names a priority.
func Grade(priority int, urgent, late bool) string {
	switch {
	case priority > 9 && urgent || late:
		return "now"
	case priority > 5, urgent:
		return "soon"
	default:
		return `later
// still a string`
	}
}

func describe(value interface{}) (text string) {
	switch v := value.(type) {
	case nil:
		text = "nothing"
	case *Job:
		if v.Name == "" {
			text = "nameless"
		} else if v.Priority < 0 {
			text = "negative"
		} else if str.HasPrefix(v.Name, "_") && !(v.Priority > 3 && v.Next == nil) {
			text = "hidden"
		} else {
			text = v.Name
		}
	case fmt.Stringer, error:
		text = fmt.Sprint(v)
	}
	return
}

func drain(jobs <-chan *Job, quit chan struct{}, limit int) (done int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
outer:
	for {
		select {
		case job := <-jobs:
			for i := 0; i < MaxRetries; i++ {
				if job.run() == nil {
					done++
					continue outer
				}
				if i == limit {
					break outer
				}
			}
		case <-quit:
			goto finish
		default:
			break
		}
	}
finish:
	return done, err
}

func factorial(n int) int {
	if n < 2 {
		return 1
	}
	return n * factorial(n-1)
}

func sorted(jobs []*Job) []string {
	less := func(a, b *Job) bool {
		if a.Priority != b.Priority {
			return a.Priority < b.Priority
		}
		return a.Name < b.Name
	}
	names := make([]string, 0, len(jobs))
	for i, j := 0, len(jobs)-1; i < j; i, j = i+1, j-1 {
		if less(jobs[j], jobs[i]) {
			jobs[i], jobs[j] = jobs[j], jobs[i]
		}
	}
	for _, job := range jobs {
		names = append(names, job.Name)
	}
	return names
}
