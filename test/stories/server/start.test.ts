import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { findRunning } from '../../../src/db/embedded/running.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const main = path.join(root, 'src/main.ts');
const home = mkdtempSync('/tmp/postrider-start-');
const dataDir = path.join(home, 'data');
const settings = { PATH: process.env.PATH, POSTRIDER_DATA_DIR: dataDir, POSTRIDER_PORT: '0' };
const started: ChildProcess[] = [];

type Server = { child: ChildProcess; lines: string[]; url: string };

/** Starts a server and waits until it says that it is ready. */
async function start(
  [program, ...args]: string[] = [process.execPath, main, 'start'],
): Promise<Server> {
  const child = spawn(program!, args, {
    cwd: root,
    env: settings,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    lines.push(line);
    if (line.includes('data directory')) break;
  }
  return {
    child,
    lines,
    url: JSON.parse(readFileSync(path.join(dataDir, 'server.json'), 'utf8')).url,
  };
}

async function stop(server: Server): Promise<{ code: number | null; seconds: number }> {
  const from = performance.now();
  server.child.kill('SIGTERM');
  const [code] = await once(server.child, 'exit');
  return { code, seconds: (performance.now() - from) / 1000 };
}

function command(args: string[], env: Record<string, string> = {}, program: string[] = [main]) {
  return spawnSync(process.execPath, [...program, ...args], {
    env: { ...settings, ...env },
    encoding: 'utf8',
  });
}

const askKeys = (url: string, key: string) =>
  fetch(`${url}/api/keys`, { headers: { authorization: `Bearer ${key.trim()}` } });

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  const running = findRunning(dataDir);
  if (running) process.kill(running.pid, 'SIGQUIT');
  rmSync(home, { recursive: true, force: true });
});

describe('npm start', () => {
  it('the first start prints its URL and data directory and stores a working key', async () => {
    const server = await start();
    const output = server.lines.join('\n');
    expect(output).toMatch(/Making the database/);
    expect(output).toMatch(/ready in \d+\.\d s/);
    expect(output).toContain(server.url);
    expect(output).toContain(dataDir);
    expect(output).toMatch(/^ {2}time zone +\S+ \(change it: npx postrider setting update/m);
    const key = readFileSync(path.join(dataDir, 'admin.key'), 'utf8');
    expect(key).toMatch(/^pr_live_[\w-]{43}\n$/);
    for (const secret of ['admin.key', 'master.key', 'server.json'])
      expect(statSync(path.join(dataDir, secret)).mode & 0o777, secret).toBe(0o600);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    expect((await askKeys(server.url, key)).status).toBe(200);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(output).toMatch(new RegExp(`Open ${server.url}/#welcome=[\\w-]{43}$`, 'm'));
    expect((await stop(server)).code).toBe(0);
  });

  it('the next start keeps the database and the first key', async () => {
    const key = readFileSync(path.join(dataDir, 'admin.key'), 'utf8');
    const server = await start();
    expect(server.lines.join('\n')).not.toMatch(/Making the database|first API key/);
    expect((await askKeys(server.url, key)).status).toBe(200);
    expect((await stop(server)).code).toBe(0);
  });

  it('SIGTERM stops server and database in ten seconds while a client holds on', async () => {
    const server = await start();
    const { hostname, port } = new URL(server.url);
    const held = connect(Number(port), hostname);
    held.on('error', () => {});
    held.write('POST /api/keys HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n');
    await once(held, 'connect');
    const { code, seconds } = await stop(server);
    expect(code).toBe(0);
    expect(seconds).toBeLessThan(10);
    expect(findRunning(dataDir)).toBeNull();
    expect(existsSync(path.join(dataDir, 'server.json'))).toBe(false);
  });

  it('npm passes SIGTERM on, so that the server drains and npm exits with 0', async () => {
    const server = await start(['npm', 'start', '--silent']);
    expect((await stop(server)).code).toBe(0);
    expect(findRunning(dataDir)).toBeNull();
  });

  it('a second server on the folder hears of the first, whatever its port', async () => {
    const server = await start();
    const note = readFileSync(path.join(dataDir, 'server.json'), 'utf8');
    const { port } = new URL(server.url);
    for (const second of [{ POSTRIDER_PORT: '0' }, { POSTRIDER_PORT: port, POSTRIDER_ROLE: 'api' }])
      expect(command(['start'], second)).toMatchObject({
        status: 1,
        stderr: expect.stringMatching(
          new RegExp(
            `^${dataDir} is in use by another Postrider: process ${server.child.pid} on .*` +
              `${server.url}, since 2.*POSTRIDER_DATA_DIR`,
          ),
        ),
      });
    expect(readFileSync(path.join(dataDir, 'server.json'), 'utf8')).toBe(note);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    expect((await stop(server)).code).toBe(0);
  });

  it('a port in use ends with a clear message', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const refused = command(['start'], { POSTRIDER_PORT: String(port) });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`127.0.0.1:${port} is in use: something else listens there`);
    expect(refused.stderr).toContain('POSTRIDER_PORT');
    other.close();
  });

  it('a start that waits for its database ends on SIGTERM', async () => {
    const killed = await start();
    const { pid } = findRunning(dataDir)!;
    process.kill(pid, 'SIGSTOP');
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');
    const child = spawn(process.execPath, [main, 'start'], {
      env: settings,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.push(child);
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout! })) {
      lines.push(line);
      if (line.startsWith('Waiting for PostgreSQL')) child.kill('SIGTERM');
    }
    expect(lines.at(-1)).toBe('Stopped.');
    process.kill(pid, 'SIGCONT');
    expect((await stop(await start())).code).toBe(0);
  }, 60_000);

  it('a killed server is followed by one that works on the same data', async () => {
    const killed = await start();
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');
    const server = await start();
    expect(
      (await askKeys(server.url, readFileSync(path.join(dataDir, 'admin.key'), 'utf8'))).status,
    ).toBe(200);
    expect((await stop(server)).code).toBe(0);
    expect(findRunning(dataDir)).toBeNull();
  });

  it('an unknown setting or a value out of range is refused by name', () => {
    expect(command(['start'], { POSTRIDER_PROT: '1' }).stderr).toContain('POSTRIDER_PROT');
    const wrong = command(['start'], { POSTRIDER_PORT: '70000' });
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toContain('POSTRIDER_PORT');
  });

  it('a start names the setting that an incomplete channel lacks', async () => {
    const env = { ...settings, POSTRIDER_UNIPILE_DSN: 'api1.unipile.com:13111' };
    const child = spawn(process.execPath, [main, 'start'], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.push(child);
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout! })) {
      lines.push(line);
      if (line.includes(' is off')) child.kill('SIGTERM');
    }
    expect(lines).toContain('  LinkedIn is off: POSTRIDER_UNIPILE_API_KEY must be set too.');
    expect(lines.at(-1)).toBe('Stopped.');
  }, 20_000);

  it('a command succeeds when its reader closes the pipe early', () => {
    const run = spawnSync(
      'bash',
      ['-c', `set -o pipefail; "${process.execPath}" "${main}" campaign --help | true`],
      { encoding: 'utf8' },
    );
    expect(run).toMatchObject({ status: 0, stderr: '' });
  });

  it('a server goes on and stops cleanly after its output was closed', async () => {
    const server = await start();
    server.child.stdout!.destroy();
    expect((await stop(server)).code).toBe(0);
    expect(findRunning(dataDir)).toBeNull();
  });

  it('a database that cannot be reached is named with the reason', () => {
    const run = command(['migrate'], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(/DATABASE_URL names cannot be reached: .*ECONNREFUSED/);
  });
});

