// Command encodings converts text between encodings for an assistant.
package main

import (
	"context"
	"encoding/ascii85"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log"
	"net/url"

	"encodings.example/mcp/internal/tables"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type input struct {
	Text     string `json:"text" jsonschema:"what is to be converted"`
	Encoding string `json:"encoding" jsonschema:"one of hex, base32, base64, ascii85, percent, rolling"`
}

type output struct {
	Text string `json:"text"`
}

func encode(_ context.Context, _ *mcp.CallToolRequest, in input) (*mcp.CallToolResult, output, error) {
	raw := []byte(in.Text)
	switch in.Encoding {
	case "hex":
		return nil, output{hex.EncodeToString(raw)}, nil
	case "base32":
		return nil, output{base32.StdEncoding.EncodeToString(raw)}, nil
	case "base64":
		return nil, output{base64.StdEncoding.EncodeToString(raw)}, nil
	case "ascii85":
		out := make([]byte, ascii85.MaxEncodedLen(len(raw)))
		return nil, output{string(out[:ascii85.Encode(out, raw)])}, nil
	case "percent":
		return nil, output{url.QueryEscape(in.Text)}, nil
	case "rolling":
		return nil, output{hex.EncodeToString(tables.Roll(raw))}, nil
	}
	return nil, output{}, fmt.Errorf("unknown encoding %q", in.Encoding)
}

func decode(_ context.Context, _ *mcp.CallToolRequest, in input) (*mcp.CallToolResult, output, error) {
	var raw []byte
	var err error
	switch in.Encoding {
	case "hex":
		raw, err = hex.DecodeString(in.Text)
	case "base32":
		raw, err = base32.StdEncoding.DecodeString(in.Text)
	case "base64":
		raw, err = base64.StdEncoding.DecodeString(in.Text)
	case "rolling":
		if raw, err = hex.DecodeString(in.Text); err == nil {
			raw = tables.Unroll(raw)
		}
	case "percent":
		var text string
		text, err = url.QueryUnescape(in.Text)
		raw = []byte(text)
	default:
		err = fmt.Errorf("cannot decode %q", in.Encoding)
	}
	return nil, output{string(raw)}, err
}

func main() {
	if err := tables.Warm(); err != nil {
		log.Fatal(err)
	}
	server := mcp.NewServer(&mcp.Implementation{Name: "encodings", Version: "v1.0.0"}, nil)
	closed := false
	pure := &mcp.ToolAnnotations{ReadOnlyHint: true, OpenWorldHint: &closed}
	mcp.AddTool(server, &mcp.Tool{Name: "encode", Description: "Encode a text.", Annotations: pure}, encode)
	mcp.AddTool(server, &mcp.Tool{Name: "decode", Description: "Decode a text.", Annotations: pure}, decode)
	if err := server.Run(context.Background(), &mcp.StdioTransport{}); err != nil {
		log.Fatal(err)
	}
}
