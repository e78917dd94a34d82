import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { readDocument, root } from '../../project/documents.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'postrider-guide-'));
const env = {
  PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
  HOME: folder,
  npm_config_offline: 'true',
  npm_config_update_notifier: 'false',
};
const children: ReturnType<typeof run>[] = [];

function run(command: string) {
  const own = { ...env, TMPDIR: folder, POSTRIDER_PORT: '0', POSTRIDER_LOG_LEVEL: 'error' };
  return spawn(process.execPath, [path.join(root, 'src/main.ts'), command], {
    cwd: folder,
    env: own,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function start(command: string, ready: string) {
  const child = run(command);
  children.push(child);
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line.includes(ready)) break;
  }
  return { child, lines };
}

afterAll(async () => {
  for (const child of children) {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

it('the guide to rehearsals runs as printed', async () => {
  mkdirSync(path.join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(
    path.join(root, 'bin/postrider.js'),
    path.join(folder, 'node_modules/.bin/postrider'),
  );
  await start('start', 'data directory');
  const script = readDocument('docs/rehearsal.md').blocks.filter(
    ({ info }) => info === 'sh rehearsal',
  );
  expect(script).toHaveLength(3);
  const lines = `set -euo pipefail\n${script.map(({ code }) => code).join('\n')}`;
  const { stdout } = await promisify(execFile)('bash', ['-c', lines], { cwd: folder, env });
  expect(stdout).toContain('"reached": true');
  expect(stdout).toContain('"message.sent": 6');
  for (const [name, status] of [
    ['ann', 'completed'],
    ['bob+reply-2d', 'replied'],
    ['cleo+ooo-5d', 'completed'],
    ['dan+bounce', 'bounced'],
  ] as const)
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      `"status": "${status}", "email": "${name}@people.example"`,
    );
  expect(stdout).toMatch(/A question, (Ann|Bob|Cleo|Dan)/);
  expect(stdout).toContain('"speed": 8640');
}, 120_000);

it('the guide to the inbox runs as printed', async () => {
  const [script] = readDocument('docs/inbox-and-replies.md').blocks.filter(
    ({ info }) => info === 'sh inbox-and-replies',
  );
  const lines = `set -euo pipefail\n${script!.code}`;
  const { stdout } = await promisify(execFile)('bash', ['-c', lines], { cwd: folder, env });
  const plain = stdout.replaceAll(/\s+/g, ' ');
  expect(plain).toContain('"inbox_state": "needs_reply"');
  expect(plain).toContain('"sendInProgress": true');
  expect(plain).toContain('"status": "archived"');
  expect(plain).toMatch(/"source": "hand", "state": "sent", "subject": "Re: /);
}, 120_000);

it('the demo prints commands that work and leaves no files behind', async () => {
  const { child, lines } = await start('demo', 'Ctrl-C');
  const [setting, ...commands] = lines
    .filter((line) => /^ {2}(export|npm run)/.test(line))
    .map((line) => line.trim().replace('npm run -s postrider --', 'npx postrider'));
  expect(commands).toHaveLength(3);
  const script = ['set -euo pipefail', setting, ...commands].join('\n');
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: folder, env });
  expect(stdout).toContain('"speed": 8640');
  expect(stdout).toMatch(/^name +Demo$/m);
  expect(stdout).toMatch(/^sends +\d+/m);
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  const { stdout: left } = await promisify(execFile)('ls', [folder]);
  expect(left).not.toContain('postrider-demo-');
}, 120_000);
