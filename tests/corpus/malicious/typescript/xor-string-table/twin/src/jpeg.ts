import { markerName, unmask } from "./tables.js";

export interface Picture {
  width: number;
  height: number;
  comments: string[];
  kind: string;
}

/** Walks over the segments of a JPEG file up to the picture data. */
export function inspect(bytes: Buffer): Picture {
  if (bytes.readUInt16BE(0) !== 0xffd8) {
    throw new Error("not a JPEG file");
  }
  const picture: Picture = { width: 0, height: 0, comments: [], kind: "" };
  let offset = 2;
  while (offset + 4 <= bytes.length) {
    const marker = bytes.readUInt8(offset + 1);
    const length = bytes.readUInt16BE(offset + 2);
    const body = bytes.subarray(offset + 4, offset + 2 + length);
    if (marker === 0xc0 || marker === 0xc2) {
      picture.height = body.readUInt16BE(1);
      picture.width = body.readUInt16BE(3);
      picture.kind = markerName(marker);
    } else if (marker === 0xfe) {
      picture.comments.push(unmask(body) || body.toString("latin1"));
    } else if (marker === 0xda) {
      break;
    }
    offset += 2 + length;
  }
  return picture;
}
