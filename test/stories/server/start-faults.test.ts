import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../peers/ports.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const main = path.join(root, 'src/main.ts');
const home = mkdtempSync('/tmp/postrider-faults-');
const dataDir = path.join(home, 'data');
const env = { PATH: process.env.PATH, POSTRIDER_DATA_DIR: dataDir, POSTRIDER_PORT: '0' };

afterAll(() => rmSync(home, { recursive: true, force: true }));

function start(settings: Record<string, string>) {
  const run = spawnSync(process.execPath, [main, 'start'], {
    env: { ...env, ...settings },
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status: run.status, out: run.stdout, err: run.stderr };
}

describe('a data directory that cannot be used is refused by the name of the setting', () => {
  writeFileSync(path.join(home, 'file'), '');
  it.each([
    ['a folder that the system makes', '/proc/postrider/data', 'ENOENT'],
    ['a file', path.join(home, 'file'), 'EEXIST'],
    ['a folder below a file', path.join(home, 'file/data'), 'ENOTDIR'],
  ])('%s', (_title, folder, code) => {
    expect(start({ POSTRIDER_DATA_DIR: folder })).toEqual({
      status: 1,
      out: '',
      err:
        `POSTRIDER_DATA_DIR: ${folder} is not a folder that this user can write to (${code}). ` +
        'Choose another one.\n',
    });
  });
});

it('a port in use is refused before the database is made', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const run = start({ POSTRIDER_PORT: String(port) });
  other.close();
  expect(run).toMatchObject({ status: 1, out: '' });
  expect(run.err).toContain(`127.0.0.1:${port} is in use: something else listens there.`);
  expect(existsSync(path.join(dataDir, 'postgres'))).toBe(false);
});

it('an address that others reach over plain HTTP is pointed out', async () => {
  const child = spawn(process.execPath, [main, 'start'], {
    env: { ...env, POSTRIDER_HOST: '0.0.0.0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line.includes('plain HTTP')) child.kill('SIGTERM');
  }
  expect(lines).toContain(
    '  Others can reach this address over plain HTTP: put a proxy with TLS before it.',
  );
  expect(lines.at(-1)).toBe('Stopped.');
});

it('a worker answers probes and scrapes on its health port', async () => {
  const [port] = await freePorts(1);
  const child = spawn(process.execPath, [main, 'start'], {
    env: { ...env, POSTRIDER_ROLE: 'worker', POSTRIDER_HEALTH_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const answers: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('data directory')) continue;
    for (const route of ['healthz', 'readyz', 'metrics', 'api/keys']) {
      const response = await fetch(`http://127.0.0.1:${port}/${route}`);
      answers.push(`${route} ${response.status}`);
      if (route === 'metrics') expect(await response.text()).toContain('postrider_workers 1\n');
    }
    child.kill('SIGTERM');
  }
  expect(answers).toEqual(['healthz 200', 'readyz 200', 'metrics 200', 'api/keys 404']);
});

/** Runs a copy of the launcher under a Node that says it is version 20. */
function launchOnOldNode(install: (modules: string) => void) {
  const folder = mkdtempSync(path.join(home, 'checkout-'));
  cpSync(path.join(root, 'bin'), path.join(folder, 'bin'), { recursive: true });
  install(path.join(folder, 'node_modules'));
  const versions = "{ ...process.versions, node: '20.1.0' }";
  const pretend = `Object.defineProperty(process, 'versions', { value: ${versions} })`;
  const launcher = path.join(folder, 'bin/postrider.js');
  return spawnSync(process.execPath, ['--import', `data:text/javascript,${pretend}`, launcher], {
    encoding: 'utf8',
  });
}

describe('the launcher on an old Node', () => {
  it('says that the Node from npm does not run, as on Alpine', () => {
    const run = launchOnOldNode((modules) => {
      const folder = path.join(modules, `node-${process.platform}-${process.arch}`);
      mkdirSync(path.join(folder, 'bin'), { recursive: true });
      writeFileSync(path.join(folder, 'package.json'), '{}');
      // A loader that is not there: what a program for glibc meets on Alpine.
      writeFileSync(path.join(folder, 'bin/node'), '#!/lib64/no-loader\n', { mode: 0o755 });
    });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('the one that npm installed does not run here (ENOENT)');
    expect(run.stderr).toContain('Linux with glibc');
  });

  it('says that npm has no Node for this machine', () => {
    const run = launchOnOldNode(() => {});
    expect(run.status).toBe(1);
    expect(run.stderr).toContain(`npm has none for ${process.platform}-${process.arch}`);
  });
});
