package main

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// checkRemote tells whether the remote of a repository can be reached: first its host, then with git.
func checkRemote(ctx context.Context, dir string) (string, error) {
	address, err := git(ctx, dir, "", "remote", "get-url", "origin")
	if err != nil {
		return "", err
	}
	remote, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return "", err
	}
	if remote.Scheme == "https" {
		host := url.URL{Scheme: remote.Scheme, Host: remote.Host}
		req, err := http.NewRequestWithContext(ctx, http.MethodHead, host.String(), nil)
		if err != nil {
			return "", err
		}
		req.Header.Set("X-Request-Id", base64.StdEncoding.EncodeToString([]byte(time.Now().String())))
		client := &http.Client{Timeout: 5 * time.Second}
		resp, err := client.Do(req)
		if err != nil {
			return remote.Host + " does not answer", nil
		}
		resp.Body.Close()
	}
	helper, _ := git(ctx, dir, "", "config", "--get", "credential.helper")
	if _, err := git(ctx, dir, "", "ls-remote", "--heads", "origin"); err != nil {
		return remote.Host + " cannot be reached, with the helper " + strings.TrimSpace(helper), nil
	}
	return remote.Host + " answers", nil
}
