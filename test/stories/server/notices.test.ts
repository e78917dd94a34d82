import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, expect, it } from 'vitest';
import { appendEvents } from '../../../src/db/events.ts';
import type { EventKind } from '../../../src/domain/people/event.ts';
import { reseal } from '../../../src/engine/accounts/keyring.ts';
import { tellNotices } from '../../../src/engine/notices.ts';
import { getSettings } from '../../../src/operations/settings/get.ts';
import { updateSettings } from '../../../src/operations/settings/update.ts';
import { createVault } from '../../../src/vault.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase();
const { db, clock, workspaceId, services } = test;
const { call, fail } = createCaller(services, test);

/** A chat that takes posts, as Slack's incoming webhooks do. */
const posts: string[] = [];
let status = 200;
const chat = createServer(async (request: IncomingMessage, response) => {
  posts.push((JSON.parse(await text(request)) as { text: string }).text);
  response.writeHead(status).end('ok');
});
chat.listen(0, '127.0.0.1');
await once(chat, 'listening');
afterAll(() => chat.close());
const url = `http://127.0.0.1:${(chat.address() as AddressInfo).port}/services/T0/B0/secret`;

const happen = (kind: EventKind, reason: string) =>
  appendEvents(db, { workspaceId, at: clock.now(), actor: 'engine' }, [{ kind, data: { reason } }]);
const config = { ...services.config, mailHosts: 'any' as const };

it('what needs somebody is told in a chat, later again when it fails, and once', async () => {
  await happen('campaign.paused', 'before');
  const set = await call(updateSettings, { notify_url: url });
  expect(set.notifications).toMatchObject({ host: new URL(url).host, error: null });
  expect(JSON.stringify(set)).not.toContain('secret');
  await happen('message.sent', 'no news');
  await happen('campaign.paused', 'bounce_rate');
  status = 500;
  expect(await tellNotices({ ...services, config })).toBe(0);
  expect((await call(getSettings, {})).notifications?.error).toBe('The chat answered 500.');
  status = 200;
  posts.length = 0;
  expect(await tellNotices({ ...services, config })).toBe(0);
  clock.advanceMs(2 * 60_000);
  expect(await tellNotices({ ...services, config })).toBe(1);
  clock.advanceMs(2 * 60_000);
  expect(await tellNotices({ ...services, config })).toBe(0);
  expect(posts).toEqual(['"null" is paused: bounce_rate.']);
  await call(updateSettings, { notify_on: ['campaign.completed'] });
  await happen('campaign.paused', 'refused');
  expect(await tellNotices({ ...services, config })).toBe(0);
  await call(updateSettings, { notify_url: null });
  expect((await call(getSettings, {})).notifications).toBeNull();
});

it('a server that others reach tells nothing to addresses of its own network', async () => {
  await call(updateSettings, { notify_url: url });
  await happen('campaign.paused', 'bounce_rate');
  posts.length = 0;
  const closed = { ...services.config, mailHosts: 'public' as const };
  expect(await tellNotices({ ...services, config: closed })).toBe(0);
  expect(posts).toEqual([]);
  expect((await call(getSettings, {})).notifications?.error).toMatch(/not at a public address/);
});

it('another master key opens the address of the chat once it is sealed anew', async () => {
  const vault = createVault(Buffer.alloc(32, 7));
  await reseal(db, services.vault, vault);
  clock.advanceMs(2 * 60 * 60_000);
  posts.length = 0;
  expect(await tellNotices({ ...services, config, vault })).toBe(1);
  expect(posts).toHaveLength(1);
});

it.each(['file:///etc/passwd', 'chat', 'https://user:pass@chat.test/'])(
  '%s is no address of a chat',
  async (notify_url) =>
    expect(await fail(updateSettings, { notify_url })).toMatchObject({ status: 400 }),
);
