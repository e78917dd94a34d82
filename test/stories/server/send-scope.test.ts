import { expect, it } from 'vitest';
import type { Operation } from '../../../src/operation.ts';
import { operations } from '../../../src/operations/index.ts';
import { inboxRoutes } from '../../../src/surfaces/inboxapp/index.ts';
import { describeMembers, splitRoute } from '../../../src/surfaces/members.ts';
import { sample } from '../../factories/schema-values.ts';
import { bare } from '../../fixtures/inbox-api.ts';
import { attacks, brakes, requestFor } from './send-scope/requests.ts';
import { as, openWorld, settle, type World } from './send-scope/world.ts';

const csv = { 'content-type': 'text/csv' };
const headersFor = (route: string) => (route.endsWith('/leads/import') ? csv : {});

it.each(attacks)(
  '%s is refused to a key without send once the campaign is launched',
  async (route, attack) => {
    const world = await openWorld();
    const before = await world.state();
    const request = requestFor(route, world, attack);
    const writer = await as(world.tenant, ['read', 'write']);
    const refused = await writer(request.route, request.body, headersFor(route));
    expect(refused.status, refused.text).toBe(403);
    expect(refused.text).toContain('needs a key with the scope \\"send\\": ');
    await settle();
    expect(await world.state()).toEqual(before);
    const sender = await as(world.tenant, ['read', 'write', 'send']);
    const allowed = await sender(request.route, request.body, headersFor(route));
    expect(allowed.status, 'the scope is all that was missing').not.toBe(403);
  },
);

const ofWrite = [...operations, ...inboxRoutes].filter((operation) => operation.scope === 'write');

/** Members that are ids, by name, for requests that are made up from the schema. */
function idFor(name: string, path: string, world: World): string | undefined {
  const nouns: [RegExp, string][] = [
    [/^prospect_?[iI]d$/, world.paused],
    [/^automationId$/, world.automation],
    [/^columnId$/, world.column],
    [/^(list_?[iI]d)$/, world.feeding],
    [/^accountId$|^account_id$/, world.seat],
    [/^senderId$/, world.mailbox],
  ];
  const named = nouns.find(([pattern]) => pattern.test(name))?.[1];
  if (named || name !== 'id') return named;
  if (path.includes('/leads') && !path.includes('campaigns')) return world.mute;
  if (path.includes('/lists')) return world.feeding;
  if (path.includes('/email')) return world.mailbox;
  if (path.includes('/x/')) return world.x;
  if (path.includes('/accounts')) return world.mailbox;
  return world.campaign;
}

function madeUp(operation: Operation, world: World, { full }: { full: boolean }) {
  const { method, path } = splitRoute(operation);
  const members = describeMembers(operation).filter((member) => full || member.required);
  const spell = (id: string) => (path.includes('/v1/') ? bare(id) : id);
  const input = Object.fromEntries(
    members.map(({ name, schema }) => {
      const id = idFor(name.replace('campaignId', 'id'), path, world);
      return [name, id ? spell(id) : sample(schema, { name, full })];
    }),
  );
  const url = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => String(input[name]));
  const rest = Object.entries(input).filter(([name]) => !path.includes(`{${name}}`));
  return { route: `${method} ${url}`, body: Object.fromEntries(rest) };
}

let shared: World | null = null;

it.each(ofWrite.map((operation) => [operation.route, operation] as const))(
  '%s with a key without send reserves no message and makes no person due',
  async (_route, operation) => {
    for (const full of [false, true]) {
      shared ??= await openWorld();
      const before = await shared.state();
      const writer = await as(shared.tenant, ['read', 'write']);
      const { route, body } = madeUp(operation, shared, { full });
      const isStream = operation.body === 'stream';
      await writer(route, isStream ? 'email\nnew@people.test\n' : body, isStream ? csv : {});
      await settle();
      const after = await shared.state();
      expect(before.reserved).toEqual(expect.arrayContaining(after.reserved));
      expect(before.due).toEqual(expect.arrayContaining(after.due));
      const isSpent = after.due.length < before.due.length || route.startsWith('DELETE ');
      if (isSpent) shared = null;
    }
  },
);

it.each(brakes)('%s that lets less go out needs no more than write', async (route, attack) => {
  const world = await openWorld();
  const request = requestFor(route, world, attack);
  const answer = await (await as(world.tenant, ['write']))(request.route, request.body);
  expect(answer.status, answer.text).toBeLessThan(300);
});
