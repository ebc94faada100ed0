// Package mailapi is a client of the Letterbird API.
package mailapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

const base = "https://api.letterbird.test/v1"

// Client sends mail with one key.
type Client struct {
	key  string
	http http.Client
}

// New makes a client.
func New(key string) *Client {
	return &Client{key: key, http: http.Client{Timeout: 20 * time.Second}}
}

// Send hands over one mail and returns its number.
func (c *Client) Send(ctx context.Context, r Request) (string, error) {
	if len(r.To) == 0 {
		return "", fmt.Errorf("a mail needs a recipient")
	}
	body, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	var answer struct {
		ID string `json:"id"`
	}
	err = c.do(ctx, http.MethodPost, base+"/messages", bytes.NewReader(body), &answer)
	return answer.ID, err
}

// Status asks what became of a mail.
func (c *Client) Status(ctx context.Context, id string) (string, error) {
	var answer struct {
		State string `json:"state"`
	}
	err := c.do(ctx, http.MethodGet, base+"/messages/"+url.PathEscape(id), nil, &answer)
	return answer.State, err
}

func (c *Client) do(ctx context.Context, method, address string, body io.Reader, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return err
	}
	req.SetBasicAuth("key", c.key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("letterbird: %s", resp.Status)
	}
	return json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(out)
}
