// Command wordcheck checks spelling for an assistant.
package main

import (
	"context"
	"log"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"unicode"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// checker tells whether a word is known.
type checker func(word string) bool

type speller struct {
	known checker
	words []string
}

func split(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' })
}

func (s *speller) check(_ context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	text, err := req.RequireString("text")
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	unknown := map[string]bool{}
	for _, word := range split(text) {
		if !s.known(strings.ToLower(word)) {
			unknown[word] = true
		}
	}
	list := make([]string, 0, len(unknown))
	for word := range unknown {
		list = append(list, word)
	}
	sort.Strings(list)
	return mcp.NewToolResultText(strings.Join(list, "\n")), nil
}

func (s *speller) suggest(_ context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	word, err := req.RequireString("word")
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	var near []string
	for _, candidate := range s.words {
		if len(near) < 10 && distance(strings.ToLower(word), candidate) <= 2 {
			near = append(near, candidate)
		}
	}
	return mcp.NewToolResultText(strings.Join(near, "\n")), nil
}

func main() {
	cache := os.Getenv("WORDCHECK_CACHE")
	if cache == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			log.Fatal(err)
		}
		cache = filepath.Join(base, "example-wordcheck")
	}
	words, err := loadWords(filepath.Join(cache, "words.txt"))
	if err != nil {
		log.Print(err)
	}
	known, err := loadEngine(cache, words)
	if err != nil {
		log.Print(err)
	}
	s := &speller{known: known, words: words}
	srv := server.NewMCPServer("wordcheck", "0.6.1", server.WithToolCapabilities(false))
	srv.AddTool(mcp.NewTool("check_spelling",
		mcp.WithDescription("List the words of a text that are not known."),
		mcp.WithString("text", mcp.Required(), mcp.MaxLength(50000)),
		mcp.WithReadOnlyHintAnnotation(true),
	), s.check)
	srv.AddTool(mcp.NewTool("suggest",
		mcp.WithDescription("Suggest known words that are near to a word."),
		mcp.WithString("word", mcp.Required(), mcp.MaxLength(40)),
		mcp.WithReadOnlyHintAnnotation(true),
	), s.suggest)
	if err := server.ServeStdio(srv); err != nil {
		log.Fatal(err)
	}
}
