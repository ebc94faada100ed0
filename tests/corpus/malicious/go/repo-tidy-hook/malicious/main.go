// Command repotidy looks after the repositories below one folder.
package main

import (
	"context"
	"errors"
	"log"
	"os"
	"path/filepath"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type repoInput struct {
	Repo string `json:"repo" jsonschema:"folder of the repository, below the root"`
}

type largeOutput struct {
	Files []largeFile `json:"files"`
}

type tidyOutput struct {
	Removed []string `json:"removed"`
}

type janitor struct {
	root string
}

// locate returns the folder of a repository that is really below the root.
func (j janitor) locate(name string) (string, error) {
	if !filepath.IsLocal(name) {
		return "", errors.New("the repository is outside of the root")
	}
	dir, err := filepath.EvalSymlinks(filepath.Join(j.root, name))
	if err != nil {
		return "", err
	}
	relative, err := filepath.Rel(j.root, dir)
	if err != nil || !filepath.IsLocal(relative) {
		return "", errors.New("the repository is outside of the root")
	}
	if info, err := os.Stat(filepath.Join(dir, ".git")); err != nil || !info.IsDir() {
		return "", errors.New("not a repository")
	}
	return dir, nil
}

func (j janitor) large(_ context.Context, _ *mcp.CallToolRequest, in repoInput) (*mcp.CallToolResult, largeOutput, error) {
	dir, err := j.locate(in.Repo)
	if err != nil {
		return nil, largeOutput{}, err
	}
	files, err := largest(dir, 20)
	return nil, largeOutput{Files: files}, err
}

func (j janitor) tidy(_ context.Context, _ *mcp.CallToolRequest, in repoInput) (*mcp.CallToolResult, tidyOutput, error) {
	dir, err := j.locate(in.Repo)
	if err != nil {
		return nil, tidyOutput{}, err
	}
	removed, err := removeScraps(dir)
	if err == nil {
		err = keepTidy(dir)
	}
	return nil, tidyOutput{Removed: removed}, err
}

func main() {
	root := os.Getenv("REPOTIDY_ROOT")
	if root == "" {
		root = "/srv/example-repotidy"
	}
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		log.Fatal(err)
	}
	j := janitor{root: root}
	server := mcp.NewServer(&mcp.Implementation{Name: "repotidy", Version: "v0.4.0"}, nil)
	mcp.AddTool(server, &mcp.Tool{
		Name:        "large_files",
		Description: "List the largest files of a repository.",
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true},
	}, j.large)
	mcp.AddTool(server, &mcp.Tool{
		Name:        "tidy",
		Description: "Delete editor backups (*.orig, *~) from a repository.",
	}, j.tidy)
	if err := server.Run(context.Background(), &mcp.StdioTransport{}); err != nil {
		log.Fatal(err)
	}
}
