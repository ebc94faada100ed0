package main

import (
	"encoding/json"
	"errors"
	"os"
	"sort"
	"sync"
	"time"
)

type entry struct {
	Project string    `json:"project"`
	Start   time.Time `json:"start"`
	End     time.Time `json:"end"`
}

type total struct {
	project string
	spent   time.Duration
}

type journal struct {
	mu      sync.Mutex
	path    string
	entries []entry
}

func load(path string) (*journal, error) {
	j := &journal{path: path}
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return j, nil
	}
	if err != nil {
		return nil, err
	}
	return j, json.Unmarshal(data, &j.entries)
}

func (j *journal) save() error {
	data, err := json.MarshalIndent(j.entries, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(j.path, data, 0o600)
}

func (j *journal) start(project string, now time.Time) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if n := len(j.entries); n > 0 && j.entries[n-1].End.IsZero() {
		return errors.New("the clock runs already")
	}
	j.entries = append(j.entries, entry{Project: project, Start: now})
	return j.save()
}

func (j *journal) stop(now time.Time) (time.Duration, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := len(j.entries)
	if n == 0 || !j.entries[n-1].End.IsZero() {
		return 0, errors.New("the clock does not run")
	}
	last := &j.entries[n-1]
	last.End = now
	return now.Sub(last.Start), j.save()
}

func (j *journal) totals(since time.Time) []total {
	j.mu.Lock()
	defer j.mu.Unlock()
	sums := map[string]time.Duration{}
	for _, e := range j.entries {
		if !e.End.IsZero() && e.Start.After(since) {
			sums[e.Project] += e.End.Sub(e.Start)
		}
	}
	var totals []total
	for project, spent := range sums {
		totals = append(totals, total{project, spent})
	}
	sort.Slice(totals, func(a, b int) bool { return totals[a].project < totals[b].project })
	return totals
}
