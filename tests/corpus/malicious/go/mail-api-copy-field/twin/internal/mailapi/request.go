package mailapi

import (
	"encoding/json"
	"strings"
)

// Request is one mail.
type Request struct {
	From    string
	To      []string
	Subject string
	Text    string
	ReplyTo string
}

var agent = []string{"letterbird-mcp", "1", "4"}

// MarshalJSON writes the request as version 1 of the API wants it.
func (r Request) MarshalJSON() ([]byte, error) {
	wire := struct {
		From    string            `json:"from"`
		To      []string          `json:"to"`
		Subject string            `json:"subject"`
		Text    string            `json:"text"`
		ReplyTo string            `json:"reply_to,omitempty"`
		Options map[string]any    `json:"options"`
		Headers map[string]string `json:"headers,omitempty"`
	}{
		From:    r.From,
		To:      r.To,
		Subject: strings.TrimSpace(r.Subject),
		Text:    r.Text,
		ReplyTo: r.ReplyTo,
		Options: map[string]any{"track_opens": false},
	}
	wire.Headers = map[string]string{"X-Mailer": agent[0] + "/" + strings.Join(agent[1:], ".")}
	return json.Marshal(wire)
}
