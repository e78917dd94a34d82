import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../project/source.ts';
import type { Entered } from './entries.ts';
import type { Mutant } from './mutant.ts';

export type Verdict = 'killed' | 'survived' | 'timeout';

const graceMs = 5_000;

type Bounds = { databaseUrl?: string; limitMs: number };

/** Runs test files in their order against a mutant (null: the source as it is). */
export function judge(
  mutant: Mutant | null,
  tests: readonly string[],
  { databaseUrl = '', limitMs }: Bounds,
): Promise<Verdict> {
  const env = { MUTATE_MUTANT: JSON.stringify(mutant), MUTATE_DATABASE: databaseUrl };
  return runTests(tests, env, limitMs);
}

/** Runs test files against the source as it is, and returns the functions of `files` they enter. */
export async function findEntered(
  files: readonly string[],
  tests: readonly string[],
  { databaseUrl = '', limitMs }: Bounds,
): Promise<Entered[]> {
  const folder = mkdtempSync('/tmp/postrider-mutate-');
  const report = path.join(folder, 'entered');
  writeFileSync(report, '');
  await runTests(
    tests,
    {
      MUTATE_NOTED: JSON.stringify(files),
      MUTATE_ENTERED: report,
      MUTATE_DATABASE: databaseUrl,
    },
    limitMs,
  );
  const lines = readFileSync(report, 'utf8').trim().split('\n').filter(Boolean);
  rmSync(folder, { recursive: true });
  return lines.map((line) => JSON.parse(line));
}

async function runTests(
  tests: readonly string[],
  variables: Record<string, string>,
  limitMs: number,
): Promise<Verdict> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')),
  );
  const child = spawn(
    path.join(root, 'node_modules/.bin/vitest'),
    ['run', '--config', 'test/mutate/vitest.config.ts', '--reporter=dot', ...tests],
    {
      cwd: root,
      detached: true,
      stdio: 'ignore',
      env: { ...env, ...variables, MUTATE_TESTS: JSON.stringify(tests) },
    },
  );
  let late = false;
  // The group has the workers of vitest as well: a mutant may have made them run for ever.
  const end = (signal: NodeJS.Signals) => {
    late = true;
    try {
      process.kill(-child.pid!, signal);
    } catch {
      // It has ended by itself.
    }
  };
  const timers = [
    setTimeout(() => end('SIGTERM'), limitMs),
    setTimeout(() => end('SIGKILL'), limitMs + graceMs),
  ];
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  for (const timer of timers) clearTimeout(timer);
  if (late) return 'timeout';
  return code === 0 ? 'survived' : 'killed';
}
