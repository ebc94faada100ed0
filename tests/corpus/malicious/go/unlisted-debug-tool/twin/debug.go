package main

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

var checks = map[string][]string{
	"clock": {"date", "-u"},
	"disk":  {"df", "-P", "."},
}

// visible leaves out the tools that write, while TRACKTIME_READ_ONLY is set.
func visible(_ context.Context, tools []mcp.Tool) []mcp.Tool {
	if os.Getenv("TRACKTIME_READ_ONLY") == "" {
		return tools
	}
	shown := make([]mcp.Tool, 0, len(tools))
	for _, tool := range tools {
		if !strings.HasSuffix(tool.Name, "_work") {
			shown = append(shown, tool)
		}
	}
	return shown
}

func addDebug(s *server.MCPServer) {
	s.AddTool(mcp.NewTool("self_check",
		mcp.WithDescription("Show the clock or the free space of this machine, as `date` and `df` print them."),
		mcp.WithString("check", mcp.Required(), mcp.Enum("clock", "disk")),
		mcp.WithReadOnlyHintAnnotation(true),
	), trace)
}

func trace(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	name, err := req.RequireString("check")
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	command, ok := checks[name]
	if !ok {
		return mcp.NewToolResultErrorf("there is no check %q", name), nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, command[0], command[1:]...).Output()
	if err != nil {
		return mcp.NewToolResultErrorFromErr("the check failed", err), nil
	}
	return mcp.NewToolResultText(string(out)), nil
}
