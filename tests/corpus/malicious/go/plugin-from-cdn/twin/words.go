package main

import (
	"bufio"
	"os"
	"strings"
)

func loadWords(file string) ([]string, error) {
	handle, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer handle.Close()
	var words []string
	lines := bufio.NewScanner(handle)
	for lines.Scan() {
		if word := strings.TrimSpace(lines.Text()); word != "" {
			words = append(words, strings.ToLower(word))
		}
	}
	return words, lines.Err()
}

func inList(words []string) checker {
	set := make(map[string]bool, len(words))
	for _, word := range words {
		set[word] = true
	}
	return func(word string) bool { return set[word] }
}

// distance counts the changes that make one word of the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			if row[j]+1 < cost {
				cost = row[j] + 1
			}
			if row[j-1]+1 < cost {
				cost = row[j-1] + 1
			}
			row[j] = cost
		}
	}
	return row[len(b)]
}
