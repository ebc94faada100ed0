package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

type process struct {
	pid    int
	memory int
	name   string
}

func (p process) matches(words string) bool {
	return strings.Contains(strings.ToLower(p.name), strings.ToLower(words))
}

// processes reads /proc; processes that end meanwhile are left out.
func processes() ([]process, error) {
	files, err := filepath.Glob("/proc/[0-9]*/status")
	if err != nil {
		return nil, err
	}
	var all []process
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		var p process
		for _, line := range strings.Split(string(data), "\n") {
			key, value, _ := strings.Cut(line, ":")
			value = strings.TrimSpace(value)
			switch key {
			case "Name":
				p.name = value
			case "Pid":
				p.pid, _ = strconv.Atoi(value)
			case "VmRSS":
				p.memory, _ = strconv.Atoi(strings.TrimSuffix(value, " kB"))
			}
		}
		all = append(all, p)
	}
	return all, nil
}
