import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { freePorts } from '../../peers/ports.ts';
import { startUnipile } from '../../peers/unipile/index.ts';
import { readDocument, root } from '../../project/documents.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'postrider-linkedin-'));
const env = {
  PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
  HOME: folder,
  npm_config_offline: 'true',
};
const unipile = await startUnipile({ now: () => new Date() });
const children: ReturnType<typeof spawn>[] = [];

afterAll(async () => {
  for (const child of children) {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
  await unipile.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('the guide to LinkedIn runs as printed, from the login to the launch', async () => {
  mkdirSync(path.join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(
    path.join(root, 'bin/postrider.js'),
    path.join(folder, 'node_modules/.bin/postrider'),
  );
  const [port] = await freePorts(1);
  const address = {
    POSTRIDER_PORT: String(port),
    POSTRIDER_PUBLIC_URL: `http://127.0.0.1:${port}`,
    POSTRIDER_LOG_LEVEL: 'error',
  };
  const child = spawn(process.execPath, [path.join(root, 'src/main.ts'), 'start'], {
    cwd: folder,
    env: { ...env, ...unipile.env, ...address },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout! }))
    if (line.includes('data directory')) break;
  const run = async (script: string) =>
    (
      await promisify(execFile)('bash', ['-c', `set -euo pipefail\n${script}`], {
        cwd: folder,
        env,
      })
    ).stdout;

  const [connect, ...rest] = readDocument('docs/linkedin.md').blocks.flatMap(({ info, code }) =>
    info === 'sh linkedin' ? [code] : [],
  );
  const url = (await run(connect!)).trim();
  expect(unipile.state.hooks.map(({ source }) => source).sort()).toEqual([
    'account_status',
    'messaging',
    'users',
  ]);
  unipile.completeLink(url, 'ann-example', { premium: true });
  expect(await unipile.deliver()).not.toContain(0);
  const shown = await run(rest.join('\n'));
  expect(shown).toMatch(/connected/);
  expect(shown).toMatch(/^weekly_connection_limit +60$/m);
  expect(shown).toMatch(/^ready +yes$/m);
  expect(shown).toContain('Campaign launch started');
  expect(shown).toMatch(/linkedin\.com\/in\/jane-doe/);
}, 240_000);
