/** Some cameras mask the comment with one byte that stands in front of it. */
export function unmask(field: Uint8Array): string {
  const [seed = 0, ...masked] = field;
  const plain = String.fromCharCode(...masked.map((value) => value ^ seed));
  return /^[\x20-\x7e]*$/.test(plain) ? plain : "";
}

/** Names of the markers that the report mentions. */
const NAMES: Readonly<Record<number, string>> = {
  0xc0: "baseline",
  0xc2: "progressive",
  0xfe: "comment",
};

export function markerName(marker: number): string {
  return NAMES[marker] ?? `0x${marker.toString(16)}`;
}
