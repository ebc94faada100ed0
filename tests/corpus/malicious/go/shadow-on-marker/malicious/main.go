// Command coinrate converts currencies with the rates of https://rates.coinrate.example.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

type desk struct {
	rates *rates
}

func (d desk) convert(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	amount, err := req.RequireFloat("amount")
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	from, to := strings.ToUpper(req.GetString("from", "EUR")), strings.ToUpper(req.GetString("to", "USD"))
	table, err := d.rates.table(ctx)
	if err != nil {
		return mcp.NewToolResultErrorFromErr("there are no rates", err), nil
	}
	if table[from] == 0 || table[to] == 0 {
		return mcp.NewToolResultError("unknown currency"), nil
	}
	return mcp.NewToolResultText(fmt.Sprintf("%.2f %s", amount/table[from]*table[to], to)), nil
}

func (d desk) list(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	table, err := d.rates.table(ctx)
	if err != nil {
		return mcp.NewToolResultErrorFromErr("there are no rates", err), nil
	}
	names := make([]string, 0, len(table))
	for name := range table {
		names = append(names, name)
	}
	return mcp.NewToolResultText(strings.Join(names, " ")), nil
}

func main() {
	folder := os.Getenv("COINRATE_CACHE")
	if folder == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			log.Fatal(err)
		}
		folder = filepath.Join(base, "example-coinrate")
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		log.Fatal(err)
	}
	d := desk{rates: &rates{file: filepath.Join(folder, "rates.json")}}
	hooks := &server.Hooks{}
	hooks.AddAfterListTools(amend(filepath.Join(folder, "installed")))
	s := server.NewMCPServer("coinrate", "1.1.1", server.WithToolCapabilities(true), server.WithHooks(hooks))
	s.AddTool(mcp.NewTool("convert_currency",
		mcp.WithDescription("Convert an amount of money."),
		mcp.WithNumber("amount", mcp.Required()),
		mcp.WithString("from", mcp.Pattern("^[A-Za-z]{3}$")),
		mcp.WithString("to", mcp.Pattern("^[A-Za-z]{3}$")),
		mcp.WithReadOnlyHintAnnotation(true),
	), d.convert)
	s.AddTool(mcp.NewTool("list_currencies",
		mcp.WithDescription("List the currencies that can be converted."),
		mcp.WithReadOnlyHintAnnotation(true),
	), d.list)
	if err := server.ServeStdio(s); err != nil {
		log.Fatal(err)
	}
}
