import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chown, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type RunAs, readMajor } from './binaries.ts';

/** The server's files below the data directory. */
export const clusterFolder = (dataDir: string): string => path.join(dataDir, 'postgres');

/** Marks of a file that the server never writes; a copy of the folder has others. */
export function clusterFile(dataDir: string): { number: string; changed: string } {
  const file = path.join(clusterFolder(dataDir), 'PG_VERSION');
  const { ino, ctimeNs } = statSync(file, { bigint: true });
  return { number: String(ino), changed: String(ctimeNs) };
}

/** The first user id that is tried for a server of its own; distributions leave these to admins. */
const ownIds = 60_420;

/**
 * The user that runs the server. Root must not: then the owner of the files does, or `postgres`, or
 * a user id that nobody else has. Not `nobody`, since any program that runs as `nobody` could then
 * read the database. `passwd`: the file with the accounts of the machine.
 * @throws when the files belong to another user and this process is not root
 */
export function chooseUser(dataDir: string, passwd = '/etc/passwd'): RunAs {
  const me = process.getuid?.();
  const folder = clusterFolder(dataDir);
  const owner = existsSync(folder) ? statSync(folder) : undefined;
  if (me !== 0) {
    if (owner && owner.uid !== me)
      throw new Error(
        `${folder} belongs to the user with id ${owner.uid}: ` +
          'run as that user, or choose another POSTRIDER_DATA_DIR.',
      );
    return {};
  }
  const accounts = readAccounts(passwd);
  const nobody = accounts.get('nobody') ?? { uid: 65_534, gid: 65_534 };
  if (owner && owner.uid !== 0 && owner.uid !== nobody.uid)
    return { uid: owner.uid, gid: owner.gid };
  const taken = new Set([...accounts.values()].map(({ uid }) => uid));
  let own = ownIds;
  while (taken.has(own)) own += 1;
  // A container may know few ids.
  return accounts.get('postgres') ?? (isUsable(own) ? { uid: own, gid: own } : nobody);
}

function readAccounts(passwd: string): Map<string, { uid: number; gid: number }> {
  const lines = readFileSync(passwd, 'utf8').split('\n').filter(Boolean);
  return new Map(
    lines.map((line) => {
      const [name = '', , uid, gid] = line.split(':');
      return [name, { uid: Number(uid), gid: Number(gid) }];
    }),
  );
}

const isUsable = (id: number): boolean =>
  spawnSync('true', { uid: id, gid: id, cwd: '/' }).error === undefined;

/**
 * The path by which a server whose working folder is the cluster reaches it. Other users cannot
 * walk to a folder below a private home, but Linux lets every process use the working folder it was
 * started in.
 */
export function nameFolder(folder: string, as: RunAs): string {
  return as.uid !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : folder;
}

/**
 * Makes the cluster unless it is there. @throws with the way out when another major version made it
 */
export async function ensureCluster(
  dataDir: string,
  programs: string,
  as: RunAs,
  say: (line: string) => void,
): Promise<void> {
  const folder = clusterFolder(dataDir);
  if (existsSync(path.join(folder, 'PG_VERSION'))) {
    requireMajor(folder, readMajor(programs));
    if (as.uid !== undefined && statSync(folder).uid !== as.uid) giveAll(folder, as);
    return;
  }
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new Error(
      `${folder} is in the way: it is no PostgreSQL data directory. ` +
        'Move it, or choose another POSTRIDER_DATA_DIR.',
    );
  }
  say('Making the database (once) ...');
  await removeHalfMade(dataDir);
  // Made beside and renamed when whole, so an interrupted start leaves nothing half-made under the
  // real name.
  const fresh = `${folder}.new-${process.pid}`;
  await mkdir(fresh, { mode: 0o700 });
  const maker = namedUser(as);
  if (maker.uid !== undefined) await chown(fresh, maker.uid, maker.gid!);
  await runInitdb(fresh, programs, maker);
  if (maker.uid !== as.uid) giveAll(fresh, as);
  await rename(fresh, folder).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    // Another process was faster; its cluster is as good.
    await rm(fresh, { recursive: true, force: true });
  });
}

/** Links are given themselves, not the files that they lead to. */
function giveAll(folder: string, { uid, gid }: RunAs): void {
  execFileSync('chown', ['-hR', `${uid}:${gid}`, folder]);
}

/** initdb wants a user with a name: of an id without one, an account that runs nothing. */
function namedUser(as: RunAs): RunAs {
  if (as.uid === undefined) return as;
  const accounts = readAccounts('/etc/passwd');
  if ([...accounts.values()].some(({ uid }) => uid === as.uid)) return as;
  return accounts.get('bin') ?? accounts.get('nobody') ?? as;
}

function requireMajor(folder: string, bundled: number): void {
  const made = Number(readFileSync(path.join(folder, 'PG_VERSION'), 'utf8').trim());
  if (made === bundled) return;
  throw new Error(
    `${folder} was made by PostgreSQL ${made}; this release brings PostgreSQL ${bundled}, ` +
      'which cannot read it. Nothing was changed. ' +
      'Run postrider backup <file> with the release that made it, choose a new ' +
      'POSTRIDER_DATA_DIR here and run postrider restore <file>; ' +
      `or run a PostgreSQL ${made} on that folder yourself and set DATABASE_URL.`,
  );
}

/** Folders of starts that died during initdb: nothing was ever stored in them. */
async function removeHalfMade(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const maker = /^postgres\.new-(\d+)$/.exec(name)?.[1];
    if (maker && !isAlive(Number(maker)))
      await rm(path.join(dataDir, name), { recursive: true, force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function runInitdb(fresh: string, programs: string, as: RunAs): Promise<void> {
  const locale = [
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
  const args = [
    '-D',
    nameFolder(fresh, as),
    '-U',
    'postrider',
    '--auth=trust',
    '--no-instructions',
    ...locale,
  ];
  const child = spawn(path.join(programs, 'bin/initdb'), args, {
    ...as,
    cwd: fresh,
    env: { PATH: '/usr/bin:/bin', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (bytes) => {
    said += bytes;
  });
  const code = await new Promise((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  if (code !== 0) throw new Error(`initdb failed in ${fresh}: ${said.trim()}`);
}
