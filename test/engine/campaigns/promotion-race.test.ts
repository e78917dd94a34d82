import { expect, test } from 'vitest';
import type { SendResult } from '../../../src/channels/channel.ts';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { notDelivered } from '../../../src/engine/sending/dispatch.ts';
import { record } from '../../../src/engine/sending/record.ts';
import { type ReservedTouch, tick } from '../../../src/engine/sending/tick.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { promoteCampaign } from '../../../src/operations/campaigns/promote.ts';
import { createRevision } from '../../../src/operations/revisions/create.ts';
import { delayHours, hello, launchEmailCampaign, people } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readMessages, readProspects } from '../../fixtures/engine.ts';

const fixture = await openEmailFixture();
const { call, clock, db, services, workspaceId } = fixture;
const email = (subject: string) => ({ type: 'email', subject, body: `${subject}.` });
const subjects = (name: string) =>
  fixture.sink.messages.flatMap(({ to, headers }) =>
    to[0] === `${name}0@people.test` ? headers.subject : [],
  );

/** One prospect in a dry run that has begun. */
async function rehearse(name: string, nodes: Parameters<typeof launchEmailCampaign>[1]['nodes']) {
  const sender = await addMailbox(fixture, {
    address: `${name}@sender.test`,
    smtp: fixture.sink,
    dailyLimit: 500,
    minGapSeconds: 1,
  });
  const id = await launchEmailCampaign(fixture, {
    name,
    senders: [sender],
    nodes,
    people: people(1, name),
    settings: { dry_run: true },
  });
  return { id, run: { workspaceId, workerId: (await fixture.startWorker()).workerId, limit: 10 } };
}

test('a prospect starts over although its dry-run skip is recorded too late', async () => {
  const { id, run } = await rehearse('pass', [hello, delayHours(24), email('Second')]);
  await fixture.runFor(2 * hourMs);
  const [first, , second, end] = (await call(getCampaign, { id })).sequence_nodes.map(
    ({ id: own, type }) => ({ id: own, type }),
  );
  // The first touch comes again behind the second, and is skipped there.
  const moved = [
    { ...second, ...email('Second') },
    delayHours(5),
    { ...first, ...hello },
    delayHours(5),
    email('Third'),
    end,
  ];
  await call(createRevision, { id, sequence_nodes: moved });
  await fixture.runFor(2 * hourMs);
  clock.advanceMs(4 * hourMs);
  const { skipped } = await tick(services, run);
  expect(skipped).toMatchObject([{ reason: null }]);
  await call(promoteCampaign, { id });
  await record(services, workspaceId, { finished: [], skipped, lanes: [], workerId: run.workerId });
  expect(await readProspects(fixture, id)).toMatchObject([
    { status: 'pending', node_id: null, sender_id: null },
  ]);
  await fixture.runFor(2 * dayMs);
  expect(subjects('pass')).toEqual(['Second', 'Hello P0', 'Third']);
  expect(await readProspects(fixture, id)).toMatchObject([{ status: 'completed' }]);
  await fixture.checkLaws();
});

test('a dry run’s result for a text that is kept does not count for its real touch', async () => {
  const { id, run } = await rehearse('kept', [hello]);
  const stopped = await fixture.startWorker();
  const [dry] = (await tick(services, { ...run, workerId: stopped.workerId })).reserved;
  await stopped.die();
  // As if a model had written the text: the promotion keeps it, because it cost money.
  await db.updateTable('messages').set({ written: '{}' }).where('campaign_id', '=', id).execute();
  await call(promoteCampaign, { id });
  clock.advanceMs(hourMs);
  const [real] = (await tick(services, run)).reserved;
  expect(real).toMatchObject({ messageId: dry!.messageId, attempt: dry!.attempt, dryRun: false });
  const { workerId } = run;
  const tell = (reserved: ReservedTouch, result: SendResult) =>
    record(services, workspaceId, {
      finished: [{ reserved, result, at: clock.now() }],
      skipped: [],
      lanes: [real!.senderId],
      workerId,
    });
  await tell(dry!, { ok: true, response: notDelivered });
  expect(await readMessages(fixture, id)).toMatchObject([{ state: 'reserved' }]);
  await tell(real!, { ok: false, fault: { kind: 'temporary', code: '451', detail: 'Later' } });
  await fixture.runFor(hourMs);
  expect(subjects('kept')).toEqual(['Hello P0']);
  await fixture.checkLaws();
});
