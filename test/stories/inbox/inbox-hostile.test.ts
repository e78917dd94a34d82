import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Operation } from '../../../src/operation.ts';
import { inboxRoutes } from '../../../src/surfaces/inboxapp/index.ts';
import { describeMembers, splitRoute } from '../../../src/surfaces/members.ts';
import { idleChannel } from '../../factories/rows.ts';
import { hostile, pathsOf, replaced, sample } from '../../factories/schema-values.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { bare, inboxSteps, twoSteps } from '../../fixtures/inbox-api.ts';

const database = await testDatabase({ channels: [idleChannel('x')] });
const { as } = testApi(database.services, { inboxWindows: [{ limit: 1_000_000, ms: 60_000 }] });
const send = await as(database);
const { ok, account, createReady } = inboxSteps(send, database);
const marker = '"@@hostile@@"';

/** Makes the resources that the ids of a path name, for each route again. */
async function createNamed(): Promise<Record<string, string>> {
  const { id: campaignId } = await createReady();
  const { id: listId } = await ok('POST /lists', { name: 'Hostile' });
  const { id } = await ok('POST /tags', { name: `Hostile ${campaignId}` });
  const column = await ok(`POST /campaigns/v2/${campaignId}/columns`, { name: 'City' });
  return {
    campaignId,
    listId,
    id,
    columnId: column.id,
    identifier: 'jane',
    platformId: 'jane',
    memberId: bare(database.memberId),
  } as Record<string, string>;
}

/** Values that a plausible request needs and that JSON Schema cannot describe. */
async function plausibleValues(): Promise<Record<string, unknown>> {
  const variation = {
    type: 'variation',
    options: ['a', [{ type: 'variable', name: 'company', fallback: 'x' }]],
  };
  return {
    accountLinkIds: [bare(await account())],
    scheduleTimezone: 'UTC',
    color: 'red',
    name: `Hostile ${database.services.newId()}`,
    steps: [...twoSteps, { type: 'message', data: { segments: [variation] } }],
    leads: [{ username: 'sam', platform: 'twitter', data: {} }],
    scheduleHours: { 1: { start: 540, end: 1020, windows: [{ start: 540, end: 1020 }] } },
  };
}

type Attack = {
  operation: Operation;
  target: readonly (string | number)[];
  input: Record<string, unknown>;
  text: string;
};

/**
 * Every place of an otherwise plausible input, each with every hostile value; at most 200 of them,
 * the same each time.
 */
function attacksOn(operation: Operation, known: Record<string, unknown>): Attack[] {
  const members = describeMembers(operation);
  const targets = members.flatMap((aimed): Omit<Attack, 'text'>[] => {
    const wanted = members.filter((member) => member.required || member === aimed);
    const input = Object.fromEntries(
      wanted.map(({ name, schema }) => [
        name,
        known[name] ?? sample(schema, { name, full: name === aimed.name }),
      ]),
    );
    return pathsOf(input[aimed.name], [aimed.name]).map((target) => ({ operation, target, input }));
  });
  if (targets.length === 0) targets.push({ operation, target: ['stray'], input: {} });
  const all = targets.flatMap((target) => hostile.map((text) => ({ ...target, text })));
  if (all.length <= 200) return all;
  return (
    fc.sample(fc.shuffledSubarray(all, { minLength: 200, maxLength: 200 }), {
      numRuns: 1,
      seed: 20_260_302,
    })[0] ?? []
  );
}

async function attack({ operation, target, input, text }: Attack): Promise<void> {
  const { method, path } = splitRoute(operation);
  const spoiled = replaced(input, target, '@@hostile@@') as Record<string, unknown>;
  const json = (value: unknown) => JSON.stringify(value).replace(marker, () => text);
  const inUrl = (value: unknown) =>
    encodeURIComponent(
      value === '@@hostile@@'
        ? text.replace(/^"|"$/g, '').toWellFormed().slice(0, 2000)
        : String(value),
    );
  const url = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => inUrl(spoiled[name]));
  const rest = Object.entries(spoiled).filter(([name]) => !path.includes(`{${name}}`));
  const query =
    method === 'GET' && rest.length > 0
      ? `?${rest.map(([name, value]) => `${name}=${inUrl(value)}`).join('&')}`
      : '';
  const body = method === 'GET' ? undefined : json(Object.fromEntries(rest));
  const answer = await send(
    `${method} ${url}${query}`,
    body,
    body === undefined ? {} : { 'content-type': 'application/json' },
  );
  const request = `${method} ${url.slice(0, 200)}${query.slice(0, 200)}`;
  const exchange = `${request} ${body?.slice(0, 400) ?? ''} -> ${answer.text.slice(0, 400)}`;
  expect(answer.status, exchange).toBeLessThan(500);
  if (answer.status >= 400)
    expect(answer.body, exchange).toEqual({
      error: { code: expect.any(String), message: expect.any(String), status: answer.status },
    });
}

it.each(inboxRoutes.map((operation) => [operation.route, operation] as const))(
  '%s never breaks on hostile input',
  async (_route, operation) => {
    const known = { ...(await plausibleValues()), ...(await createNamed()) };
    for (const each of attacksOn(operation, known)) await attack(each);
  },
);

it.each([
  '%',
  '%zz',
  'a%00',
  '?cursor[=1',
  '?cursor[id]=1&cursor=2',
  '?a[b][c][d][e][f]=1',
  '?__proto__[x]=1',
  '?limit=1&limit=2',
  '?limit[]=1',
])('GET /campaigns/v2%s never breaks on a hostile address', async (tail) => {
  const answer = await send(`GET /api/v1/campaigns/v2${tail.startsWith('?') ? '' : '/'}${tail}`);
  expect(answer.status).toBeLessThan(500);
  if (answer.status >= 400)
    expect(answer.body).toEqual({
      error: { code: expect.any(String), message: expect.any(String), status: answer.status },
    });
});
