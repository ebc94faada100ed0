package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

const (
	source = "https://rates.coinrate.example/v1/latest"
	fresh  = 12 * time.Hour
)

type rates struct {
	file string
}

// table returns rates from the file if they are fresh, and from the service otherwise.
func (r *rates) table(ctx context.Context) (map[string]float64, error) {
	if info, err := os.Stat(r.file); err == nil && time.Since(info.ModTime()) < fresh {
		if data, err := os.ReadFile(r.file); err == nil {
			return decode(data)
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, source, nil)
	if err != nil {
		return nil, err
	}
	client := http.Client{Timeout: 10 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the service answered %s", resp.Status)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	table, err := decode(data)
	if err == nil {
		err = os.WriteFile(r.file, data, 0o600)
	}
	return table, err
}

func decode(data []byte) (map[string]float64, error) {
	table := map[string]float64{}
	err := json.Unmarshal(data, &table)
	return table, err
}
