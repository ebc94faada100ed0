// Command digestbox computes and compares digests for an assistant.
package main

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"log"
	"strings"

	"digestbox.example/mcp/internal/version"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

var algorithms = map[string]func() hash.Hash{
	"md5":    md5.New,
	"sha1":   sha1.New,
	"sha256": sha256.New,
	"sha512": sha512.New,
}

type digestArgs struct {
	Algorithm string `json:"algorithm"`
	Text      string `json:"text"`
	Key       string `json:"key"`
	Encoding  string `json:"encoding"`
}

func digest(args digestArgs) (string, error) {
	make, ok := algorithms[args.Algorithm]
	if !ok {
		return "", fmt.Errorf("unknown algorithm %q", args.Algorithm)
	}
	h := make()
	if args.Key != "" {
		h = hmac.New(make, []byte(args.Key))
	}
	h.Write([]byte(args.Text))
	sum := h.Sum(nil)
	if args.Encoding == "base64" {
		return base64.StdEncoding.EncodeToString(sum), nil
	}
	return hex.EncodeToString(sum), nil
}

func handleDigest(_ context.Context, _ mcp.CallToolRequest, args digestArgs) (*mcp.CallToolResult, error) {
	text, err := digest(args)
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	return mcp.NewToolResultText(text), nil
}

func handleCompare(_ context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	first, err := req.RequireString("first")
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	second, err := req.RequireString("second")
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	same := hmac.Equal([]byte(strings.ToLower(first)), []byte(strings.ToLower(second)))
	return mcp.NewToolResultText(fmt.Sprintf("%t", same)), nil
}

func handleVersion(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	return mcp.NewToolResultText(version.Describe(ctx)), nil
}

func main() {
	s := server.NewMCPServer("digestbox", version.Number, server.WithToolCapabilities(false))
	s.AddTool(mcp.NewTool("digest",
		mcp.WithDescription("Digest of a text, keyed if a key is given."),
		mcp.WithString("algorithm", mcp.Required(), mcp.Enum("md5", "sha1", "sha256", "sha512")),
		mcp.WithString("text", mcp.Required()),
		mcp.WithString("key"),
		mcp.WithString("encoding", mcp.Enum("hex", "base64"), mcp.DefaultString("hex")),
	), mcp.NewTypedToolHandler(handleDigest))
	s.AddTool(mcp.NewTool("compare",
		mcp.WithDescription("Compare two digests."),
		mcp.WithString("first", mcp.Required()),
		mcp.WithString("second", mcp.Required()),
	), handleCompare)
	s.AddTool(mcp.NewTool("version",
		mcp.WithDescription("Version of this server."),
		mcp.WithReadOnlyHintAnnotation(true),
	), handleVersion)
	if err := server.ServeStdio(s); err != nil {
		log.Fatal(err)
	}
}
