import path from 'node:path';
import { readLoadedImports, readSources } from '../project/source.ts';

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
 * Finds the tests of a source file by its place: those in `src/` that import it or lie beside it,
 * and those of its room in `test/engine/` and `test/stories/`; only files that load it.
 */
export function relatedTests(file: string): RelatedTests {
  const folder = path.posix.dirname(file);
  const name = folder === 'src' ? '' : path.posix.basename(folder);
  const names = elsewhere[name] ?? [name];
  const tests = [...sources.keys()].filter((name) => name.endsWith('.test.ts'));
  const imports = (test: string) => sources.get(test)!.includes(file);
  const isBeside = (test: string) => path.posix.dirname(test) === folder;
  const reaching = tests.filter((test) => reachedFrom(test).has(file));
  const near = reaching.filter(
    (test) => test.startsWith('src/') && (isBeside(test) || imports(test)),
  );
  const room = names.flatMap((name) => [`test/engine/${name}`, `test/stories/${name}`]);
  const far = reaching.filter(
    (test) => room.includes(path.posix.dirname(test)) && !near.includes(test),
  );
  return { near, far };
}
