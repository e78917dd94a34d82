import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { chooseUser } from './cluster.ts';
import { findRunning, takeSocketDir } from './running.ts';
import { start } from './start.ts';

const home = mkdtempSync('/tmp/postrider-users-');
const nobody = { uid: 65_534, gid: 65_534 };
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A file of accounts of a machine. */
function passwd(...names: readonly string[]): string {
  const file = path.join(home, names.join('-'));
  const ids: Record<string, number> = { postgres: 101, nobody: 65_534, admin: 60_420 };
  writeFileSync(file, names.map((name) => `${name}:x:${ids[name]}:${ids[name]}::/:/x\n`).join(''));
  return file;
}

describe.runIf(process.getuid?.() === 0)('the user that runs the database for root', () => {
  it('is one of its own, since others run as nobody, too', () => {
    expect(chooseUser(home, passwd('postgres', 'nobody'))).toEqual({ uid: 101, gid: 101 });
    expect(chooseUser(home, passwd('nobody'))).toEqual({ uid: 60_420, gid: 60_420 });
    expect(chooseUser(home, passwd('nobody', 'admin'))).toEqual({ uid: 60_421, gid: 60_421 });
  });

  it('takes over files that nobody had, and keeps those of any other user', () => {
    const dataDir = mkdtempSync(path.join(home, 'data-'));
    mkdirSync(path.join(dataDir, 'postgres'));
    chownSync(path.join(dataDir, 'postgres'), nobody.uid, nobody.gid);
    expect(chooseUser(dataDir, passwd('nobody'))).toEqual({ uid: 60_420, gid: 60_420 });
    chownSync(path.join(dataDir, 'postgres'), 1_234, 1_234);
    expect(chooseUser(dataDir, passwd('nobody'))).toEqual({ uid: 1_234, gid: 1_234 });
  });

  it('needs no account, and nobody else reaches its files and its socket', async () => {
    chmodSync(home, 0o755);
    const dataDir = mkdtempSync(path.join(home, 'data-'));
    chmodSync(dataDir, 0o755);
    const own = chooseUser(dataDir, passwd('nobody'));
    const { pid, socketDir } = await start(dataDir, own, {});
    const folder = path.join(dataDir, 'postgres');
    expect(statSync(folder)).toMatchObject(own);
    expect(statSync(path.join(folder, 'PG_VERSION'))).toMatchObject(own);
    for (const place of [folder, socketDir, `/proc/${pid}/cwd/`])
      expect(spawnSync('ls', [place], { ...nobody, cwd: '/' }).status).not.toBe(0);
    process.kill(pid, 'SIGINT');
    await vi.waitFor(() => expect(findRunning(dataDir)).toBeNull(), { timeout: 20_000 });
  });

  it('does not take a folder for its socket that another user has made meanwhile', async () => {
    const folder = path.join(home, 'socket');
    mkdirSync(folder, { mode: 0o777 });
    chownSync(folder, 1_234, 1_234);
    const own = { uid: 60_420, gid: 60_420 };
    await expect(takeSocketDir(folder, own)).rejects.toThrow('was made by another user');
    chownSync(folder, own.uid, own.gid);
    await takeSocketDir(folder, own);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });
});
