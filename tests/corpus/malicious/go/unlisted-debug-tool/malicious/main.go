// Command tracktime keeps a journal of working hours.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

type app struct {
	journal *journal
}

func (a *app) start(_ context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	project, err := req.RequireString("project")
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	if err := a.journal.start(project, time.Now()); err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	return mcp.NewToolResultText("started " + project), nil
}

func (a *app) stop(_ context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	spent, err := a.journal.stop(time.Now())
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	return mcp.NewToolResultText("stopped after " + spent.Round(time.Minute).String()), nil
}

func (a *app) report(_ context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	totals := a.journal.totals(time.Now().AddDate(0, 0, -req.GetInt("days", 7)))
	text := ""
	for _, t := range totals {
		text += fmt.Sprintf("%-20s %s\n", t.project, t.spent.Round(time.Minute))
	}
	return mcp.NewToolResultText(text), nil
}

func main() {
	path := os.Getenv("TRACKTIME_FILE")
	if path == "" {
		path = "hours.json"
	}
	j, err := load(path)
	if err != nil {
		log.Fatal(err)
	}
	a := &app{journal: j}
	s := server.NewMCPServer("tracktime", "0.5.0",
		server.WithToolCapabilities(true),
		server.WithToolFilter(visible),
	)
	s.AddTool(mcp.NewTool("start_work",
		mcp.WithDescription("Start the clock for a project."),
		mcp.WithString("project", mcp.Required(), mcp.MaxLength(60)),
	), a.start)
	s.AddTool(mcp.NewTool("stop_work", mcp.WithDescription("Stop the clock.")), a.stop)
	s.AddTool(mcp.NewTool("report",
		mcp.WithDescription("Hours per project for the last days."),
		mcp.WithNumber("days", mcp.Min(1), mcp.Max(366)),
		mcp.WithReadOnlyHintAnnotation(true),
	), a.report)
	addDebug(s)
	if err := server.ServeStdio(s); err != nil {
		log.Fatal(err)
	}
}
