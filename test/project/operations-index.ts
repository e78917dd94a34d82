import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readSources, root } from './source.ts';

export const indexFile = 'src/operations/index.gen.ts';

const head = `// Written by \`npm run record\` from the files of this folder: never edit it by hand.
import type { Operation } from '../operation.ts';`;

/**
 * The source of `index.gen.ts`: imports and lists every operation that a file of the folder
 * defines.
 */
export function operationsIndex(): string {
  const files = readSources('src/operations')
    .map(({ path: file, text }) => ({
      module: `.${file.slice('src/operations'.length, -'.ts'.length)}`,
      names: [...text.matchAll(/^export const (\w+) = define(?:Open)?Operation\b/gm)].map(
        ([, name]) => name!,
      ),
    }))
    .filter(({ names }) => names.length > 0)
    .sort((one, other) => (one.module < other.module ? -1 : 1));
  const imports = files.map(
    ({ module, names }) => `import { ${names.toSorted().join(', ')} } from '${module}.ts';`,
  );
  const list = files.flatMap(({ names }) => names.map((name) => `  ${name},`));
  return [
    head,
    ...imports,
    '',
    'export const everyOperation: readonly Operation[] = [',
    ...list,
    '];',
    '',
  ].join('\n');
}

// `npm run record` writes it before the goldens that are made from it.
if (import.meta.main) writeFileSync(path.join(root, indexFile), operationsIndex());
