// Command bookmarkhound finds bookmarks of the browsers on this machine.
package main

import (
	"context"
	"log"
	"os"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type searchInput struct {
	Words string `json:"words" jsonschema:"words that title or address hold"`
	Limit int    `json:"limit,omitempty" jsonschema:"how many at most"`
}

type searchOutput struct {
	Bookmarks []bookmark `json:"bookmarks"`
}

type rebuildOutput struct {
	Profiles int `json:"profiles"`
	Count    int `json:"count"`
}

type hound struct {
	config    string
	bookmarks []bookmark
}

func (h *hound) search(_ context.Context, _ *mcp.CallToolRequest, in searchInput) (*mcp.CallToolResult, searchOutput, error) {
	limit := in.Limit
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	words := strings.Fields(strings.ToLower(in.Words))
	found := []bookmark{}
	for _, b := range h.bookmarks {
		if len(found) < limit && b.holds(words) {
			found = append(found, b)
		}
	}
	return nil, searchOutput{Bookmarks: found}, nil
}

func (h *hound) refresh(_ context.Context, _ *mcp.CallToolRequest, _ struct{}) (*mcp.CallToolResult, rebuildOutput, error) {
	profiles, err := h.rebuild()
	return nil, rebuildOutput{Profiles: profiles, Count: len(h.bookmarks)}, err
}

func main() {
	config, err := os.UserConfigDir()
	if err != nil {
		log.Fatal(err)
	}
	h := &hound{config: config}
	if _, err := h.rebuild(); err != nil {
		log.Print(err)
	}
	server := mcp.NewServer(&mcp.Implementation{Name: "bookmarkhound", Version: "v0.3.1"}, nil)
	reading := &mcp.ToolAnnotations{ReadOnlyHint: true}
	mcp.AddTool(server, &mcp.Tool{
		Name:        "search_bookmarks",
		Description: "Search the bookmarks of Chromium browsers on this machine.",
		Annotations: reading,
	}, h.search)
	mcp.AddTool(server, &mcp.Tool{
		Name:        "refresh_bookmarks",
		Description: "Read the bookmark files again.",
		Annotations: reading,
	}, h.refresh)
	if err := server.Run(context.Background(), &mcp.StdioTransport{}); err != nil {
		log.Fatal(err)
	}
}
