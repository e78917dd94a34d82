import { globSync } from 'node:fs';
import path from 'node:path';
import { readLoadedImports, readSources, root } from '../project/source.ts';

/** Rooms that other folders than the one of their name test. */
const elsewhere: Record<string, string[]> = {
  inbound: ['inbound', 'linkedin'],
  hours: ['sending'],
  sequence: ['campaigns'],
  texts: ['campaigns'],
  imports: ['people'],
  accounts: ['server'],
  email: ['inbound'],
  roster: ['puffle'],
  '': ['server'],
};

/** The test files of a source: first those that meet it directly, then those of its room. */
type RelatedTests = { near: string[]; far: string[] };

const sources = new Map(
  [...readSources('src'), ...readSources('test')].map((source) => [
    source.path,
    readLoadedImports(source),
  ]),
);

/** All files that a file imports, by any way. */
function reachedFrom(file: string): Set<string> {
  const reached = new Set([file]);
  // A set also visits the members that are added while it is walked.
  for (const one of reached) for (const target of sources.get(one) ?? []) reached.add(target);
  return reached;
}

/**
 * Finds the tests of a source file by its place: those that import it or lie beside it, and those
 * of its room in `test/engine/` and `test/stories/`; only files that load it.
 */
export function relatedTests(file: string): RelatedTests {
  const folder = path.posix.dirname(file);
  const room = folder === 'src' ? '' : path.posix.basename(folder);
  const names = elsewhere[room] ?? [room];
  const tests = [...sources.keys()].filter((name) => name.endsWith('.test.ts'));
  const near = tests.filter(
    (test) =>
      (path.posix.dirname(test) === folder || sources.get(test)!.includes(file)) &&
      reachedFrom(test).has(file),
  );
  const far = globSync(
    names.flatMap((name) => [`test/engine/${name}/*.test.ts`, `test/stories/${name}/*.test.ts`]),
    { cwd: root },
  ).sort();
  return { near, far: far.filter((test) => !near.includes(test) && reachedFrom(test).has(file)) };
}
