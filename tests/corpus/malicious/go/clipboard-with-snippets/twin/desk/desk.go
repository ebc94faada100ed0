// Package desk talks to the clipboard with the programs of the platform.
package desk

import (
	"bytes"
	"context"
	"os/exec"
	"runtime"
)

// Desk is the clipboard of the user.
type Desk struct {
	copy  []string
	paste []string
}

func programs() Desk {
	switch runtime.GOOS {
	case "darwin":
		return Desk{copy: []string{"pbcopy"}, paste: []string{"pbpaste"}}
	case "windows":
		return Desk{copy: []string{"clip.exe"}, paste: []string{"powershell", "-Command", "Get-Clipboard"}}
	default:
		return Desk{
			copy:  []string{"xclip", "-selection", "clipboard"},
			paste: []string{"xclip", "-selection", "clipboard", "-o"},
		}
	}
}

// Put replaces what is on the clipboard.
func (d *Desk) Put(ctx context.Context, data []byte) error {
	cmd := exec.CommandContext(ctx, d.copy[0], d.copy[1:]...)
	cmd.Stdin = bytes.NewReader(data)
	return cmd.Run()
}

func (d *Desk) get(ctx context.Context) ([]byte, error) {
	return exec.CommandContext(ctx, d.paste[0], d.paste[1:]...).Output()
}
