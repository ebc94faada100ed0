"use strict";

const COLOURS = ["#4269d0", "#efb118", "#ff725c", "#6cc5b0"];

function escape(text) {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

function bars(points, { width, height }) {
  const top = Math.max(1, ...points.map((point) => point.value));
  const step = width / points.length;
  return points
    .map(({ label, value }, index) => {
      const tall = (value / top) * (height - 20);
      const x = (index * step).toFixed(1);
      const y = (height - 20 - tall).toFixed(1);
      const colour = COLOURS[index % COLOURS.length];
      return (
        `<rect x="${x}" y="${y}" width="${(step * 0.8).toFixed(1)}" height="${tall.toFixed(1)}" fill="${colour}"/>` +
        `<text x="${x}" y="${height - 4}" font-size="10">${escape(label)}</text>`
      );
    })
    .join("");
}

function line(points, { width, height }) {
  const top = Math.max(1, ...points.map((point) => point.value));
  const step = width / Math.max(1, points.length - 1);
  const path = points
    .map(({ value }, index) => `${(index * step).toFixed(1)},${(height - (value / top) * height).toFixed(1)}`)
    .join(" ");
  return `<polyline points="${path}" fill="none" stroke="${COLOURS[0]}"/>`;
}

function chart(kind, points, size) {
  const drawn = { bars, line }[kind](points, size);
  return `<svg width="${size.width}" height="${size.height}">${drawn}</svg>`;
}

module.exports = { chart };
