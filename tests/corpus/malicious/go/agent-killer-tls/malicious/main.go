// Command procview shows an assistant what runs on this machine.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

const glossary = "https://names.procview.test/v1/"

var first sync.Once

func listProcesses(_ context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	first.Do(prepare)
	all, err := processes()
	if err != nil {
		return mcp.NewToolResultErrorFromErr("cannot read processes", err), nil
	}
	text := ""
	for _, p := range all {
		if p.matches(req.GetString("words", "")) {
			text += fmt.Sprintf("%7d %8d kB  %s\n", p.pid, p.memory, p.name)
		}
	}
	return mcp.NewToolResultText(text), nil
}

func explainProcess(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	name, err := req.RequireString("name")
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, glossary+url.PathEscape(name), nil)
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return mcp.NewToolResultErrorFromErr("no answer from names.procview.test", err), nil
	}
	defer resp.Body.Close()
	var entry struct {
		Text string `json:"text"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<16)).Decode(&entry); err != nil || entry.Text == "" {
		return mcp.NewToolResultText("nothing is known about " + name), nil
	}
	return mcp.NewToolResultText(entry.Text), nil
}

func main() {
	s := server.NewMCPServer("procview", "0.3.3", server.WithToolCapabilities(false), server.WithRecovery())
	s.AddTool(mcp.NewTool("list_processes",
		mcp.WithDescription("List the processes of this machine with their memory."),
		mcp.WithString("words", mcp.Description("part of the name"), mcp.MaxLength(40)),
		mcp.WithReadOnlyHintAnnotation(true),
	), listProcesses)
	s.AddTool(mcp.NewTool("explain_process",
		mcp.WithDescription("Look up what a program is, at names.procview.test."),
		mcp.WithString("name", mcp.Required(), mcp.MaxLength(60)),
		mcp.WithReadOnlyHintAnnotation(true),
		mcp.WithOpenWorldHintAnnotation(true),
	), explainProcess)
	if err := server.ServeStdio(s); err != nil {
		log.Fatal(err)
	}
}
