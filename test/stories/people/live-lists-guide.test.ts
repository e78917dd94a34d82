import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { readDocument, root } from '../../project/documents.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'postrider-lists-'));
const env = {
  PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
  HOME: folder,
  npm_config_offline: 'true',
};
const children: ReturnType<typeof spawn>[] = [];

afterAll(async () => {
  for (const child of children) {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

it('the guide to live lists runs as printed', async () => {
  mkdirSync(path.join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(
    path.join(root, 'bin/postrider.js'),
    path.join(folder, 'node_modules/.bin/postrider'),
  );
  const child = spawn(process.execPath, [path.join(root, 'src/main.ts'), 'start'], {
    cwd: folder,
    env: { ...env, POSTRIDER_PORT: '0', POSTRIDER_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout! }))
    if (line.includes('data directory')) break;
  const script = readDocument('docs/live-lists.md').blocks.flatMap(({ info, code }) =>
    info === 'sh live-lists' ? [code] : [],
  );
  expect(script).toHaveLength(1);
  const { stdout } = await promisify(execFile)('bash', ['-c', `set -euo pipefail\n${script[0]}`], {
    cwd: folder,
    env,
  });
  for (const [name, status] of [
    ['ann+reply-2d', 'replied'],
    ['bob', 'completed'],
    ['cleo', 'completed'],
  ])
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      `"status": "${status}", "email": "${name}@people.example"`,
    );
  expect(stdout.slice(stdout.lastIndexOf('"leads":'))).toContain('ann+reply-2d@people.example');
  expect(stdout).toMatch(/"status": "active"/);
  expect(stdout).toMatch(/"targets_count": 3,\s+"scope_assessed_count": 3/);
  expect(stdout).toMatch(/"reply_rate": 0.33/);
}, 240_000);
