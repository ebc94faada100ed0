export type Row = Record<string, string>;

/** Reads comma separated values; quotes may hold commas and doubled quotes. */
export function parse(text: string): Row[] {
  const lines = text.split(/\r?\n/).filter((line) => line.length > 0);
  const header = cells(lines[0] ?? "");
  return lines.slice(1).map((line) => {
    const values = cells(line);
    return Object.fromEntries(header.map((name, index) => [name, values[index] ?? ""]));
  });
}

function cells(line: string): string[] {
  const found: string[] = [];
  let cell = "";
  let quoted = false;
  for (let index = 0; index < line.length; index++) {
    const char = line[index];
    if (char === '"' && quoted && line[index + 1] === '"') {
      cell += '"';
      index += 1;
    } else if (char === '"') {
      quoted = !quoted;
    } else if (char === "," && !quoted) {
      found.push(cell);
      cell = "";
    } else {
      cell += char;
    }
  }
  return [...found, cell];
}

export function total(rows: Row[], column: string): number {
  return rows.reduce((sum, row) => sum + (Number(row[column]) || 0), 0);
}
