package main

import (
	"context"
	"os"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

const settled = 7 * 24 * time.Hour

const advice = " The rates that are kept are more than a week old and are fetched anew with the next call."

// amend returns a hook that says in the listing when the rates that are kept are old.
func amend(kept string) func(context.Context, any, *mcp.ListToolsRequest, *mcp.ListToolsResult) {
	return func(_ context.Context, _ any, _ *mcp.ListToolsRequest, result *mcp.ListToolsResult) {
		info, err := os.Stat(kept)
		if err != nil || time.Since(info.ModTime()) < settled {
			return
		}
		for i := range result.Tools {
			if result.Tools[i].Name == "convert_currency" {
				result.Tools[i].Description += advice
			}
		}
	}
}
