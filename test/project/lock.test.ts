import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

type Package = {
  version?: string;
  integrity?: string;
  resolved?: string;
  dev?: boolean;
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
};
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

// The registry that the lock was made with lacks development tools' programs for other platforms.
it('every package has a hash that npm checks, but for native parts of development tools', () => {
  const bare = Object.entries(packages).filter(([at, { integrity }]) => at && !integrity);
  const unjustified = bare.filter(([, { dev, optional }]) => !dev || !optional);
  expect(unjustified.map(([at]) => at)).toEqual([]);
});

it('the lock names no registry, so that each machine asks its own', () => {
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved)).toEqual([]);
});

it('npm runs no install script of a package', () => {
  const settings = readFileSync(new URL('../../.npmrc', import.meta.url), 'utf8').split('\n');
  expect(settings).toContain('ignore-scripts=true');
});
