import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const descriptions = ['golden/openapi.json', 'golden/inbox-openapi.json'].filter((file) =>
  existsSync(path.join(root, file)),
);
const checks: Record<string, string[]> = {
  types: ['tsc', '--noEmit'],
  'types of the page': ['tsc', '--noEmit', '-p', 'web'],
  format: ['biome', 'ci', '--colors=off', '--error-on-warnings', '--diagnostic-level=warn'],
  promises: [
    'oxlint',
    '--type-aware',
    '-A',
    'all',
    '-D',
    'typescript/no-floating-promises',
    'src',
    'test',
    'bench',
    'examples',
    'web',
  ],
  'dead code': ['knip'],
  'size of the page': ['node', 'test/project/page-sizes.ts'],
  ...(descriptions.length > 0 ? { openapi: ['redocly', 'lint', ...descriptions] } : {}),
};

/**
 * Runs every check, printing one line each and what a failing one said. Returns how many passed and
 * failed.
 */
export function runChecks(): { passed: number; failed: number } {
  const failed = Object.entries(checks).filter(([name, [program, ...args]]) => {
    const startedAt = performance.now();
    const run = spawnSync(path.join(root, 'node_modules/.bin', program!), args, {
      cwd: root,
      encoding: 'utf8',
    });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`${run.status === 0 ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)`);
    if (run.status !== 0)
      console.log(`${run.stdout ?? ''}${run.stderr ?? ''}${run.error?.message ?? ''}`);
    return run.status !== 0;
  }).length;
  return { passed: Object.keys(checks).length - failed, failed };
}
