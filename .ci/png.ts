import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** An image in memory: four bytes for each pixel, red, green, blue and opacity. */
interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

const signature = Buffer.from('89504e470d0a1a0a', 'hex');
/** Colours that are closer than this, as the square of the distance, look the same. */
const sameLook = 600;

/**
 * The same picture with at most 256 colours, which is a fraction of the size for text and drawings
 * (https://www.w3.org/TR/png-3/). Expects what a browser writes: eight bits, not interlaced.
 */
export function reduceColors(png: Buffer): Buffer {
  const { width, height, pixels } = decode(png);
  const { palette, indexOf } = choosePalette(pixels);
  const rows = Buffer.alloc((width + 1) * height);
  const view = new DataView(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows[y * (width + 1) + 1 + x] = indexOf.get(view.getUint32((y * width + x) * 4)) ?? 0;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colors = palette.map((color) => [color >>> 24, color >>> 16, color >>> 8, color] as const);
  return Buffer.concat([
    signature,
    toChunk('IHDR', header),
    toChunk('PLTE', Buffer.from(colors.flatMap(([red, green, blue]) => [red, green, blue]))),
    toChunk('tRNS', Buffer.from(colors.map(([, , , opacity]) => opacity))),
    toChunk('IDAT', deflateSync(rows, { level: 9 })),
    toChunk('IEND', Buffer.alloc(0)),
  ]);
}

const keyword = 'Source\0';

/** The picture with a note of what it was made from, beside the pixels. */
export function writeSource(png: Buffer, source: string): Buffer {
  const afterHeader = 33;
  const note = toChunk('tEXt', Buffer.from(keyword + source, 'latin1'));
  return Buffer.concat([png.subarray(0, afterHeader), note, png.subarray(afterHeader)]);
}

/** The note of {@link writeSource}; undefined where there is none. */
export function readSource(png: Buffer): string | undefined {
  const start = png.indexOf(`tEXt${keyword}`, 0, 'latin1');
  if (start < 4) return undefined;
  const end = start + 4 + png.readUInt32BE(start - 4);
  return png.toString('latin1', start + 4 + keyword.length, end);
}

function choosePalette(pixels: Uint8Array): {
  readonly palette: readonly number[];
  readonly indexOf: ReadonlyMap<number, number>;
} {
  const view = new DataView(pixels.buffer, pixels.byteOffset, pixels.byteLength);
  const counts = new Map<number, number>();
  for (let offset = 0; offset < view.byteLength; offset += 4) {
    const color = view.getUint32(offset);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const palette: number[] = [];
  const indexOf = new Map<number, number>();
  // The most frequent first, so that grounds and letters keep exactly their colour.
  for (const [color] of [...counts].toSorted(([, left], [, right]) => right - left)) {
    const [nearest, distance] = findNearest(palette, color);
    const isNew = palette.length < 256 && distance > sameLook;
    indexOf.set(color, isNew ? palette.push(color) - 1 : nearest);
  }
  return { palette, indexOf };
}

function findNearest(palette: readonly number[], color: number): [index: number, distance: number] {
  let [nearest, least] = [0, Number.POSITIVE_INFINITY];
  for (const [index, other] of palette.entries()) {
    let distance = 0;
    for (const shift of [0, 8, 16, 24]) {
      distance += (((color >>> shift) & 255) - ((other >>> shift) & 255)) ** 2;
    }
    if (distance < least) [nearest, least] = [index, distance];
  }
  return [nearest, least];
}

function decode(png: Buffer): Bitmap {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const channels = { 2: 3, 6: 4 }[png[25] ?? 0];
  if (channels === undefined || png[24] !== 8 || png[28] !== 0) {
    throw new Error('This kind of PNG is not expected of a browser.');
  }
  const parts: Buffer[] = [];
  for (let offset = 8; offset < png.length;) {
    const length = png.readUInt32BE(offset);
    const start = offset + 8;
    if (png.toString('latin1', offset + 4, start) === 'IDAT') {
      parts.push(png.subarray(start, start + length));
    }
    offset = start + length + 4;
  }
  const bytes = unfilter(inflateSync(Buffer.concat(parts)), width * channels, height, channels);
  const pixels = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    pixels.set(bytes.subarray(pixel * channels, (pixel + 1) * channels), pixel * 4);
  }
  return { width, height, pixels };
}

/** Each row says by its first byte what was subtracted from it. */
function unfilter(data: Buffer, stride: number, height: number, channels: number): Uint8Array {
  const bytes = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = data[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x < channels ? 0 : (bytes[at - channels] ?? 0);
      const up = y === 0 ? 0 : (bytes[at - stride] ?? 0);
      const corner = x < channels || y === 0 ? 0 : (bytes[at - stride - channels] ?? 0);
      const predicted = [0, left, up, (left + up) >> 1, toPaeth(left, up, corner)][filter] ?? 0;
      bytes[at] = (data[y * (stride + 1) + 1 + x] ?? 0) + predicted;
    }
  }
  return bytes;
}

function toPaeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [
    Math.abs(up - corner),
    Math.abs(left - corner),
    Math.abs(left + up - 2 * corner),
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function toChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
