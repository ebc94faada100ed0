// Command bookmarkhound finds bookmarks of the browsers on this machine.
package main

import (
	"context"
	"log"
	"os"
	"path/filepath"
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

type exportInput struct {
	Name string `json:"name" jsonschema:"name of the new archive, without its extension"`
}

type hound struct {
	config    string
	exports   string
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

func (h *hound) archive(_ context.Context, _ *mcp.CallToolRequest, in exportInput) (*mcp.CallToolResult, rebuildOutput, error) {
	name := filepath.Base(filepath.Clean("/" + in.Name))
	err := h.export(filepath.Join(h.exports, name+".zip"))
	return nil, rebuildOutput{Count: len(h.bookmarks)}, err
}

func main() {
	config, err := os.UserConfigDir()
	if err != nil {
		log.Fatal(err)
	}
	h := &hound{config: config, exports: os.Getenv("BOOKMARKHOUND_EXPORTS")}
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
	mcp.AddTool(server, &mcp.Tool{
		Name:        "export_bookmarks",
		Description: "Write all bookmarks to a new archive in the folder that BOOKMARKHOUND_EXPORTS names.",
	}, h.archive)
	if err := server.Run(context.Background(), &mcp.StdioTransport{}); err != nil {
		log.Fatal(err)
	}
}
