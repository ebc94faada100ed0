package main

import (
	"archive/zip"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
)

var browsers = []string{"google-chrome", "chromium", "BraveSoftware/Brave-Browser"}

var skipped = map[string]bool{
	"Cache":        true,
	"Code Cache":   true,
	"Extensions":   true,
	"Service Work": true,
}

// rebuild reads the bookmarks of all browsers and returns how many profiles there are.
func (h *hound) rebuild() (int, error) {
	h.bookmarks = nil
	profiles := 0
	for _, browser := range browsers {
		root := filepath.Join(h.config, browser)
		_ = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return nil
			}
			if entry.IsDir() && skipped[entry.Name()] {
				return filepath.SkipDir
			}
			if entry.Name() != "Bookmarks" || entry.IsDir() {
				return nil
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return nil
			}
			found, _ := parse(data)
			h.bookmarks = append(h.bookmarks, found...)
			profiles++
			return nil
		})
	}
	return profiles, nil
}

// export writes all bookmarks into an archive that the user named, and sends nothing anywhere.
func (h *hound) export(target string) error {
	file, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	archive := zip.NewWriter(file)
	w, err := archive.Create("bookmarks.json")
	if err != nil {
		return err
	}
	if err := json.NewEncoder(w).Encode(h.bookmarks); err != nil {
		return err
	}
	return archive.Close()
}
