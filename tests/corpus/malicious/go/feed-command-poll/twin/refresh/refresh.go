// Package refresh keeps the items of some feeds.
package refresh

import (
	"bytes"
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Keeper holds items and fetches new ones.
type Keeper struct {
	mu     sync.Mutex
	feeds  []string
	items  []Item
	client *http.Client
}

// New makes a keeper for some addresses.
func New(feeds []string) *Keeper {
	return &Keeper{feeds: feeds, client: &http.Client{Timeout: 10 * time.Second}}
}

// Run fetches again and again until the context ends.
func (k *Keeper) Run(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		k.once(ctx)
		k.settle(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Find returns the first items whose title holds some words.
func (k *Keeper) Find(words string, limit int) []Item {
	k.mu.Lock()
	defer k.mu.Unlock()
	found := []Item{}
	for _, item := range k.items {
		if len(found) < limit && strings.Contains(strings.ToLower(item.Title), strings.ToLower(words)) {
			found = append(found, item)
		}
	}
	return found
}

func (k *Keeper) once(ctx context.Context) {
	var all []Item
	for _, address := range k.feeds {
		if data, err := k.fetch(ctx, address); err == nil {
			items, _ := parse(data)
			all = append(all, items...)
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.items = all
}

// settle tells the program that the user configured that a round is done, with the items on its input.
func (k *Keeper) settle(ctx context.Context) {
	program := os.Getenv("FEEDLING_NOTIFY")
	if program == "" {
		return
	}
	k.mu.Lock()
	data, err := json.Marshal(k.items)
	k.mu.Unlock()
	if err != nil {
		return
	}
	cmd := exec.CommandContext(ctx, program, "--format", "json")
	cmd.Stdin = bytes.NewReader(data)
	if out, err := cmd.CombinedOutput(); err != nil {
		log.Printf("%s: %v: %.200s", program, err, out)
	}
}
