import fc from 'fast-check';
import type { Operation } from '../../src/operation.ts';
import { describeMembers } from '../../src/surfaces/members.ts';
import { pathsOf, replaced, sample } from './schema-values.ts';

/** Just below the usual limit of a body. */
const bytes = 4 * 1024 * 1024 - 8192;

export type BigBody = { name: string; type: string; text: string };

/**
 * Bodies of four megabytes for an operation, the same each time: names that it does not know, and
 * `count` that have as many values as it takes, in every place of an otherwise plausible input.
 */
export function bigBodies(operation: Operation, count: number): BigBody[] {
  const { body: kind = 'json', maxValues = 20_000 } = operation;
  if (kind !== 'json') return files[kind];
  const members = describeMembers(operation).filter((member) => member.in === 'body');
  const input = Object.fromEntries(
    members.map(({ name, schema }) => [name, sample(schema, { name, full: true })]),
  );
  const places = members.flatMap(({ name }) => pathsOf(input[name], [name]));
  const inPlaces = places.flatMap((place) =>
    Object.entries(shapes).map(([shape, write]) => () => ({
      name: `${shape} in /${place.join('/')}`,
      text: JSON.stringify(replaced(input, place, mark)).replace(quotedMark, () =>
        write(maxValues - 1_000),
      ),
    })),
  );
  const chosen = shuffled(inPlaces).slice(0, count);
  const strays = [maxValues - 1_000, 250_000].map((names) => ({
    name: `${names} strays`,
    text: objectOf(names, '0'),
  }));
  return [...strays, ...chosen.map((build) => build())].map((one) => ({
    ...one,
    type: 'application/json',
  }));
}

const mark = '@@big@@';
const quotedMark = JSON.stringify(mark);

function shuffled<T>(all: readonly T[]): readonly T[] {
  const whole = { minLength: all.length, maxLength: all.length };
  return fc.sample(fc.shuffledSubarray([...all], whole), { numRuns: 1, seed: 20_260_302 })[0]!;
}

const objects = new Map<string, string>();

function objectOf(names: number, value: string): string {
  const key = `${names} ${value}`;
  if (!objects.has(key)) objects.set(key, writeObject(names, value));
  return objects.get(key)!;
}

function writeObject(names: number, value: string): string {
  const filler = 'x'.repeat(Math.max(0, Math.floor(bytes / names) - value.length - 12));
  return `{${Array.from({ length: names }, (_, at) => `"k${at}${filler}":${value}`).join(',')}}`;
}

function listOf(items: number, item: (room: number) => string): string {
  const room = Math.max(0, Math.floor(bytes / items) - 1);
  return `[${Array.from({ length: items }, () => item(room)).join(',')}]`;
}

/** JSON of a number of values, by its shape. */
const shapes: Record<string, (values: number) => string> = {
  'a long text': () => `"${'%a|{{b}} @'.repeat(Math.floor(bytes / 10))}"`,
  texts: (values) => listOf(values, (room) => `"${'a@'.repeat(Math.floor(room / 2) - 1)}"`),
  nulls: (values) => listOf(values, () => 'null'),
  'far too many numbers': () => listOf(bytes / 2, () => '0'),
  names: (values) => objectOf(values, '0'),
  'names of texts': (values) => objectOf(values, '"a"'),
  'far too many names': () => objectOf(250_000, '0'),
  objects: (values) =>
    listOf(Math.floor(values / 100), () => {
      const filler = 'x'.repeat(Math.floor(bytes / values) - 12);
      return `{${Array.from({ length: 98 }, (_, at) => `"k${at}${filler}":0`).join(',')}}`;
    }),
};

const tables: Record<string, string> = {
  quotes: '"'.repeat(bytes),
  'quotes and lines': '"\n'.repeat(bytes / 2),
  'empty values': '""\n'.repeat(bytes / 4),
  commas: `email${','.repeat(bytes - 10)}\n`,
  'columns of one name': `${'a,'.repeat(32_000)}\n${'b@c.test,'.repeat(Math.floor(bytes / 9))}`,
  lines: `email\n${'a\n'.repeat(bytes / 2 - 10)}`,
  'quoted people': `email,name\n${'"a@b.test","A ""B"" C"\n'.repeat(bytes / 24)}`,
};

const boundary = 'big-body';
const files = {
  stream: Object.entries(tables).map(([name, text]) => ({ name, type: 'text/csv', text })),
  upload: Object.entries(tables).map(([name, text]) => ({
    name,
    type: `multipart/form-data; boundary=${boundary}`,
    text: [
      `--${boundary}`,
      'content-disposition: form-data; name="file"; filename="people.csv"',
      'content-type: text/csv',
      '',
      text,
      `--${boundary}--`,
      '',
    ].join('\r\n'),
  })),
};
