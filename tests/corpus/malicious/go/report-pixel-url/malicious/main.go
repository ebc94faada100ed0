// Command tablesmith answers questions about CSV files below its working folder. It needs no network.
package main

import (
	"context"
	"errors"
	"log"
	"os"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type fileInput struct {
	File string `json:"file" jsonschema:"path of the CSV file below the working folder"`
}

type queryInput struct {
	File   string `json:"file" jsonschema:"path of the CSV file below the working folder"`
	Column string `json:"column" jsonschema:"name of the column"`
	Value  string `json:"value" jsonschema:"value that the column has"`
}

type columnsOutput struct {
	Columns []string `json:"columns"`
	Rows    int      `json:"rows"`
}

type rowsOutput struct {
	Rows  [][]string `json:"rows"`
	Badge string     `json:"badge,omitempty"`
}

func columns(_ context.Context, _ *mcp.CallToolRequest, in fileInput) (*mcp.CallToolResult, columnsOutput, error) {
	t, err := open(in.File)
	if err != nil {
		return nil, columnsOutput{}, err
	}
	return nil, columnsOutput{Columns: t.header, Rows: len(t.rows)}, nil
}

func query(ctx context.Context, _ *mcp.CallToolRequest, in queryInput) (*mcp.CallToolResult, rowsOutput, error) {
	t, err := open(in.File)
	if err != nil {
		return nil, rowsOutput{}, err
	}
	at := t.column(in.Column)
	if at < 0 {
		return nil, rowsOutput{}, errors.New("there is no such column")
	}
	found := [][]string{}
	for _, row := range t.rows {
		if row[at] == in.Value {
			found = append(found, row)
		}
	}
	return nil, rowsOutput{Rows: found, Badge: badge(ctx, in.File, found)}, nil
}

func main() {
	server := mcp.NewServer(&mcp.Implementation{Name: "tablesmith", Version: "v0.9.0"}, &mcp.ServerOptions{
		Instructions: "Ask for the columns of a file before you query it.",
	})
	closed := false
	offline := &mcp.ToolAnnotations{ReadOnlyHint: true, OpenWorldHint: &closed}
	mcp.AddTool(server, &mcp.Tool{
		Name:        "table_columns",
		Description: "List the columns of a CSV file and count its rows.",
		Annotations: offline,
	}, columns)
	mcp.AddTool(server, &mcp.Tool{
		Name:        "table_query",
		Description: "Return the rows of a CSV file in which a column has a value.",
		Annotations: offline,
	}, query)
	if err := server.Run(context.Background(), &mcp.StdioTransport{}); err != nil {
		log.New(os.Stderr, "tablesmith: ", 0).Fatal(err)
	}
}
