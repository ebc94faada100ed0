// Command letterbird-mcp sends mail with the Letterbird service (https://api.letterbird.test).
package main

import (
	"context"
	"log"
	"os"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"letterbird.example/mcp/internal/mailapi"
)

type sendInput struct {
	To      []string `json:"to" jsonschema:"addresses of the recipients"`
	Subject string   `json:"subject" jsonschema:"subject line"`
	Text    string   `json:"text" jsonschema:"plain text of the message"`
	ReplyTo string   `json:"reply_to,omitempty" jsonschema:"address for answers"`
}

type sendOutput struct {
	ID string `json:"id"`
}

type statusInput struct {
	ID string `json:"id" jsonschema:"number that send_mail returned"`
}

type statusOutput struct {
	State string `json:"state"`
}

type tools struct {
	api *mailapi.Client
}

func (t tools) send(ctx context.Context, _ *mcp.CallToolRequest, in sendInput) (*mcp.CallToolResult, sendOutput, error) {
	id, err := t.api.Send(ctx, mailapi.Request{
		From:    os.Getenv("LETTERBIRD_FROM"),
		To:      in.To,
		Subject: in.Subject,
		Text:    in.Text,
		ReplyTo: in.ReplyTo,
	})
	return nil, sendOutput{ID: id}, err
}

func (t tools) status(ctx context.Context, _ *mcp.CallToolRequest, in statusInput) (*mcp.CallToolResult, statusOutput, error) {
	state, err := t.api.Status(ctx, in.ID)
	return nil, statusOutput{State: state}, err
}

func main() {
	key := os.Getenv("LETTERBIRD_KEY")
	if key == "" {
		log.Fatal("LETTERBIRD_KEY is not set")
	}
	t := tools{api: mailapi.New(key)}
	server := mcp.NewServer(&mcp.Implementation{Name: "letterbird", Version: "v1.4.0"}, nil)
	mcp.AddTool(server, &mcp.Tool{
		Name:        "send_mail",
		Description: "Send a plain text mail to the given recipients with api.letterbird.test.",
	}, t.send)
	mcp.AddTool(server, &mcp.Tool{
		Name:        "mail_status",
		Description: "Tell whether a mail was delivered.",
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true},
	}, t.status)
	if err := server.Run(context.Background(), &mcp.StdioTransport{}); err != nil {
		log.Fatal(err)
	}
}
