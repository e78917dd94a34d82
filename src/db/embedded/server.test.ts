import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { findRunning } from './running.ts';
import { openEmbedded } from './server.ts';

const home = mkdtempSync('/tmp/postrider-home-');
const dataDir = path.join(home, 'private/.data');
const pidFile = path.join(dataDir, 'postgres/postmaster.pid');
const holders: ChildProcess[] = [];

async function query(url: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query({ text, rowMode: 'array' });
  await client.end();
  return rows[0]?.[0];
}

const countPresences = `
  select count(*)::int from pg_stat_activity where application_name = 'postrider presence'`;

function holder(
  folder: string,
  as: { uid?: number; gid?: number },
  [program, ...before]: string[] = [],
): ChildProcess {
  const script = path.resolve(import.meta.dirname, '../../../test/peers/embedded-holder.ts');
  const command = [...before, ...(program ? [process.execPath] : []), script, folder];
  const child = spawn(program ?? process.execPath, command, { ...as, stdio: 'pipe' });
  holders.push(child);
  return child;
}

/** Another process that attaches; resolves to its URL once it has. */
async function hold(
  folder = dataDir,
  as: { uid?: number; gid?: number } = {},
  within: string[] = [],
): Promise<{ child: ChildProcess; url: string }> {
  const child = holder(folder, as, within);
  const [first] = await once(child.stdout!, 'data');
  return { child, url: String(first).trim() };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

beforeAll(() => {
  mkdirSync(path.dirname(dataDir), { mode: 0o700 });
  chmodSync(home, 0o700);
});

afterEach(() => {
  for (const child of holders.splice(0)) child.kill('SIGKILL');
});

afterAll(async () => {
  const running = findRunning(dataDir);
  if (running) process.kill(running.pid, 'SIGQUIT');
  rmSync(home, { recursive: true, force: true });
});

describe('the embedded PostgreSQL', () => {
  it('is created in a private folder with a socket that only its user reaches', async () => {
    const server = await openEmbedded(dataDir);
    expect(await query(server.url, 'show server_version')).toMatch(/^18\./);
    expect(await query(server.url, 'show synchronous_commit')).toBe('on');
    expect(await query(server.url, 'show listen_addresses')).toBe('');
    expect(await query(server.url, `select lower('ÄÖÜ')`)).toBe('äöü');
    const { socketDir } = findRunning(dataDir)!;
    expect(socketDir).toBe(path.join(dataDir, 'postgres'));
    expect(statSync(socketDir).mode & 0o777).toBe(0o700);
    await query(server.url, 'create table kept (n int)');
    await server.release();
    expect(existsSync(path.join(socketDir, '.s.PGSQL.5432'))).toBe(false);
    expect(existsSync(pidFile)).toBe(false);
  });

  it('keeps its data and stops when the last process leaves', async () => {
    const server = await openEmbedded(dataDir);
    const other = await hold();
    expect(other.url).toBe(server.url);
    await server.release();
    expect(await query(other.url, 'select count(*)::int from kept')).toBe(0);
    await end(other.child, 'SIGTERM');
    expect(findRunning(dataDir)).toBeNull();
  });

  it('runs on after a killed process, and the next process attaches to it', async () => {
    const killed = await hold();
    const { pid } = findRunning(dataDir)!;
    await end(killed.child, 'SIGKILL');
    const server = await openEmbedded(dataDir);
    expect(findRunning(dataDir)?.pid).toBe(pid);
    expect(await query(server.url, 'select count(*)::int from kept')).toBe(0);
    await server.release();
  });

  it('is started again at the same address when it is killed during use', async () => {
    const server = await openEmbedded(dataDir);
    const other = await hold();
    const { pid } = findRunning(dataDir)!;
    process.kill(pid, 'SIGKILL');
    const readBoth = () =>
      Promise.all([
        query(server.url, 'select count(*)::int from kept'),
        query(other.url, 'select 1'),
      ]);
    await vi.waitFor(async () => expect(await readBoth()).toEqual([0, 1]), {
      timeout: 20_000,
      interval: 50,
    });
    await vi.waitFor(async () => expect(await query(server.url, countPresences)).toBe(2), {
      timeout: 20_000,
      interval: 50,
    });
    expect(findRunning(dataDir)?.pid).not.toBe(pid);
    await end(other.child, 'SIGTERM');
    await server.release();
    expect(findRunning(dataDir)).toBeNull();
  });

  it('is started once when several processes start at the same moment', async () => {
    const all = await Promise.all([hold(), hold(), hold()]);
    expect(new Set(all.map((holder) => holder.url)).size).toBe(1);
    await Promise.all(all.map((holder) => end(holder.child, 'SIGTERM')));
    expect(findRunning(dataDir)).toBeNull();
  });

  it('starts after a crash although its old process id belongs to another program', async () => {
    const crashed = await openEmbedded(dataDir);
    const left = readFileSync(pidFile, 'utf8');
    await crashed.release();
    writeFileSync(pidFile, left.replace(/^\d+/, String(process.ppid)));
    const server = await openEmbedded(dataDir);
    expect(await query(server.url, 'select count(*)::int from kept')).toBe(0);
    await server.release();
  });

  it('refuses the folder of another major version and says how to move the data', async () => {
    const version = path.join(dataDir, 'postgres/PG_VERSION');
    writeFileSync(version, '17\n');
    await expect(openEmbedded(dataDir)).rejects.toThrow(
      /made by PostgreSQL 17.*brings PostgreSQL 18.*postrider backup.*restore.*DATABASE_URL/,
    );
    writeFileSync(version, '18\n');
    const server = await openEmbedded(dataDir);
    expect(await query(server.url, 'select count(*)::int from kept')).toBe(0);
    await server.release();
  });

  it('starts anew after an initdb that was interrupted', async () => {
    const fresh = path.join(home, 'interrupted');
    const half = path.join(fresh, 'postgres.new-999999999');
    mkdirSync(half, { recursive: true });
    writeFileSync(path.join(half, 'PG_VERSION'), '18\n');
    const lines: string[] = [];
    const server = await openEmbedded(fresh, { say: (line) => lines.push(line) });
    expect(lines).toEqual(['Making the database (once) ...']);
    expect(readdirSync(fresh).filter((name) => name.includes('new'))).toEqual([]);
    await server.release();
  });

  it('never changes a foreign folder in its place', async () => {
    const taken = path.join(home, 'taken');
    mkdirSync(path.join(taken, 'postgres'), { recursive: true });
    writeFileSync(path.join(taken, 'postgres/letters.txt'), 'mine');
    await expect(openEmbedded(taken)).rejects.toThrow(/is in the way/);
    expect(readFileSync(path.join(taken, 'postgres/letters.txt'), 'utf8')).toBe('mine');
    expect(readdirSync(path.join(taken, 'postgres'))).toEqual(['letters.txt']);
  });

  it('makes its socket anew when it lies below /tmp and is swept', async () => {
    const folder = path.join(home, 'long'.repeat(25));
    const lines: string[] = [];
    const server = await openEmbedded(folder, { say: (line) => lines.push(line) });
    const { pid, socketDir } = findRunning(folder)!;
    expect(socketDir).toMatch(/^\/tmp\/postrider-/);
    rmSync(socketDir, { recursive: true });
    await vi.waitFor(async () => expect(await query(server.url, countPresences)).toBe(1), {
      timeout: 20_000,
      interval: 50,
    });
    expect(findRunning(folder)?.pid).not.toBe(pid);
    expect(lines.join()).toContain(`The socket of PostgreSQL in ${socketDir} was deleted`);
    await server.release();
    await vi.waitFor(() => expect(existsSync(socketDir)).toBe(false), { timeout: 20_000 });
  });

  it('says at once that the socket of a server that runs is gone', async () => {
    const folder = path.join(home, 'gone'.repeat(25));
    const killed = await hold(folder);
    await end(killed.child, 'SIGKILL');
    const { pid, socketDir } = findRunning(folder)!;
    rmSync(socketDir, { recursive: true });
    await expect(openEmbedded(folder)).rejects.toThrow(
      new RegExp(`process ${pid}.*socket in ${socketDir} is gone.*kill -INT ${pid}`),
    );
    process.kill(pid, 'SIGINT');
    await vi.waitFor(() => expect(findRunning(folder)).toBeNull(), { timeout: 20_000 });
  });

  it('a start that waits ends when it is told to', async () => {
    const killed = await hold();
    const { pid } = findRunning(dataDir)!;
    await end(killed.child, 'SIGKILL');
    process.kill(pid, 'SIGSTOP');
    const stop = new AbortController();
    const started = openEmbedded(dataDir, { signal: stop.signal });
    stop.abort(new Error('told to stop'));
    await expect(started).rejects.toThrow('told to stop');
    process.kill(pid, 'SIGCONT');
    await (await openEmbedded(dataDir)).release();
  });

  describe.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'in a container of its own (pid, mount and IPC namespace) on the same folder',
    () => {
      const contained = ['unshare', '-m', '-p', '-i', '-f', '--kill-child', '--mount-proc'];

      it('is refused, and leaves the other alone', async () => {
        const first = await hold(dataDir, {}, contained);
        const left = readFileSync(pidFile, 'utf8');
        await expect(openEmbedded(dataDir)).rejects.toThrow(
          /in use by a Postrider in another container/,
        );
        expect(readFileSync(pidFile, 'utf8')).toBe(left);
        expect(await query(first.url, 'select count(*)::int from kept')).toBe(0);
        await end(first.child, 'SIGKILL');
        const server = await openEmbedded(dataDir);
        expect(await query(server.url, 'select count(*)::int from kept')).toBe(0);
        await server.release();
      });

      it('is refused there while it runs here', async () => {
        const server = await openEmbedded(dataDir);
        const other = holder(dataDir, {}, contained);
        let said = '';
        other.stderr!.on('data', (bytes) => {
          said += bytes;
        });
        await once(other, 'close');
        expect(said).toMatch(/in use by a Postrider in another container/);
        expect(await query(server.url, 'select count(*)::int from kept')).toBe(0);
        await server.release();
      });
    },
  );

  it.runIf(process.getuid?.() === 0)('runs for a user who is not root', async () => {
    const folder = mkdtempSync('/tmp/postrider-nobody-');
    chownSync(folder, 65534, 65534);
    const { child, url } = await hold(folder, { uid: 65534, gid: 65534 });
    expect(statSync(path.join(folder, 'postgres')).uid).toBe(65534);
    expect(await query(url, 'select 1')).toBe(1);
    await end(child, 'SIGTERM');
    expect(findRunning(folder)).toBeNull();
    rmSync(folder, { recursive: true });
  });

  it.runIf(process.getuid?.() === 0)(
    'names the owner of a folder that belongs to another user',
    async () => {
      const folder = mkdtempSync('/tmp/postrider-foreign-');
      chmodSync(folder, 0o755);
      mkdirSync(path.join(folder, 'postgres'));
      const module = JSON.stringify(path.resolve(import.meta.dirname, './server.ts'));
      const script = `import(${module})
        .then((m) => m.openEmbedded(${JSON.stringify(folder)}))
        .catch((e) => console.log(e.message))`;
      const child = spawn(process.execPath, ['-e', script], {
        uid: 65534,
        gid: 65534,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [output] = await once(child.stdout, 'data');
      expect(String(output)).toMatch(/belongs to the user with id 0: run as that user/);
      rmSync(folder, { recursive: true });
    },
  );
});
