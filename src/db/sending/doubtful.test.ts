import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { addCampaign, addPeople, addSender } from '../../../test/factories/rows.ts';
import { addWorkspace, testDatabase } from '../../../test/fixtures/database.ts';
import type { Db } from '../database.ts';
import { awaitSecondLook, takeDoubtful } from './ledger.ts';

const database = await testDatabase({ scoped: true });
const { db, services, workspaceId, clock } = database;
const sandbox = await addWorkspace(db, clock.now());
await sql`update workspaces set mode = 'sandbox', clock_at = ${clock.now()}
  where id = ${sandbox.workspaceId}`.execute(db);

const place = async (tenant: typeof sandbox) => ({
  ...tenant,
  senderId: await addSender(db, tenant),
  campaignId: await addCampaign({ ...database, ...tenant }, 'active'),
});
const here = await place(database);
const elsewhere = await place(sandbox);

beforeEach(() => sql`delete from messages`.execute(db));

/** A reserved message whose deadline was over some seconds ago. Returns its id. */
async function addReserved(overdueS: number, given: object = {}, at = here): Promise<string> {
  const id = services.newId();
  const [prospectId] = await addPeople(db, at, at.campaignId, [{ person_key: 'key of ann' }]);
  const row = {
    workspace_id: at.workspaceId,
    campaign_id: at.campaignId,
    sender_id: at.senderId,
    prospect_id: prospectId!,
    node_id: services.newId(),
    touch: 'email',
    state: 'reserved',
    channel_key: `<${id}@sender.test>`,
    attempts: 1,
    reserved_at: clock.now(),
    created_at: clock.now(),
    updated_at: clock.now(),
  };
  await db
    .insertInto('messages')
    .values({ id, ...row, ...given })
    .execute();
  await sql`update messages set deadline_at = clock_timestamp() - ${overdueS} * interval '1 second'
    where workspace_id = ${at.workspaceId} and id = ${id}`.execute(db);
  return id;
}

type Take = Partial<Parameters<typeof takeDoubtful>[1]>;
const nobody = { senders: [], workspaces: [] };
const take = (given: Take = {}, by: Db = db) =>
  takeDoubtful(by, { scope: 'live', settleMs: 20_000, busy: nobody, limit: 50, ...given });
const taken = async (given: Take = {}, by: Db = db) =>
  (await take(given, by)).map(({ messageId }) => messageId);
const setAgo = (column: 'asked_at' | 'confirm_at', seconds: number) =>
  sql`update messages set ${sql.ref(column)} = clock_timestamp() - ${seconds} * interval '1 second'
    where workspace_id = ${workspaceId}`.execute(db);

test('a message is in doubt once its deadline has settled, the longest overdue first', async () => {
  await addReserved(10);
  const [late, later] = [await addReserved(30), await addReserved(60)];
  for (const state of ['draft', 'sent', 'failed', 'unknown', 'skipped'])
    await addReserved(60, { state });
  expect(await taken({ limit: 1 })).toEqual([later]);
  expect(await taken()).toEqual([late]);
});

test('a message that is asked about is left alone for a minute', async () => {
  const id = await addReserved(60);
  expect([await taken(), await taken()]).toEqual([[id], []]);
  await setAgo('asked_at', 40);
  expect(await taken()).toEqual([]);
  await setAgo('asked_at', 61);
  expect(await taken()).toEqual([id]);
});

test('a second look comes when it is due, for the attempt that is still open alone', async () => {
  const id = await addReserved(60);
  const [first] = await take();
  expect(first).toMatchObject({ messageId: id, attempt: 1, seenAbsent: false });
  await awaitSecondLook(db, { ...first!, attempt: 2 }, 0);
  expect(await taken()).toEqual([]);
  await awaitSecondLook(db, first!, 60_000);
  expect(await taken()).toEqual([]);
  await setAgo('confirm_at', 1);
  expect(await take()).toMatchObject([{ messageId: id, seenAbsent: true }]);
  await sql`update messages set state = 'sent', confirm_at = null
    where workspace_id = ${workspaceId}`.execute(db);
  await awaitSecondLook(db, first!, 0);
  const { rows } = await sql`select confirm_at from messages
    where workspace_id = ${workspaceId}`.execute(db);
  expect(rows).toEqual([{ confirm_at: null }]);
});

test('busy senders and workspaces are left for later', async () => {
  const id = await addReserved(60);
  const other = await addReserved(60, { sender_id: await addSender(db, database) });
  expect(await taken({ busy: { senders: [], workspaces: [workspaceId] } })).toEqual([]);
  expect(await taken({ busy: { senders: [here.senderId], workspaces: [] } })).toEqual([other]);
  expect(await taken()).toEqual([id]);
});

test('a sandbox takes its own at once, live workspaces none of a sandbox', async () => {
  await addReserved(60);
  const own = await addReserved(-60, {}, elsewhere);
  const settled = await addReserved(60, {}, elsewhere);
  expect(await taken()).not.toContain(settled);
  const scope = { sandbox: sandbox.workspaceId };
  expect((await taken({ scope })).toSorted()).toEqual([own, settled].toSorted());
  expect(await taken({ scope })).toHaveLength(2);
});

test('two workers that take at once get different messages, and neither waits', async () => {
  const ids = [await addReserved(80), await addReserved(60)];
  await db.transaction().execute(async (one) => {
    expect(await taken({ limit: 1 }, one)).toEqual([ids[0]]);
    expect(await taken()).toEqual([ids[1]]);
  });
});

test('the look begins with all that is known of the touch', async () => {
  const anHourAgo = new Date(clock.now().getTime() - 3_600_000);
  const known = { body_text: 'Hi', tries: 2, attempts: 3, doubted_at: anHourAgo };
  const id = await addReserved(60, known);
  const { prospect_id: prospectId } = (await db
    .selectFrom('messages')
    .select('prospect_id')
    .where('id', '=', id)
    .executeTakeFirst())!;
  const earlier = { prospect_id: prospectId, state: 'sent' };
  const at = (hours: number) => new Date(anHourAgo.getTime() - hours * 3_600_000);
  await addReserved(0, { ...earlier, thread_key: 'old', reserved_at: at(9) });
  await addReserved(0, { ...earlier, thread_key: 'new', reserved_at: at(5) });
  await addReserved(0, { ...earlier, reserved_at: at(1) });
  const sender_id = await addSender(db, database);
  await addReserved(0, { ...earlier, thread_key: 'other seat', reserved_at: at(0), sender_id });
  await addReserved(0, { state: 'sent', thread_key: 'other person', reserved_at: at(0) });
  const [message] = await take();
  expect(message).toMatchObject({
    messageId: id,
    threadKey: 'new',
    attempt: 3,
    tries: 2,
    text: 'Hi',
    channel: 'email',
    doubtedAt: anHourAgo,
    personKey: 'key of ann',
    dryRun: false,
  });
  expect(message!.overdueMs).toBeGreaterThanOrEqual(60_000);
});

test('doubt begins with the first attempt that may have gone out', async () => {
  const id = await addReserved(60);
  expect(await take()).toMatchObject([{ messageId: id, doubtedAt: clock.now(), text: '' }]);
});
