import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const schema = readFileSync(new URL('../../migrations/schema.sql', import.meta.url), 'utf8');

/** Tables outside the tenants. A person may be a member of several, and has sessions. */
const shared = ['workspaces', 'workers', 'instance', 'link_keys', 'persons', 'sessions'];

/** Tables in which some rows have no workspace, with the reason. */
const partly: Record<string, string> = {
  links: 'the first account of the server has none yet',
};

/** Keys that do not begin with the workspace, with the reason. */
const exceptions: Record<string, string> = {
  links_id_key: 'an id of its own, for rows with and without a workspace',
  links_pkey: 'a link that somebody opens names no workspace',
  logins_pkey: 'a provider that comes back with a state names no workspace',
  seat_links_pkey: 'a webhook that comes with a name names no workspace',
};

const tables = [...schema.matchAll(/^create table (\w+) \(\n([\s\S]*?)^\);/gm)]
  .map(([, name, body]) => ({ name: name!, lines: body!.split('\n') }))
  .filter(({ name }) => !shared.includes(name));

const constraints = tables.flatMap(({ lines }) =>
  lines.filter((line) => /^ {2}constraint /.test(line)),
);
const nameOf = (line: string) => /(?:constraint|UNIQUE INDEX) (\w+)/.exec(line)![1]!;
/** The columns in the first or, for an index, the only brackets. */
const firstColumn = (line: string) => /\((\w+)/.exec(line)![1];

it('every table of a tenant has its workspace', () => {
  expect(tables.length).toBeGreaterThan(40);
  const without = tables.filter(
    ({ lines }) => !lines.some((line) => line.startsWith('  workspace_id uuid not null')),
  );
  expect(without.map(({ name }) => name)).toEqual(Object.keys(partly));
});

it('every primary key and unique key of a tenant begins with its workspace', () => {
  const keys = constraints.filter((line) => /PRIMARY KEY|UNIQUE \(/.test(line));
  const indexes = schema
    .split('\n')
    .filter((line) => line.startsWith('CREATE UNIQUE INDEX'))
    .map((line) => line.replace(/ ON public\.\w+ USING btree/, ''));
  const others = [...keys, ...indexes].filter((line) => firstColumn(line) !== 'workspace_id');
  expect(others.map(nameOf).toSorted()).toEqual(Object.keys(exceptions).toSorted());
});

it('every foreign key of a tenant includes its workspace on both sides', () => {
  const foreign = constraints.filter((line) => line.includes('FOREIGN KEY'));
  expect(foreign.length).toBeGreaterThan(30);
  const both =
    /FOREIGN KEY \(workspace_id(, \w+)*\) REFERENCES (workspaces\(id\)|\w+\(workspace_id, )/;
  const others = foreign.filter((line) => !both.test(line));
  // Persons stand outside the tenants.
  expect(others.map(nameOf)).toEqual(['members_person_id_fkey']);
});

it('no foreign key empties the workspace of a row', () => {
  const emptying = constraints.filter((line) => /ON (DELETE|UPDATE) SET NULL/.test(line));
  // The list of columns leaves the workspace as it is.
  const only = emptying.filter((line) => !/SET NULL \((status|assignee)_id\)/.test(line));
  expect(only).toEqual([]);
  expect(emptying.map(nameOf)).toEqual([
    'leads_workspace_id_assignee_id_fkey',
    'leads_workspace_id_status_id_fkey',
    'threads_workspace_id_assignee_id_fkey',
  ]);
});
