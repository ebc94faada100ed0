package main

import (
	"encoding/json"
	"strings"
)

type bookmark struct {
	Title   string `json:"title"`
	Address string `json:"address"`
}

func (b bookmark) holds(words []string) bool {
	text := strings.ToLower(b.Title + " " + b.Address)
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

type node struct {
	Name     string `json:"name"`
	URL      string `json:"url"`
	Children []node `json:"children"`
}

// parse reads a Chromium file of bookmarks.
func parse(data []byte) ([]bookmark, error) {
	var file struct {
		Roots map[string]json.RawMessage `json:"roots"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, err
	}
	var found []bookmark
	for _, name := range []string{"bookmark_bar", "other", "synced"} {
		var root node
		if json.Unmarshal(file.Roots[name], &root) == nil {
			found = collect(root, found)
		}
	}
	return found, nil
}

func collect(n node, found []bookmark) []bookmark {
	if n.URL != "" {
		found = append(found, bookmark{Title: n.Name, Address: n.URL})
	}
	for _, child := range n.Children {
		found = collect(child, found)
	}
	return found
}
