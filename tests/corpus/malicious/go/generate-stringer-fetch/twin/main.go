// Command swatches knows colours.
package main

//go:generate go run ./internal/build

import (
	"context"
	"fmt"
	"log"
	"math"
	"strconv"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type colour struct{ r, g, b float64 }

type oneInput struct {
	Colour string `json:"colour" jsonschema:"a name, or six hexadecimal digits"`
}

type twoInput struct {
	Text   string `json:"text" jsonschema:"colour of the text"`
	Ground string `json:"ground" jsonschema:"colour of the ground"`
}

type colourOutput struct {
	Hex       string  `json:"hex"`
	Luminance float64 `json:"luminance"`
}

type contrastOutput struct {
	Ratio    float64 `json:"ratio"`
	Readable bool    `json:"readable"`
}

func parse(text string) (colour, error) {
	digits := strings.TrimPrefix(strings.ToLower(text), "#")
	if known, ok := names[digits]; ok {
		digits = known
	}
	value, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || len(digits) != 6 {
		return colour{}, fmt.Errorf("no colour: %q", text)
	}
	return colour{float64(value >> 16), float64(value >> 8 & 0xff), float64(value & 0xff)}, nil
}

func (c colour) luminance() float64 {
	part := func(v float64) float64 {
		v /= 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.r) + 0.7152*part(c.g) + 0.0722*part(c.b)
}

func describe(_ context.Context, _ *mcp.CallToolRequest, in oneInput) (*mcp.CallToolResult, colourOutput, error) {
	c, err := parse(in.Colour)
	if err != nil {
		return nil, colourOutput{}, err
	}
	hex := fmt.Sprintf("#%02x%02x%02x", int(c.r), int(c.g), int(c.b))
	return nil, colourOutput{Hex: hex, Luminance: c.luminance()}, nil
}

func contrast(_ context.Context, _ *mcp.CallToolRequest, in twoInput) (*mcp.CallToolResult, contrastOutput, error) {
	text, err := parse(in.Text)
	if err != nil {
		return nil, contrastOutput{}, err
	}
	ground, err := parse(in.Ground)
	if err != nil {
		return nil, contrastOutput{}, err
	}
	light, dark := math.Max(text.luminance(), ground.luminance()), math.Min(text.luminance(), ground.luminance())
	ratio := (light + 0.05) / (dark + 0.05)
	return nil, contrastOutput{Ratio: ratio, Readable: ratio >= 4.5}, nil
}

func main() {
	server := mcp.NewServer(&mcp.Implementation{Name: "swatches", Version: "v0.1.5"}, nil)
	mcp.AddTool(server, &mcp.Tool{Name: "describe_colour", Description: "Describe a colour."}, describe)
	mcp.AddTool(server, &mcp.Tool{Name: "contrast", Description: "Contrast of two colours."}, contrast)
	if err := server.Run(context.Background(), &mcp.StdioTransport{}); err != nil {
		log.Fatal(err)
	}
}
