import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { readDocument, root } from '../../project/documents.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'postrider-ai-'));
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

it('the guide to AI texts runs as printed until all texts are written', async () => {
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
  const answer = (field: string) => `node -p 'JSON.parse(fs.readFileSync(0)).${field}'`;
  const workspace = 'npx postrider workspace create --name Texts --clock 2026-03-02T07:00:00Z';
  const sender = 'npx postrider sender create --email-address sam@acme.example';
  const sandbox = [
    `export POSTRIDER_API_KEY=$(${workspace} | ${answer('key')})`,
    `SENDER=$(${sender} | ${answer('account.id')})`,
  ];
  const script = readDocument('docs/ai.md').blocks.flatMap(({ info, code }) =>
    info === 'sh ai' ? [code] : [],
  );
  expect(script).toHaveLength(4);
  const ready = [
    'npx postrider campaign validate --id $CAMPAIGN --format table',
    'npx postrider campaign launch --id $CAMPAIGN',
  ];
  const lines = ['set -euo pipefail', ...sandbox, ...script, ...ready].join('\n');
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', lines], { cwd: folder, env });
  expect(stdout).toMatch(/"wanted": 2,\s+"queued": 0/);
  expect(stderr).toMatch(/^2 of 2 written$/m);
  expect(stdout).toMatch(/Acme, in short +Hi Eva, /);
  expect(stdout).toMatch(/^ready +yes$/m);
  expect(stdout).toContain('"status": "active"');
}, 240_000);
