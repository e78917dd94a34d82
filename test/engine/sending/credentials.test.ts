import { sql } from 'kysely';
import { expect, it, vi } from 'vitest';
import { createXChannel } from '../../../src/channels/x/index.ts';
import { openAccounts } from '../../../src/engine/accounts/accounts.ts';
import { sealSecrets } from '../../../src/engine/accounts/mailboxes.ts';
import { openXFixture } from '../../fixtures/x.ts';

const fixture = await openXFixture();
const { x, services, db, workspaceId } = fixture;

const open = async (senderId: string) =>
  (await openAccounts(services, workspaceId, [senderId])).get(senderId)!;
const message = (to: string, text: string) => ({
  key: text,
  to,
  toName: null,
  touch: 'message',
  subject: '',
  text,
  html: null,
  date: services.clock.now(),
  thread: [],
  unsubscribeUrl: null,
  pixelUrl: null,
});
const soon = () => performance.now() + 10_000;
/** The channel of another process. */
const another = () => createXChannel(services.config, services.log, () => services.clock.now())!;

it('two processes that find an expired token renew it once', async () => {
  const sender = await fixture.connect('shared');
  x.addUser('reader');
  x.expire('shared');
  const before = x.calls('token');
  const sent = await Promise.all(
    ['one', 'two', 'three', 'four'].map(async (text) =>
      another().send(await open(sender), message('reader', text), soon()),
    ),
  );
  expect(sent.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  expect(x.calls('token')).toBe(before + 1);
  expect((await open(sender)).secrets).toEqual({
    access_token: x.state.grants.at(-1)!.access,
    refresh_token: x.state.grants.at(-1)!.refresh,
  });
});

it('a second renewal waits for the first and gets its result', async () => {
  const sender = await fixture.connect('queue');
  const waiting = async () => {
    const { rows } =
      await sql`select 1 from pg_locks where locktype = 'advisory' and not granted`.execute(db);
    expect(rows).toHaveLength(1);
  };
  const seen: unknown[] = [];
  let second: Promise<unknown> | undefined;
  const fresh = { access_token: 'first', refresh_token: 'made' };
  await (await open(sender)).renew!(async () => {
    second = (await open(sender)).renew!(async (stored) => {
      seen.push(stored);
      return null;
    });
    await vi.waitFor(waiting);
    return fresh;
  });
  await second;
  expect(seen).toEqual([fresh]);
});

it('renewed secrets are kept although the database goes away meanwhile', async () => {
  const sender = await fixture.connect('broken');
  const account = await open(sender);
  const renewed = await account.renew!(async (stored) => {
    expect(stored).toEqual(account.secrets);
    await sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()
      and pid in (select pid from pg_stat_activity where state = 'idle in transaction' and datname = current_database())`.execute(
      db,
    );
    return { access_token: 'new', refresh_token: 'newer' };
  });
  expect(renewed).toEqual({ access_token: 'new', refresh_token: 'newer' });
  expect((await open(sender)).secrets).toEqual(renewed);
});

it('a renewal does not overwrite secrets that the owner changed or removed meanwhile', async () => {
  const sender = await fixture.connect('owned');
  const account = await open(sender);
  const secrets = { access_token: 'given', refresh_token: 'by the owner' };
  const write = (credentials: string | null) =>
    db
      .updateTable('senders')
      .set({ credentials })
      .where('workspace_id', '=', workspaceId)
      .where('id', '=', sender)
      .execute();
  for (const given of [sealSecrets(services, { workspaceId, id: sender, secrets }), null]) {
    await account.renew!(async () => {
      await write(given);
      return { access_token: 'late', refresh_token: 'late' };
    });
    expect((await open(sender)).secrets).toEqual(given ? secrets : {});
  }
  const asked: unknown[] = [];
  const ask = async (stored: unknown) => {
    asked.push(stored);
    return null;
  };
  expect(await account.renew!(ask)).toEqual({});
  expect(asked, 'there is nothing to renew').toEqual([]);
});

it('a renewal without a result changes nothing', async () => {
  const sender = await fixture.connect('kept');
  const account = await open(sender);
  await expect(account.renew!(() => Promise.reject(new Error('X is away')))).rejects.toThrow(
    'X is away',
  );
  expect(await account.renew!(async () => null)).toEqual(account.secrets);
  expect((await open(sender)).secrets).toEqual(account.secrets);
});
