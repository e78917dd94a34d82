import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const [brotli, zip] = [promisify(brotliCompress), promisify(gzip)];

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export type Encoding = 'br' | 'gzip' | null;

/** One file of the build, in memory. */
export type WebFile = {
  type: string;
  /** The bytes in an encoding; made at the first request that asks for it, then kept. */
  bytes: (encoding: Encoding) => Promise<Buffer>;
};

export type WebFiles = {
  /** The document of every page, with the marks of `fillIndex`. */
  index: string;
  /** By path below the base path, without a slash before it. */
  files: ReadonlyMap<string, WebFile>;
};

/** Reads a build into memory: some hundred files, less than 2 MB. */
export function readBuiltFiles(folder: string): WebFiles {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => path.extname(name) in types && statSync(path.join(folder, name)).isFile(),
  );
  return {
    index: readFileSync(path.join(folder, 'index.html'), 'utf8'),
    files: new Map(
      names.map((name) => [
        name.replaceAll(path.sep, '/'),
        webFile(types[path.extname(name)]!, readFileSync(path.join(folder, name))),
      ]),
    ),
  };
}

function webFile(type: string, raw: Buffer): WebFile {
  const made = new Map<Encoding, Promise<Buffer>>();
  const make = {
    br: () => brotli(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
    gzip: () => zip(raw),
  };
  return {
    type,
    bytes(encoding) {
      if (encoding === null) return Promise.resolve(raw);
      const kept = made.get(encoding) ?? make[encoding]();
      made.set(encoding, kept);
      return kept;
    },
  };
}

/** The encoding that a browser takes, by its `Accept-Encoding`. */
export function chooseEncoding(accepted = ''): Encoding {
  const words = accepted.split(',').map((word) => word.trim());
  return (['br', 'gzip'] as const).find((name) => words.includes(name)) ?? null;
}

/**
 * The document of one answer. The build names its files relatively, because it does not know the
 * path below which a proxy serves them.
 */
export function fillIndex(index: string, nonce: string, basePath: string): string {
  return index
    .replaceAll('__NONCE__', nonce)
    .replaceAll('__BASE__', basePath)
    .replaceAll(/(src|href)="\.\//g, `$1="${basePath}/`);
}
