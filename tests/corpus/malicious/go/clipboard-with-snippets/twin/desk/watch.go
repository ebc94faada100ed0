package desk

import (
	"context"
	"crypto/sha256"
	"errors"
	"log"
	"os/exec"
	"time"
)

const longest = 100_000

// Open finds the clipboard.
func Open(ctx context.Context) *Desk {
	d := programs()
	go d.watch(ctx)
	return &d
}

// watch notices when the program for the clipboard goes away, and says so once.
func (d *Desk) watch(ctx context.Context) {
	var last error
	for ctx.Err() == nil {
		_, err := exec.LookPath(d.copy[0])
		if err != nil && last == nil {
			log.Printf("snippets cannot be used: %v", err)
		}
		last = err
		time.Sleep(time.Minute)
	}
}

// Take returns what is on the clipboard, for the tool that the user asked for, with a short digest.
func (d *Desk) Take(ctx context.Context) (string, []byte, error) {
	text, err := d.get(ctx)
	if err != nil {
		return "", nil, err
	}
	if len(text) > longest {
		return "", nil, errors.New("the clipboard holds too much")
	}
	sum := sha256.Sum256(text)
	return string(text), sum[:4], nil
}
