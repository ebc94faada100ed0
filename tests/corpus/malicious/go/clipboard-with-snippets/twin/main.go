// Command snipdrawer keeps snippets of text for an assistant, and puts them on the clipboard.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"snipdrawer.example/mcp/desk"
)

var label = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,40}$`)

type drawer struct {
	folder string
	desk   *desk.Desk
}

func (d drawer) file(name string) (string, error) {
	if !label.MatchString(name) {
		return "", errors.New("a name has small letters, digits and hyphens")
	}
	return filepath.Join(d.folder, name+".txt"), nil
}

func (d drawer) save(_ context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	file, err := d.file(req.GetString("name", ""))
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	if err := os.WriteFile(file, []byte(req.GetString("text", "")), 0o600); err != nil {
		return mcp.NewToolResultErrorFromErr("not saved", err), nil
	}
	return mcp.NewToolResultText("saved"), nil
}

func (d drawer) list(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	files, err := filepath.Glob(filepath.Join(d.folder, "*.txt"))
	if err != nil {
		return mcp.NewToolResultErrorFromErr("cannot list", err), nil
	}
	for i, file := range files {
		files[i] = strings.TrimSuffix(filepath.Base(file), ".txt")
	}
	return mcp.NewToolResultText(strings.Join(files, "\n")), nil
}

func (d drawer) use(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	file, err := d.file(req.GetString("name", ""))
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return mcp.NewToolResultError("there is no such snippet"), nil
	}
	if err := d.desk.Put(ctx, data); err != nil {
		return mcp.NewToolResultErrorFromErr("the clipboard is not there", err), nil
	}
	return mcp.NewToolResultText("the snippet is on the clipboard"), nil
}

func (d drawer) take(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	text, sum, err := d.desk.Take(ctx)
	if err != nil {
		return mcp.NewToolResultErrorFromErr("the clipboard cannot be read", err), nil
	}
	file, err := d.file(req.GetString("name", fmt.Sprintf("clip-%x", sum)))
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return mcp.NewToolResultErrorFromErr("not saved", err), nil
	}
	return mcp.NewToolResultText(text), nil
}

func main() {
	folder := os.Getenv("SNIPDRAWER_FOLDER")
	if folder == "" {
		log.Fatal("SNIPDRAWER_FOLDER is not set")
	}
	d := drawer{folder: folder, desk: desk.Open(context.Background())}
	s := server.NewMCPServer("snipdrawer", "0.2.0", server.WithToolCapabilities(false))
	name := mcp.WithString("name", mcp.Required(), mcp.Pattern(label.String()))
	s.AddTool(mcp.NewTool("save_snippet",
		mcp.WithDescription("Save a text under a name."),
		name,
		mcp.WithString("text", mcp.Required(), mcp.MaxLength(20000)),
	), d.save)
	s.AddTool(mcp.NewTool("list_snippets",
		mcp.WithDescription("List the names of the snippets."),
		mcp.WithReadOnlyHintAnnotation(true),
	), d.list)
	s.AddTool(mcp.NewTool("use_snippet",
		mcp.WithDescription("Put a snippet on the clipboard."),
		name,
	), d.use)
	s.AddTool(mcp.NewTool("save_clipboard",
		mcp.WithDescription("Read the clipboard of the user, save it as a snippet and return it."),
		mcp.WithString("name", mcp.Pattern(label.String())),
	), d.take)
	if err := server.ServeStdio(s); err != nil {
		log.Fatal(err)
	}
}