describe('postrider keys create', () => {
  it('prints only a working key, whether the server runs or not', async () => {
    const before = command(['keys', 'create', '--name', 'ci']);
    expect(before.stdout).toMatch(/^pr_live_[\w-]{43}\n$/);
    expect(findRunning(dataDir)).toBeNull();
    const server = await start();
    const during = command(['keys', 'create', '--name', 'ci', '--scopes', 'read,write'], {}, [
      path.join(root, 'bin/postrider.js'),
    ]);
    expect(during.stdout).toMatch(/^pr_live_[\w-]{43}\n$/);
    expect((await askKeys(server.url, before.stdout)).status).toBe(200);
    expect((await askKeys(server.url, during.stdout)).status).toBe(403);
    expect((await stop(server)).code).toBe(0);
  });

  it('reports a wrong command line on stderr and exits with 2', () => {
    for (const args of [
      [],
      ['--name', ' '],
      ['--name', 'x', '--scopes', 'everything'],
      ['--nme', 'x'],
    ]) {
      const run = command(['keys', 'create', ...args]);
      expect(run.status).toBe(2);
      expect(run.stdout).toBe('');
      expect(run.stderr).not.toBe('');
    }
  });

  it('another word than "create" is answered with the commands that exist', () => {
    expect(command(['keys', 'list'])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/no "keys list"[\s\S]*postrider key lists/),
    });
    expect(command(['keys', '--help'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Usage: postrider keys create'),
      stderr: '',
    });
  });
});

it('a command that is interrupted while it waits ends by the signal', async () => {
  const mute = createServer();
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`;
  const env = { ...settings, POSTRIDER_BASE_URL: url, POSTRIDER_API_KEY: 'x' };
  const child = spawn(process.execPath, [path.join(root, 'bin/postrider.js'), 'campaign'], {
    env,
    stdio: 'ignore',
  });
  await once(mute, 'connection');
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([null, 'SIGINT']);
  mute.close();
});

it.each(['start', 'demo', 'migrate'])(
  '%s prints its help, and refuses any other option without starting',
  (name) => {
    expect(command([name, '--help'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(`^Usage: postrider ${name}\n`),
      stderr: '',
    });
    expect(command([name, '--port', '1'])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('not --port'),
    });
  },
);
