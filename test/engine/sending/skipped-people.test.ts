import { expect, test } from 'vitest';
import { hourMs } from '../../../src/domain/time.ts';
import { record } from '../../../src/engine/sending/record.ts';
import { tick } from '../../../src/engine/sending/tick.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { createRevision } from '../../../src/operations/revisions/create.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
import { delayHours, hello, launchEmailCampaign, people } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { expectEach, mailsByRecipient, openEmailFixture } from '../../fixtures/email.ts';
import { readProspects } from '../../fixtures/engine.ts';

const fixture = await openEmailFixture();
const { call, clock, services, workspaceId } = fixture;
const email = (subject: string) => ({ type: 'email', subject, body: `${subject}.` });

test('a prospect goes on after a skip that is recorded after its lane’s next plan', async () => {
  const sender = await addMailbox(fixture, {
    address: 'pass@sender.test',
    smtp: fixture.sink,
    dailyLimit: 500,
    minGapSeconds: 1,
  });
  const roster = people(1, 'pass');
  const nodes = [hello, delayHours(24), email('Second')];
  const id = await launchEmailCampaign(fixture, {
    name: 'Passing',
    senders: [sender],
    nodes,
    people: roster,
  });
  await fixture.runFor(2 * hourMs);
  // The first touch comes again behind the second, and is skipped there; a third comes after it.
  const [first, delay, second, end] = (await call(getCampaign, { id })).sequence_nodes.map(
    ({ id: own, type }) => ({ id: own, type }),
  );
  const moved = [
    { ...second, ...email('Second') },
    delayHours(5),
    { ...first, ...hello },
    { ...delay, delay_hours: 24 },
    email('Third'),
    end,
  ];
  await call(createRevision, { id, sequence_nodes: moved });
  await fixture.runFor(2 * hourMs);
  expect(await readProspects(fixture, id)).toMatchObject([{ hold: null, node_id: first!.id }]);
  clock.advanceMs(4 * hourMs);
  const worker = await fixture.startWorker();
  const run = { workspaceId, workerId: worker.workerId, limit: 10 };
  const { skipped } = await tick(services, run);
  expect(skipped).toHaveLength(1);
  expect((await tick(services, run)).lanes).toBe(1);
  const batch = { finished: [], skipped, lanes: [], workerId: worker.workerId };
  const mark = (hold: string | null) =>
    fixture.pool.query('update prospects set hold = $1 where campaign_id = $2', [hold, id]);
  const marked = (await readProspects(fixture, id))[0]!;
  // The person is no longer marked: the reason to skip them is stale.
  await mark(null);
  await record(services, workspaceId, batch);
  expect(await readProspects(fixture, id)).toMatchObject([{ node_id: marked.node_id, hold: null }]);
  await mark(marked.hold);
  await record(services, workspaceId, batch);
  await fixture.runFor(26 * hourMs);
  expectEach(fixture, roster, 3);
  expect(await readProspects(fixture, id)).toMatchObject([{ status: 'completed' }]);
  await fixture.checkLaws();
});

test('a place that a skipped prospect left in a daily limit is taken the same day', async () => {
  const senders = await Promise.all(
    ['a', 'b'].map((name) =>
      addMailbox(fixture, {
        address: `${name}@place.test`,
        smtp: fixture.sink,
        dailyLimit: 500,
        minGapSeconds: 1,
      }),
    ),
  );
  const roster = people(2, 'place');
  const id = await launchEmailCampaign(fixture, {
    name: 'One place',
    senders,
    nodes: [hello, delayHours(24), email('Second')],
    people: roster,
    settings: { daily_limit: 2 },
  });
  await fixture.runFor(hourMs);
  const mails = () => roster.map(({ email }) => mailsByRecipient(fixture)[email]);
  expect(mails()).toEqual([1, 1]);
  await call(updateCampaign, { id, daily_limit: 1 });
  clock.advanceMs(26 * hourMs);
  // Both lanes are due; the first one of the tick gets the place, and its prospect is skipped.
  const { rows } = await fixture.pool.query<{ email: string }>(
    `update lanes l set next_at = $1 from prospects p where p.campaign_id = $2
      and p.sender_id = l.sender_id returning p.email, l.sender_id`,
    [clock.now(), id],
  );
  const first = await fixture.pool.query<{ email: string }>(
    'select email from prospects where campaign_id = $1 order by sender_id limit 1',
    [id],
  );
  expect(rows).toHaveLength(2);
  const skipped = first.rows[0]!.email;
  await call(addSuppressions, { items: [{ kind: 'email', value: skipped }] });
  await fixture.runFor(2 * hourMs);
  expect(mails()).toEqual(roster.map(({ email }) => (email === skipped ? 1 : 2)));
  await fixture.checkLaws();
});

test('a campaign completes when the last of its people is skipped', async () => {
  const sender = await addMailbox(fixture, {
    address: 'last@place.test',
    smtp: fixture.sink,
    minGapSeconds: 1,
  });
  const roster = people(1, 'last');
  const id = await launchEmailCampaign(fixture, {
    name: 'Last one',
    senders: [sender],
    nodes: [hello],
    people: roster,
  });
  await call(addSuppressions, { items: [{ kind: 'email', value: roster[0]!.email }] });
  await fixture.runFor(hourMs);
  expect(await readProspects(fixture, id)).toMatchObject([{ status: 'skipped' }]);
  expect(await call(getCampaign, { id })).toMatchObject({ campaign: { status: 'completed' } });
});
