import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, it } from 'vitest';
import { findRunning } from '../../../src/db/embedded/running.ts';

const main = path.resolve(import.meta.dirname, '../../../src/main.ts');
const home = mkdtempSync('/tmp/postrider-backup-');
const folder = (name: string) => path.join(home, name);
const file = folder('saved.backup');
const started: ChildProcess[] = [];

const envOf = (dataDir: string) => {
  return { PATH: process.env.PATH, POSTRIDER_DATA_DIR: folder(dataDir), POSTRIDER_PORT: '0' };
};

function command(dataDir: string, ...args: string[]) {
  return spawnSync(process.execPath, [main, ...args], { env: envOf(dataDir), encoding: 'utf8' });
}

/** Runs a server, calls `use` with a way to ask it, and stops it. */
async function serve<T>(
  dataDir: string,
  use: (ask: (route: string, body?: object) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const env = envOf(dataDir);
  const child = spawn(process.execPath, [main, 'start'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let url = '';
  for await (const line of createInterface({ input: child.stdout })) {
    url = /URL\s+(http\S+)/.exec(line)?.[1] ?? url;
    if (line.includes('data directory')) break;
  }
  const key = readFileSync(folder('first/admin.key'), 'utf8').trim();
  const result = await use(async (route, body) => {
    const [method, target] = route.split(' ');
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const sent = body ? { body: JSON.stringify(body) } : {};
    return (await fetch(url + target, { method: method!, headers, ...sent })).json();
  });
  child.kill('SIGTERM');
  await once(child, 'exit');
  return result;
}

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  for (const name of ['first', 'second', 'third', 'copied', 'moved']) {
    const running = findRunning(folder(name));
    if (running) process.kill(running.pid, 'SIGQUIT');
  }
  rmSync(home, { recursive: true, force: true });
});

it('a backup of a running server is restored elsewhere, held until it is released', async () => {
  const listed = await serve('first', async (ask) => {
    await ask('POST /api/lists', { name: 'Zoë\\\t\u2028" friends' });
    expect(command('first', 'backup', file)).toMatchObject({
      status: 0,
      stdout: '',
      stderr: expect.stringMatching(/Saved \d+ rows into .*need master key [0-9a-f]{8}/),
    });
    return ask('GET /api/lists');
  });
  expect(JSON.stringify(listed)).toContain('friends');
  expect(statSync(file).mode & 0o777).toBe(0o600);

  mkdirSync(folder('second'));
  copyFileSync(folder('first/master.key'), folder('second/master.key'));
  const restored = command('second', 'restore', file);
  expect(restored).toMatchObject({ status: 0, stderr: expect.stringContaining('Restored.') });
  expect(restored.stderr).not.toContain('master key');
  await serve('second', async (ask) => {
    expect(await ask('GET /api/lists')).toEqual(listed);
    expect(await ask('GET /readyz')).toMatchObject({
      status: 'ready',
      held: { reason: expect.stringContaining('restored from a backup of 2') },
    });
    expect(command('second', 'release')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^0 touches .*\nReleased\.\n$/),
    });
    const after = await ask('GET /readyz');
    expect(after).toMatchObject({ status: 'ready' });
    expect(after).not.toHaveProperty('held');
  });
  expect(command('second', 'release').stdout).toContain('Nothing is held');
}, 120_000);

it('is refused into a database in use, and over a file that exists', () => {
  expect(command('second', 'restore', file)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('This database is in use'),
  });
  expect(command('second', 'backup', file)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('exists already'),
  });
}, 60_000);

it('a torn, bent or foreign file restores nothing, and a key that is missing is named', () => {
  const whole = readFileSync(file);
  const bent = Buffer.from(whole);
  bent[whole.length >> 1]! ^= 0xff;
  for (const [bytes, said] of [
    [whole.subarray(0, whole.length - 40), /damaged/],
    [bent, /damaged/],
    [Buffer.from('hello'), /no backup of Postrider/],
  ] as const) {
    writeFileSync(folder('bad'), bytes);
    const refused = command('third', 'restore', folder('bad'));
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringMatching(said) });
  }
  const restored = command('third', 'restore', file);
  expect(restored.status).toBe(0);
  expect(restored.stderr).toMatch(/sealed with master key \w{8}, and there is no master key here/);
}, 120_000);

it('a copied data folder starts held, a moved one does not', async () => {
  execFileSync('cp', ['-a', folder('second'), folder('copied')]);
  execFileSync('mv', [folder('second'), folder('moved')]);
  const held = async (name: string) => serve(name, (ask) => ask('GET /readyz'));
  expect(await held('copied')).toMatchObject({
    held: { reason: expect.stringContaining('is a copy') },
  });
  expect(await held('moved')).not.toHaveProperty('held');
  expect(existsSync(folder('second'))).toBe(false);
}, 60_000);

it.each(['backup', 'restore'])('%s takes one file name', (word) => {
  expect(command('first', word)).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining(`"${word}" takes one file name`),
  });
  expect(command('first', word, '--help')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(`^Usage: postrider ${word} <file>`),
  });
});
