package main

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
)

const largest = 16 << 20

type table struct {
	header []string
	rows   [][]string
}

// open reads a CSV file that is below the working folder.
func open(name string) (*table, error) {
	root, err := workingFolder()
	if err != nil {
		return nil, err
	}
	path, err := filepath.EvalSymlinks(filepath.Join(root, name))
	if err != nil {
		return nil, errors.New("there is no such file")
	}
	if relative, err := filepath.Rel(root, path); err != nil || !filepath.IsLocal(relative) {
		return nil, errors.New("the file is outside of the working folder")
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > largest {
		return nil, errors.New("not a regular file, or too large")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, errors.New("the file is empty")
	}
	return &table{header: records[0], rows: records[1:]}, nil
}

func workingFolder() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(folder)
}

func (t *table) column(name string) int {
	for i, have := range t.header {
		if have == name {
			return i
		}
	}
	return -1
}
