use super::check;

#[test]
fn mcp_go_describes_tools_by_calls() {
    check(
        "main.go",
        r#"
package main

import (
	"context"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

const readTool = "read_file"

func main() {
	s := server.NewMCPServer("files", "1.0.0")
	tool := mcp.NewTool(readTool,
		mcp.WithDescription("Reads a file"),
		mcp.WithReadOnlyHintAnnotation(true),
		mcp.WithString("path", mcp.Required(), mcp.Description("where")),
		mcp.WithNumber("lines"),
	)
	s.AddTool(tool, readHandler)
	s.AddTool(mcp.NewTool("list", mcp.WithString("kind", mcp.Enum("a", "b"))), func(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return nil, nil
	})
	s.AddResource(mcp.NewResource("docs://readme", "Readme"), readme)
	http.HandleFunc("POST /hook", hook)
}

func readHandler(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	path, err := request.RequireString("path")
	return mcp.NewToolResultText(path), err
}

func readme(ctx context.Context, request mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
	return nil, nil
}

func hook(w http.ResponseWriter, r *http.Request) {}
"#,
        r#"
server files
tool read_file(path: string, lines?: number) readOnlyHint "Reads a file" -> readHandler
tool list(kind?: string#) -> ·
resource docs://readme -> readme
route POST /hook -> hook
entry readHandler(request) of read_file
entry ·(req) of list
entry readme(request.Params) of resource
"#,
    );
}

#[test]
fn the_official_sdk_describes_tools_by_types() {
    check(
        "main.go",
        r#"
package main

import (
	"context"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type Input struct {
	Path  string `json:"path" jsonschema:"where the file is"`
	Lines int    `json:"lines,omitempty"`
	Tags  []string
	skip  bool `json:"-"`
}

func Read(ctx context.Context, req *mcp.CallToolRequest, in Input) (*mcp.CallToolResult, any, error) {
	return nil, nil, nil
}

func Old(ctx context.Context, ss *mcp.ServerSession, params *mcp.CallToolParamsFor[Input]) (*mcp.CallToolResultFor[any], error) {
	return nil, nil
}

func main() {
	server := mcp.NewServer(&mcp.Implementation{Name: "files", Version: "v1"}, nil)
	mcp.AddTool(server, &mcp.Tool{
		Name: "read", Description: "Reads it",
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true, DestructiveHint: jsonschema.Ptr(false)},
	}, Read)
	mcp.AddTool(server, &mcp.Tool{Name: "old"}, Old)
}
"#,
        r#"
server files
tool read(path: string, lines?: integer, Tags: array) readOnlyHint !destructiveHint "Reads it" -> Read
tool old(path: string, lines?: integer, Tags: array) -> Old
entry Read(in) of read knows [Lines]
entry Old(params.Arguments) of old knows [Lines]
"#,
    );
}

#[test]
fn tools_and_handlers_are_found_side_by_side() {
    check(
        "tools.go",
        r#"
package tools

func GetMe(client Client) (mcp.Tool, server.ToolHandlerFunc) {
	return mcp.NewTool("get_me", mcp.WithDescription("Who I am")),
		func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return client.Me(ctx)
		}
}

func all() []server.ServerTool {
	return []server.ServerTool{
		{Tool: mcp.NewTool("ping"), Handler: ping},
	}
}

func ping(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) { return nil, nil }

type Params struct {
	Query string `json:"query"`
}

func search(ctx context.Context, args Params) (string, error) { return "", nil }

var Search = MustTool("search", "Searches things", search, mcp.WithReadOnlyHintAnnotation(true))

func lonely(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) { return nil, nil }
"#,
        r#"
tool get_me() "Who I am" -> ·
tool ping() -> ping
tool search(query: string) readOnlyHint "Searches things" -> search
entry ·(request) of get_me
entry ping(req) of ping
entry search(args) of search
entry lonely(req) of by name
"#,
    );
}

#[test]
fn a_filter_may_leave_tools_out_for_good() {
    check(
        "main.go",
        r#"
package main

func main() {
	s := server.NewMCPServer("x", "1", server.WithToolFilter(visible))
	s.AddTool(mcp.NewTool("__trace"), trace)
	s.AddTool(mcp.NewTool("report"), trace)
}

func visible(_ context.Context, tools []mcp.Tool) []mcp.Tool {
	for _, tool := range tools {
		if !strings.HasPrefix(tool.Name, "__") {
			shown = append(shown, tool)
		}
	}
	return shown
}

func trace(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) { return nil, nil }
"#,
        r"
server x
tool __trace() -> trace unlisted
tool report() -> trace
entry trace(req) of __trace
entry trace(req) of report
",
    );
}
