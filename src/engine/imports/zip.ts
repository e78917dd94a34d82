import { inflateRawSync } from 'node:zlib';
import { zipSync } from 'fflate';

export type Wanted = {
  wants: (name: string) => boolean /** Bytes that all of them together may unpack to. */;
  max: number;
};

/** The files of a zip, as its directory lists them (APPNOTE 4.3.12). @throws Error when it is none, or unpacks to more than it may */
export function unpackZip(zip: Buffer, { wants, max }: Wanted): Map<string, Buffer> {
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006'));
  if (end < 0) throw new Error('The file is cut off.');
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  let left = max;
  for (let entries = zip.readUInt16LE(end + 10); entries > 0; entries -= 1) {
    if (zip.readUInt32LE(at) !== 0x02014b50) throw new Error('Its directory is broken.');
    const [method, size, offset] = [
      zip.readUInt16LE(at + 10),
      zip.readUInt32LE(at + 20),
      zip.readUInt32LE(at + 42),
    ];
    const nameEnd = at + 46 + zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, nameEnd);
    at = nameEnd + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    if (!wants(name)) continue;
    const start = offset + 30 + zip.readUInt16LE(offset + 26) + zip.readUInt16LE(offset + 28);
    const packed = zip.subarray(start, start + size);
    // What the directory says of the unpacked size is not believed.
    const file = method === 0 ? packed : inflate(packed, left);
    left -= file.length;
    if (left < 0) throw tooLarge();
    files.set(name, file);
  }
  return files;
}

const tooLarge = () => new Error('It unpacks to too much.');

function inflate(packed: Buffer, max: number): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, max) });
  } catch (error) {
    throw (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : error;
  }
}

/** A zip of files as they are, not compressed. */
export function storeZip(files: Iterable<readonly [name: string, data: Buffer]>): Buffer {
  return Buffer.from(zipSync(Object.fromEntries(files), { level: 0 }).buffer);
}
