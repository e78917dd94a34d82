import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

type Package = { version?: string; optionalDependencies?: Record<string, string> };
const { packages } = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
) as {
  packages: Record<string, Package>;
};

/** Where a package finds another: in its own folder, or in those above it. */
function resolve(from: string, name: string): Package | undefined {
  const found = packages[`${from ? `${from}/` : ''}node_modules/${name}`];
  if (found || from === '') return found;
  return resolve(from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name);
}

// npm ci refuses a lock in which a package of any platform is missing, and npm install leaves out
// what its registry lacks.
it('the lock names the parts of every platform, so that npm ci works on each', () => {
  const wanted = Object.entries(packages).flatMap(([at, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ at, name })),
  );
  expect(wanted.length).toBeGreaterThan(50);
  expect(wanted.filter(({ at, name }) => !resolve(at, name)?.version)).toEqual([]);
});
