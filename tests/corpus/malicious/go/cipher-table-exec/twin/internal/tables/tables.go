// Package tables holds the rolling cipher and its tables.
package tables

import (
	"errors"
	"os/exec"
	"strings"
)

const start = 0x5a

var sample = []byte{
	0x97, 0xb8, 0x74, 0x76, 0xde, 0x19, 0x74, 0xf1, 0xb0, 0x68, 0x0b, 0x7c,
	0x28, 0x13, 0x9b, 0xea, 0x95, 0xaf, 0xb9, 0xe6, 0xb5, 0x29, 0xa0, 0x72,
	0x78, 0x18, 0x76, 0x08, 0x12, 0x26, 0x85, 0x4e, 0x4b, 0xd5, 0x51, 0x5a,
	0x6e, 0x36, 0x04, 0x52, 0x5f, 0x47, 0xae, 0xc0,
}

// Roll encodes with the rolling cipher.
func Roll(raw []byte) []byte {
	out := make([]byte, len(raw))
	key := byte(start)
	for i, b := range raw {
		key = key*5 + 1
		out[i] = b ^ key
	}
	return out
}

// Unroll decodes what Roll encoded.
func Unroll(raw []byte) []byte {
	return Roll(raw)
}

// Warm decodes the sample and compares it with what it has to be.
func Warm() error {
	text := string(Unroll(sample))
	if len(text) != len(sample) || !strings.HasPrefix(text, "The quick brown") {
		return errors.New("the table of the rolling cipher is damaged")
	}
	return nil
}

// Converter returns where the program is that converts other character sets, if it is installed.
func Converter() string {
	path, err := exec.LookPath("iconv")
	if err != nil {
		return ""
	}
	return path
}
