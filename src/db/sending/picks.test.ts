import { expect, test } from 'vitest';
import { addCampaign, addPeople, addSender } from '../../../test/factories/rows.ts';
import { testDatabase } from '../../../test/fixtures/database.ts';
import type { Db } from '../database.ts';
import { type Picked, pickDue, pickPool } from './picks.ts';

const database = await testDatabase({ scoped: true, lockMs: 2_000 });
const { db, services, workspaceId, clock } = database;
const now = clock.now();
const senderId = await addSender(db, database);
const campaignId = await addCampaign(database, 'active');
const nodeId = services.newId();

/** What two transactions pick, the second while the first is not committed yet. */
const inTurn = (pick: (by: Db) => Promise<Picked[]>) =>
  db.transaction().execute(async (one) => [await pick(one), await pick(db)] as const);

test('two workers that pick from one pool at once get different people', async () => {
  const pool = await addCampaign(database, 'active');
  const ids = await addPeople(db, database, pool, [{}, {}, {}, {}]);
  const pick = (by: Db) =>
    pickPool(by, workspaceId, [{ campaignId: pool, zone: '', upTo: null, count: 2 }]);
  const [one, two] = await inTurn(pick);
  const picked = [...one, ...two].map(({ id }) => id);
  expect(new Set(picked)).toEqual(new Set(ids));
});

test('two workers that pick the same due people at once get different people', async () => {
  const at = { status: 'sent', sender_id: senderId, node_id: nodeId, anchor_at: now };
  const ids = await addPeople(db, database, campaignId, [at, at, at, at]);
  const due = { campaignId, senderId, nodeId, zone: '', dueBefore: now, count: 2 };
  const pick = (by: Db) => pickDue(by, workspaceId, [due]);
  const [one, two] = await inTurn(pick);
  expect(new Set([...one, ...two].map(({ id }) => id))).toEqual(new Set(ids));
});

test('the pool gives nobody who is held, has a sender or has ended', async () => {
  const pool = await addCampaign(database, 'active');
  const [free] = await addPeople(db, database, pool, [{}]);
  await addPeople(db, database, pool, [
    { hold: 'paused' },
    { sender_id: senderId },
    { status: 'cancelled' },
    { local_zone: 'Asia/Tokyo' },
  ]);
  const [beyond] = await addPeople(db, database, pool, [{}]);
  const pick = async (upTo: string | null) =>
    (await pickPool(db, workspaceId, [{ campaignId: pool, zone: '', upTo, count: 9 }])).map(
      ({ id }) => id,
    );
  expect(await pick(null)).toEqual([free, beyond]);
  expect(await pick(free!)).toEqual([free]);
});

test('only people whose anchor has come are due, the instant itself included', async () => {
  const node = services.newId();
  const at = { status: 'sent', sender_id: senderId, node_id: node };
  const later = new Date(now.getTime() + 1);
  const [due] = await addPeople(db, database, campaignId, [
    { ...at, anchor_at: now },
    { ...at, anchor_at: later },
    { ...at, anchor_at: now, hold: 'paused' },
    { ...at, anchor_at: now, local_zone: 'Asia/Tokyo' },
    { ...at, anchor_at: now, sender_id: services.newId() },
    { ...at, anchor_at: now, node_id: services.newId() },
  ]);
  const picked = await pickDue(db, workspaceId, [
    { campaignId, senderId, nodeId: node, zone: '', dueBefore: now, count: 9 },
  ]);
  expect(picked.map(({ id }) => id)).toEqual([due]);
});

test('each question has its own people, in the order of their anchors or of the pool', async () => {
  const [node, pool] = [services.newId(), await addCampaign(database, 'active')];
  const at = { status: 'sent', sender_id: senderId, node_id: node };
  const early = new Date(now.getTime() - 1);
  const [late, first] = await addPeople(db, database, campaignId, [
    { ...at, anchor_at: now },
    { ...at, anchor_at: early },
  ]);
  const due = { campaignId, senderId, nodeId: node, zone: '', dueBefore: now, count: 9 };
  const nobody = { ...due, nodeId: services.newId() };
  const picked = await pickDue(db, workspaceId, [nobody, due]);
  expect(picked.map(({ pick, id }) => [pick, id])).toEqual([
    [1, first],
    [1, late],
  ]);
  const ids = await addPeople(db, database, pool, [{}, {}]);
  const all = { campaignId: pool, zone: '', upTo: null, count: 9 };
  const pooled = await pickPool(db, workspaceId, [{ ...all, zone: 'Asia/Tokyo' }, all]);
  expect(pooled.map(({ pick, id }) => [pick, id])).toEqual(ids.map((id) => [1, id]));
});
