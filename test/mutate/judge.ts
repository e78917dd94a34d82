import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from '../project/source.ts';
import type { Mutant } from './mutant.ts';

export type Verdict = 'killed' | 'survived' | 'timeout';

const graceMs = 5_000;

/** Runs test files against a mutant (null: the source as it is), at most for `limitMs`. */
export async function judge(
  mutant: Mutant | null,
  tests: readonly string[],
  { databaseUrl = '', limitMs }: { databaseUrl?: string; limitMs: number },
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
      env: { ...env, MUTATE_MUTANT: JSON.stringify(mutant), MUTATE_DATABASE: databaseUrl },
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
