import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { prospectStatuses } from '../../src/domain/people/prospect.ts';
import { holds } from '../../src/domain/sending/hold.ts';
import { readDocument, root } from './documents.ts';
import { readSources } from './source.ts';

const { text } = readDocument('docs/dev/states.md');
const schema = readFileSync(path.join(root, 'migrations/schema.sql'), 'utf8');
const sources = readSources('src').filter((source) => !source.path.endsWith('.test.ts'));

/** The section of the page below a heading, up to the next heading of its level or above. */
function section(heading: string): string {
  const from = text.indexOf(`\n${heading}\n`);
  const level = heading.indexOf(' ');
  const rest = text.slice(from + heading.length + 1);
  const to = rest.search(new RegExp(`\\n#{1,${level}} `));
  return to < 0 ? rest : rest.slice(0, to);
}

/** The arrows of a section's diagram. */
function arrows(heading: string): { from: string; to: string; by: string }[] {
  const found = section(heading).matchAll(/^ {2}(\S+) --> (\S+): (\w+)$/gm);
  return [...found].map(([, from, to, by]) => ({ from: from!, to: to!, by: by! }));
}

function statesOf(heading: string): string[] {
  const names = arrows(heading).flatMap(({ from, to }) => [from, to]);
  return [...new Set(names)].filter((name) => name !== '[*]').sort();
}

/** The values that a check constraint of the database allows. */
function allowed(constraint: string): string[] {
  const line = schema.split('\n').find((one) => one.includes(`constraint ${constraint} `))!;
  return [...line.matchAll(/'(\w+)'::text/g)].map(([, word]) => word!).sort();
}

describe('the diagrams of docs/dev/states.md', () => {
  it('show every status of a prospect, state of a message and status of a campaign', () => {
    expect(statesOf('### Status')).toEqual(prospectStatuses.toSorted());
    expect(statesOf('## Message')).toEqual(allowed('messages_state_check'));
    expect([...statesOf('## Campaign'), 'launching'].sort()).toEqual(
      allowed('campaigns_status_check'),
    );
    expect(statesOf('## Lane').length).toBeGreaterThan(3);
  });

  it('name functions that exist', () => {
    const code = sources.map((source) => source.text).join('\n');
    const headings = ['### Status', '## Message', '## Lane', '## Campaign'];
    const named = new Set(headings.flatMap((heading) => arrows(heading).map(({ by }) => by)));
    expect(named.size).toBeGreaterThan(15);
    const isExported = (name: string) =>
      new RegExp(`^export (async )?(function|const) ${name}\\b`, 'm').test(code);
    expect([...named].filter((name) => !isExported(name))).toEqual([]);
  });

  it('and the tables name every function that writes prospects', () => {
    const writes = /(update|insert into|delete from) prospects\b/;
    const writers = sources
      .filter((source) => source.path.startsWith('src/db/sending/'))
      .flatMap((source) => source.text.split(/^(?=export )/m))
      .filter((part) => writes.test(part))
      .flatMap((part) => /^export (?:async )?function (\w+)/.exec(part)?.[1] ?? []);
    expect(writers.length).toBeGreaterThan(20);
    expect(writers.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });

  it('list every hold, and the code holds for no other reason', () => {
    const rows = section('### Hold').matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm);
    const listed = [...rows].flatMap(([, cell]) => cell!.match(/\w+/g) ?? []);
    expect(listed.sort()).toEqual(holds.toSorted());
    const stored = sources
      .filter((source) => /^src\/(db|engine\/sending)\//.test(source.path))
      .flatMap((source) => [...source.text.matchAll(/\bhold(?::| =) '(\w+)'/g)])
      .map(([, word]) => word!);
    expect(stored.length).toBeGreaterThan(5);
    expect(stored.filter((word) => !(holds as readonly string[]).includes(word))).toEqual([]);
  });
});
