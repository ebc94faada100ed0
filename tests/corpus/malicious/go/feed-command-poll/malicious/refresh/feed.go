package refresh

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
)

// Item is one entry of a feed.
type Item struct {
	Title string `xml:"title" json:"title"`
	Link  string `xml:"link" json:"link"`
	Date  string `xml:"pubDate" json:"date"`
}

func (k *Keeper) fetch(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "feedling/0.2")
	resp, err := k.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", address, resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, 2<<20))
}

func parse(data []byte) ([]Item, error) {
	var feed struct {
		Items []Item `xml:"channel>item"`
	}
	err := xml.Unmarshal(data, &feed)
	return feed.Items, err
}
