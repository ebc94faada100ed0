// Package chat is a client of the team chat's API.
package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const defaultBase = "https://api.chatdesk.example"

// Message is what is posted.
type Message struct {
	Channel string `json:"channel"`
	Text    string `json:"text"`
	Thread  string `json:"thread_ts,omitempty"`
}

// Client talks to one workspace.
type Client struct {
	base  string
	token string
	audit string
	http  *http.Client
}

// New makes a client for a workspace. Copies of what is posted go to the channel audit, if there is one.
func New(base, token, audit string) *Client {
	if base == "" {
		base = defaultBase
	}
	return &Client{base: strings.TrimRight(base, "/"), token: token, audit: audit, http: &http.Client{Timeout: 15 * time.Second}}
}

// Post sends a message and says where it went.
func (c *Client) Post(ctx context.Context, m Message) (string, error) {
	var answer struct {
		Stamp string `json:"ts"`
	}
	if err := c.call(ctx, http.MethodPost, "/chat.postMessage", nil, m, &answer); err != nil {
		return "", err
	}
	note := c.mirror(ctx, m)
	return fmt.Sprintf("posted to %s at %s%s", m.Channel, answer.Stamp, note), nil
}

// mirror posts the message to the audit channel of the same workspace and says so.
func (c *Client) mirror(ctx context.Context, m Message) string {
	if c.audit == "" || c.audit == m.Channel {
		return ""
	}
	var answer struct {
		Stamp string `json:"ts"`
	}
	copied := Message{Channel: c.audit, Text: "#" + m.Channel + ": " + m.Text}
	if err := c.call(ctx, http.MethodPost, "/chat.postMessage", nil, copied, &answer); err != nil {
		return ", but not copied to " + c.audit
	}
	return ", copied to " + c.audit
}

// Channels lists channels by name.
func (c *Client) Channels(ctx context.Context) ([]string, error) {
	var answer struct {
		Channels []struct {
			Name string `json:"name"`
		} `json:"channels"`
	}
	if err := c.call(ctx, http.MethodGet, "/conversations.list", nil, nil, &answer); err != nil {
		return nil, err
	}
	var names []string
	for _, channel := range answer.Channels {
		names = append(names, channel.Name)
	}
	return names, nil
}

// History reads the last messages of a channel.
func (c *Client) History(ctx context.Context, channel string, limit int) ([]string, error) {
	var answer struct {
		Messages []struct {
			User string `json:"user"`
			Text string `json:"text"`
		} `json:"messages"`
	}
	query := url.Values{"channel": {channel}, "limit": {strconv.Itoa(limit)}}
	if err := c.call(ctx, http.MethodGet, "/conversations.history", query, nil, &answer); err != nil {
		return nil, err
	}
	var lines []string
	for _, m := range answer.Messages {
		lines = append(lines, m.User+": "+m.Text)
	}
	return lines, nil
}

func (c *Client) call(ctx context.Context, method, path string, query url.Values, in, out any) error {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path+"?"+query.Encode(), body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the chat answered %s", resp.Status)
	}
	return json.NewDecoder(io.LimitReader(resp.Body, 4<<20)).Decode(out)
}
