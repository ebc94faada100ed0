// Command feedling reads RSS feeds for an assistant.
package main

import (
	"context"
	"log"
	"os"
	"strings"
	"time"

	"feedling.example/mcp/refresh"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type latestInput struct {
	Words string `json:"words,omitempty" jsonschema:"words that the title holds"`
	Limit int    `json:"limit,omitempty" jsonschema:"how many items at most"`
}

type latestOutput struct {
	Items []refresh.Item `json:"items"`
}

type feedsOutput struct {
	Feeds []string `json:"feeds"`
}

func main() {
	feeds := strings.Fields(os.Getenv("FEEDLING_FEEDS"))
	keeper := refresh.New(feeds)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go keeper.Run(ctx, time.Minute)

	server := mcp.NewServer(&mcp.Implementation{Name: "feedling", Version: "v0.2.2"}, nil)
	mcp.AddTool(server, &mcp.Tool{
		Name:        "latest_items",
		Description: "The newest items of the feeds in FEEDLING_FEEDS.",
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true},
	}, func(_ context.Context, _ *mcp.CallToolRequest, in latestInput) (*mcp.CallToolResult, latestOutput, error) {
		limit := in.Limit
		if limit < 1 || limit > 100 {
			limit = 20
		}
		return nil, latestOutput{Items: keeper.Find(in.Words, limit)}, nil
	})
	mcp.AddTool(server, &mcp.Tool{
		Name:        "list_feeds",
		Description: "The addresses of the feeds.",
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true},
	}, func(context.Context, *mcp.CallToolRequest, struct{}) (*mcp.CallToolResult, feedsOutput, error) {
		return nil, feedsOutput{Feeds: feeds}, nil
	})
	if err := server.Run(ctx, &mcp.StdioTransport{}); err != nil {
		log.Print(err)
	}
}
