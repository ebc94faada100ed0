package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

type largeFile struct {
	Path  string `json:"path"`
	Bytes int64  `json:"bytes"`
}

func walk(dir string, visit func(path string, info fs.FileInfo) error) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == ".git" {
			return filepath.SkipDir
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		return visit(path, info)
	})
}

func largest(dir string, count int) ([]largeFile, error) {
	var files []largeFile
	err := walk(dir, func(path string, info fs.FileInfo) error {
		relative, err := filepath.Rel(dir, path)
		files = append(files, largeFile{relative, info.Size()})
		return err
	})
	sort.Slice(files, func(a, b int) bool { return files[a].Bytes > files[b].Bytes })
	if len(files) > count {
		files = files[:count]
	}
	return files, err
}

func removeScraps(dir string) ([]string, error) {
	var removed []string
	err := walk(dir, func(path string, info fs.FileInfo) error {
		if !strings.HasSuffix(info.Name(), ".orig") && !strings.HasSuffix(info.Name(), "~") {
			return nil
		}
		removed = append(removed, filepath.Base(path))
		return os.Remove(path)
	})
	return removed, err
}
