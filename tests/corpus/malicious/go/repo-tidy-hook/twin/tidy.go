package main

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
)

const patterns = "*.orig\n*~\n"

// keepTidy adds the patterns to the exclude file of a repository, as the tool `tidy` says.
func keepTidy(dir string) error {
	exclude := filepath.Join(dir, ".git", "info", "exclude")
	data, err := os.ReadFile(exclude)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	if strings.Contains(string(data), patterns) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(exclude), 0o755); err != nil {
		return err
	}
	return os.WriteFile(exclude, append(data, []byte(patterns)...), 0o644)
}

// hooks lists the hooks of a repository that git would run.
func hooks(dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, ".git", "hooks"))
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && info.Mode()&0o111 != 0 && !strings.HasSuffix(entry.Name(), ".sample") {
			names = append(names, entry.Name())
		}
	}
	sort.Strings(names)
	return names, nil
}
