import { readLoadedImports, readSources } from './source.ts';

/** Starts Postfix and Dovecot, which needs root and their Debian packages. */
const mailServers = 'test/peers/index.ts';

/** Test files that start the mail servers, found by their imports: paths from the root, sorted. */
export function findMailTests(): string[] {
  const sources = [...readSources('src'), ...readSources('test')];
  const importers = new Map<string, string[]>();
  for (const source of sources)
    for (const target of readLoadedImports(source))
      importers.set(target, [...(importers.get(target) ?? []), source.path]);
  const found = new Set([mailServers]);
  // A set also visits the members that are added while it is walked.
  for (const file of found) for (const importer of importers.get(file) ?? []) found.add(importer);
  return [...found].filter((file) => file.endsWith('.test.ts')).sort();
}
