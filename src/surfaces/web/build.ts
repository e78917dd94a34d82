import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Log } from '../../log.ts';
import { readBuiltFiles, type WebFiles } from './files.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const source = path.join(root, 'web');
/** The build of `npx postrider web`, for images and disks that cannot be written to. */
export const distFolder = path.join(source, 'dist');

/** Vite needs a second or two; a machine that swaps may need far more. */
const buildMs = 5 * 60 * 1000;

/** The page as it can be served now. */
export type WebState =
  | { is: 'ready'; files: WebFiles }
  | { is: 'building' }
  | { is: 'failed'; reason: string };

export type Web = {
  /** Starts the build when there is none. */
  read: () => WebState;
  /** Ends a build under way. */
  close: () => void;
};

/** A hash of all that a build is made of: the sources, the packages and Node. */
export function stampOf(folder = source): string {
  const hash = createHash('sha256').update(process.version);
  hash.update(readFileSync(path.join(root, 'package-lock.json')));
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/^(dist|node_modules)\b|\.test\.tsx?$/.test(name) && /\.\w+$/.test(name))
    .sort();
  for (const name of names) hash.update(name).update(readFileSync(path.join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}

/**
 * The page of a server. The first request starts its build in a process of its own, so that a
 * server whose page nobody opens spends nothing on it. The build stays in the data directory.
 */
export function openWeb({ dataDir, log }: { dataDir: string; log: Log }): Web {
  const kept = path.join(dataDir, 'web');
  const stopping = new AbortController();
  let state: WebState | null = null;
  const start = (): WebState => {
    const stamp = stampOf();
    const folder = [distFolder, path.join(kept, stamp)].find((one) => isBuildOf(one, stamp));
    if (folder) return { is: 'ready', files: readBuiltFiles(folder) };
    runBuild(path.join(kept, stamp), stamp, stopping.signal).then(
      (built) => {
        removeOthers(kept, stamp);
        state = { is: 'ready', files: readBuiltFiles(built) };
      },
      (error: Error) => {
        if (stopping.signal.aborted) return;
        log.error({ err: error }, 'the page could not be built; the API runs on');
        state = { is: 'failed', reason: error.message };
      },
    );
    return { is: 'building' };
  };
  return {
    read() {
      state ??= attempt(start);
      return state;
    },
    close: () => stopping.abort(),
  };
}

function attempt(start: () => WebState): WebState {
  try {
    return start();
  } catch (error) {
    return { is: 'failed', reason: (error as Error).message };
  }
}

const isBuildOf = (folder: string, stamp: string): boolean =>
  existsSync(path.join(folder, 'stamp')) &&
  readFileSync(path.join(folder, 'stamp'), 'utf8') === stamp;

/** Builds of earlier releases are of no use. */
function removeOthers(kept: string, stamp: string): void {
  for (const name of readdirSync(kept))
    if (!name.startsWith(stamp)) rmSync(path.join(kept, name), { recursive: true, force: true });
}

/**
 * Builds the page into a folder, in a process of its own, because Vite takes 400 MB.
 * Returns the folder. @throws with the last words of the build
 */
export function runBuild(folder: string, stamp: string, signal?: AbortSignal): Promise<string> {
  const child = spawn(process.execPath, [path.join(source, 'build.ts'), folder, stamp], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: buildMs,
    ...(signal ? { signal } : {}),
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-4_000);
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve(folder)
        : reject(new Error(said.trim() || `The build ended with ${code ?? 'a signal'}.`)),
    );
  });
}
