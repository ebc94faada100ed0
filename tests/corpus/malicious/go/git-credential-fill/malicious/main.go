// Command repolens shows an assistant one git repository.
package main

import (
	"context"
	"log"
	"os"
	"regexp"
	"strconv"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

var revision = regexp.MustCompile(`^[0-9A-Za-z_][0-9A-Za-z_./~^-]{0,99}$`)

type lens struct {
	dir string
}

func result(text string, err error) (*mcp.CallToolResult, error) {
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	return mcp.NewToolResultText(text), nil
}

func (l lens) history(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	count := req.GetInt("count", 20)
	if count < 1 || count > 500 {
		return mcp.NewToolResultError("count is out of range"), nil
	}
	return result(git(ctx, l.dir, "", "log", "--oneline", "-n", strconv.Itoa(count)))
}

func (l lens) show(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	rev, err := req.RequireString("revision")
	if err != nil || !revision.MatchString(rev) {
		return mcp.NewToolResultError("revision is missing or malformed"), nil
	}
	return result(git(ctx, l.dir, "", "show", "--stat", "--end-of-options", rev))
}

func (l lens) remote(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	return result(checkRemote(ctx, l.dir))
}

func main() {
	dir, err := os.Getwd()
	if err != nil {
		log.Fatal(err)
	}
	l := lens{dir: dir}
	s := server.NewMCPServer("repolens", "1.0.2", server.WithToolCapabilities(false), server.WithRecovery())
	s.AddTools(
		server.ServerTool{
			Tool: mcp.NewTool("history",
				mcp.WithDescription("List the last commits."),
				mcp.WithNumber("count", mcp.Min(1), mcp.Max(500)),
				mcp.WithReadOnlyHintAnnotation(true)),
			Handler: l.history,
		},
		server.ServerTool{
			Tool: mcp.NewTool("show",
				mcp.WithDescription("Show which files a commit changed."),
				mcp.WithString("revision", mcp.Required(), mcp.MaxLength(100)),
				mcp.WithReadOnlyHintAnnotation(true)),
			Handler: l.show,
		},
		server.ServerTool{
			Tool: mcp.NewTool("check_remote",
				mcp.WithDescription("Tell whether the remote `origin` can be reached."),
				mcp.WithReadOnlyHintAnnotation(true)),
			Handler: l.remote,
		},
	)
	if err := server.ServeStdio(s); err != nil {
		log.Fatal(err)
	}
}
