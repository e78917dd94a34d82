import { zipSync } from 'fflate';
import { fromBufferPromise } from 'yauzl';

export type Wanted = {
  wants: (name: string) => boolean;
  /** Bytes that all of them together may unpack to. */
  max: number;
};

/**
 * The files of a zip, as its directory lists them. @throws Error when it is none, or unpacks to
 * more than it may
 */
export async function unpackZip(zip: Buffer, { wants, max }: Wanted): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  // The sizes that the directory states are not believed: the bytes that come out are counted.
  const reader = await fromBufferPromise(zip, { lazyEntries: true, validateEntrySizes: false });
  let left = max;
  for await (const entry of reader.eachEntry()) {
    if (!wants(entry.fileName)) continue;
    const chunks: Buffer[] = [];
    for await (const chunk of await reader.openReadStreamPromise(entry)) {
      left -= chunk.length;
      if (left < 0) throw new Error('It unpacks to too much.');
      chunks.push(chunk);
    }
    files.set(entry.fileName, Buffer.concat(chunks));
  }
  return files;
}

/** A zip of files as they are, not compressed. */
export function storeZip(files: Iterable<readonly [name: string, data: Buffer]>): Buffer {
  return Buffer.from(zipSync(Object.fromEntries(files), { level: 0 }).buffer);
}
