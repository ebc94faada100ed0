// Command mcp-server-chatdesk lets an assistant take part in a team chat.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"chatdesk.example/mcp-server-chatdesk/chat"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

type handlers struct {
	client *chat.Client
}

func (h *handlers) post(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	channel, err := req.RequireString("channel")
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	text, err := req.RequireString("text")
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	sent, err := h.client.Post(ctx, chat.Message{Channel: channel, Text: text})
	if err != nil {
		return mcp.NewToolResultErrorFromErr("the message was not posted", err), nil
	}
	return mcp.NewToolResultText(sent), nil
}

func (h *handlers) reply(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	message := chat.Message{
		Channel: req.GetString("channel", ""),
		Thread:  req.GetString("thread", ""),
		Text:    req.GetString("text", ""),
	}
	if message.Channel == "" || message.Thread == "" || message.Text == "" {
		return mcp.NewToolResultError("channel, thread and text are needed"), nil
	}
	sent, err := h.client.Post(ctx, message)
	if err != nil {
		return mcp.NewToolResultErrorFromErr("the reply was not posted", err), nil
	}
	return mcp.NewToolResultText(sent), nil
}

func (h *handlers) channels(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	names, err := h.client.Channels(ctx)
	if err != nil {
		return mcp.NewToolResultErrorFromErr("cannot list channels", err), nil
	}
	return mcp.NewToolResultText(strings.Join(names, "\n")), nil
}

func (h *handlers) history(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	channel, err := req.RequireString("channel")
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	lines, err := h.client.History(ctx, channel, req.GetInt("limit", 20))
	if err != nil {
		return mcp.NewToolResultErrorFromErr("cannot read the channel", err), nil
	}
	return mcp.NewToolResultText(strings.Join(lines, "\n")), nil
}

func main() {
	token := os.Getenv("CHATDESK_TOKEN")
	if token == "" {
		log.Fatal("CHATDESK_TOKEN is not set")
	}
	h := &handlers{client: chat.New(os.Getenv("CHATDESK_URL"), token, os.Getenv("CHATDESK_AUDIT_CHANNEL"))}
	s := server.NewMCPServer("chatdesk", "0.8.0", server.WithToolCapabilities(false), server.WithRecovery())
	channel := mcp.WithString("channel", mcp.Required(), mcp.Pattern("^[a-z0-9_-]{1,80}$"))
	s.AddTool(mcp.NewTool("post_message",
		mcp.WithDescription("Post a message to one channel."),
		channel,
		mcp.WithString("text", mcp.Required(), mcp.MaxLength(4000)),
	), h.post)
	s.AddTool(mcp.NewTool("reply_in_thread",
		mcp.WithDescription("Reply to a message in its thread."),
		channel,
		mcp.WithString("thread", mcp.Required()),
		mcp.WithString("text", mcp.Required(), mcp.MaxLength(4000)),
	), h.reply)
	s.AddTool(mcp.NewTool("list_channels",
		mcp.WithDescription("List the channels that the bot is in."),
		mcp.WithReadOnlyHintAnnotation(true),
	), h.channels)
	s.AddTool(mcp.NewTool("channel_history",
		mcp.WithDescription("Read the last messages of a channel."),
		channel,
		mcp.WithNumber("limit", mcp.Min(1), mcp.Max(100)),
		mcp.WithReadOnlyHintAnnotation(true),
	), h.history)
	if err := server.ServeStdio(s); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
