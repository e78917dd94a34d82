import { expect, test } from 'vitest';
import { addCampaign, addPeople, addSender } from '../../test/factories/rows.ts';
import { addWorkspace, testDatabase } from '../../test/fixtures/database.ts';
import { findOverlaps, overlapsAmong } from './campaigns/overlaps.ts';
import { appendEvents, readEvents } from './events.ts';
import { targetByMessage } from './inbound/targets.ts';
import { listProspects } from './people/roster.ts';
import { findSuppressed, insertSuppressions, listSuppressions } from './people/suppressions.ts';
import { reserve } from './sending/reserve.ts';

const database = await testDatabase();
const { db, clock, services, workspaceId } = database;
const at = clock.now();
const other = { ...database, ...(await addWorkspace(db, at)) };
const both = [database, other];

test('what another workspace suppresses is not suppressed here', async () => {
  const ann = { kind: 'email', value: 'ann@people.test' } as const;
  await insertSuppressions(db, other.workspaceId, { items: [{ ...ann, reason: 'theirs' }], at });
  expect(await findSuppressed(db, workspaceId, [ann])).toEqual(new Map());
  const page = { workspaceId, page: 1, limit: 10 };
  for (const q of [undefined, 'ann', 'people']) {
    expect(await listSuppressions(db, { ...page, q })).toEqual({ rows: [], total: 0 });
    const theirs = await listSuppressions(db, { ...page, q, workspaceId: other.workspaceId });
    expect(theirs.total).toBe(1);
  }
});

test('events are read of one workspace, though another has the same numbers', async () => {
  for (const one of both) {
    const log = { workspaceId: one.workspaceId, at, actor: one.workspaceId };
    await appendEvents(db, log, [{ kind: 'campaign.launched' }, { kind: 'campaign.paused' }]);
  }
  for (const one of both) {
    const span = { workspaceId: one.workspaceId, from: 0, to: 9, newest: false, limit: 9 };
    for (const filter of [{}, { kinds: ['campaign.launched', 'campaign.paused'] }]) {
      const { rows: events } = await readEvents(db, { ...span, ...filter });
      expect(events.map(({ actor }) => actor)).toEqual([one.workspaceId, one.workspaceId]);
    }
  }
});

test('a mail that names a message of another workspace has no target here', async () => {
  const sender = await addSender(db, other);
  const campaign = await addCampaign(other, 'active');
  const [prospectId] = await addPeople(db, other, campaign, [{}]);
  const id = services.newId();
  const touch = {
    messageId: id,
    campaignId: campaign,
    prospectId: prospectId!,
    nodeId: services.newId(),
    senderId: sender,
    touch: 'email',
    subject: '',
    text: '',
    html: null,
    channelKey: id,
    at,
    noted: false,
  };
  const wanted = { workspaceId: other.workspaceId, deadlineMs: 1000, reservations: [touch] };
  await reserve(db, wanted);
  const mine = await addSender(db, database);
  expect(await targetByMessage(db, { workspaceId, senderId: mine }, [id])).toBeNull();
  const theirs = { workspaceId: other.workspaceId, senderId: sender };
  expect(await targetByMessage(db, theirs, [id])).toMatchObject({ prospectId });
});

/** Campaigns with the same ids in both workspaces, as a copy of a workspace has them. */
async function addTwins(ids: readonly string[]): Promise<void> {
  const rows = both.flatMap((one) =>
    ids.map((id) => ({
      workspace_id: one.workspaceId,
      id,
      member_id: one.memberId,
      type: 'email',
      name: id,
      status: 'active',
      launched_at: at,
      created_at: at,
      updated_at: at,
    })),
  );
  await db.insertInto('campaigns').values(rows).execute();
}

test('one identity in one campaign of two workspaces is two people', async () => {
  const identity = 'ann@people.test';
  const [first, second] = [services.newId(), services.newId()];
  await addTwins([first, second]);
  const [mine] = await addPeople(db, database, second, [{ identity }]);
  const [theirs] = await addPeople(db, other, second, [{ identity }]);
  const page = { campaignId: second, offset: 0, limit: 9 };
  for (const prefix of [undefined, 'ann'])
    for (const [one, id] of [
      [database, mine],
      [other, theirs],
    ] as const) {
      const { rows: found } = await listProspects(db, {
        ...page,
        workspaceId: one.workspaceId,
        prefix,
      });
      expect(found.map((row) => row.id)).toEqual([id]);
    }
  // The other workspace has the same person in its first campaign too, which has the prior claim.
  await addPeople(db, other, first, [{ identity }]);
  const asked = { campaignId: second, identity };
  const overlaps = async (workspace: string, prospectId: string) =>
    (await overlapsAmong(db, workspace, [{ ...asked, prospectId }])).size;
  expect(await overlaps(workspaceId, mine!)).toBe(0);
  expect(await overlaps(other.workspaceId, theirs!)).toBe(1);
  const found = await findOverlaps(db, { workspaceId, campaignId: second, type: 'email' }, 9);
  expect(found.count).toBe(0);
});
