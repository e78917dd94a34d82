import { expect, it } from 'vitest';
import { acknowledge } from '../../../src/engine/campaigns/acknowledge.ts';
import { scopes } from '../../../src/operation.ts';
import { operations } from '../../../src/operations/index.ts';
import { inboxRoutes } from '../../../src/surfaces/inboxapp/index.ts';
import { splitRoute } from '../../../src/surfaces/members.ts';
import { makeEverything } from '../../factories/everything.ts';
import { addSender, idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { bare } from '../../fixtures/inbox-api.ts';

const env = {
  POSTRIDER_AI_PROVIDER: 'openai-compatible',
  POSTRIDER_AI_API_KEY: 'unused',
  POSTRIDER_AI_MODEL: 'unused',
};
const database = await testDatabase({ channels: [idleChannel('email'), idleChannel('x')], env });
const { as } = testApi(database.services, { inboxWindows: [{ limit: 1_000_000, ms: 60_000 }] });
const admin = await as(database);
const own = await makeEverything(admin, database, database.db);

/** Anybody may call the others, or everybody about itself: test/stories/sign-in. */
const all = [...operations, ...inboxRoutes].flatMap((operation) => {
  const { route, scope } = operation;
  return scope === 'open' || scope === 'self' ? [] : [[route, { operation, scope }] as const];
});
/** Callers whose keys lack one scope, by that scope. */
const without = Object.fromEntries(
  await Promise.all(
    scopes.map(
      async (scope) =>
        [
          scope,
          await as(
            database,
            scope === 'admin'
              ? ['read', 'write', 'send']
              : scopes.slice(0, 3).filter((one) => one !== scope),
          ),
        ] as const,
    ),
  ),
);

/** A file, because an upload is asked about its scope once its form was read. */
const form = {
  text: [
    '--b',
    'content-disposition: form-data; name="file"; filename="x.csv"',
    '',
    'email',
    '--b--',
    '',
  ].join('\r\n'),
  headers: { 'content-type': 'multipart/form-data; boundary=b' },
};

it.each(all)(
  '%s is refused to a key without its scope before anything else is checked',
  async (_route, { operation, scope }) => {
    const { method, path } = splitRoute(operation);
    const url = path.replaceAll(/\{\w+\}/g, own.campaign);
    const upload = operation.body === 'upload' ? ([form.text, form.headers] as const) : [];
    const answer = await without[scope]!(`${method} ${url}`, ...upload);
    const code = path.startsWith('/api/v1/')
      ? { error: { code: 'FORBIDDEN' } }
      : { code: 'auth.scope' };
    expect(answer, answer.text).toMatchObject({ status: 403, body: code });
  },
);

it('every request that makes a running campaign send needs the scope to send', async () => {
  const writer = await as(database, ['read', 'write']);
  const at = { actor: 'test', now: database.clock.now() };
  await acknowledge(database.db, { ...database, ...at, type: 'x' });
  const onX = bare(await addSender(database.db, database, { type: 'x' }));
  await admin(`POST /api/v1/campaigns/v2/${own.inbox}/leads`, {
    platform: 'twitter',
    usernames: ['jane'],
  });
  expect((await admin(`POST /api/v1/campaigns/v2/${own.inbox}/enable`)).status).toBe(200);
  const before = (await admin(`GET /api/v1/campaigns/v2/${own.inbox}`)).body.accountLinkIds;
  const forbidden = { status: 403 };
  expect(
    await writer(`PATCH /api/v1/campaigns/v2/${own.inbox}`, { accountLinkIds: [onX] }),
  ).toMatchObject(forbidden);
  expect((await admin(`GET /api/v1/campaigns/v2/${own.inbox}`)).body.accountLinkIds).toEqual(
    before,
  );
  expect((await writer(`POST /api/v1/campaigns/v2/${own.inbox}/disable`)).status).toBe(200);
  expect(await writer(`POST /api/v1/campaigns/v2/${own.inbox}/enable`)).toMatchObject(forbidden);
  expect((await admin(`PATCH /api/campaigns/${own.campaign}`, { dry_run: true })).status).toBe(200);
  expect((await admin(`POST /api/campaigns/${own.campaign}/launch`)).status).toBe(200);
  for (const [route, body] of [
    ['promote', {}],
    ['resume', {}],
    ['senders', { sender_account_ids: [own.sender] }],
  ] as const)
    expect(await writer(`POST /api/campaigns/${own.campaign}/${route}`, body)).toMatchObject(
      forbidden,
    );
  const flipped = await writer(`PATCH /api/campaigns/${own.campaign}`, { dry_run: false });
  expect(flipped).toMatchObject({
    status: 200,
    body: { campaign: { dry_run: true }, warnings: [{ pointer: '/dry_run' }] },
  });
});

it('a key without the scope gets no replay of an answer by its Idempotency-Key', async () => {
  const headers = { 'idempotency-key': 'shared' };
  const made = await admin('POST /api/keys', { name: 'secret' }, headers);
  expect(made.status).toBe(201);
  expect(await without.admin!('POST /api/keys', { name: 'secret' }, headers)).toMatchObject({
    status: 403,
  });
  expect((await admin('POST /api/keys', { name: 'secret' }, headers)).text).toBe(made.text);
});
