import { expect, test } from 'vitest';
import { record } from '../../../src/engine/sending/record.ts';
import { tick } from '../../../src/engine/sending/tick.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { createRevision } from '../../../src/operations/revisions/create.ts';
import { addMailbox, launchEmailCampaign } from '../../factories/campaigns.ts';
import {
  delayHours,
  expectEach,
  hello,
  hour,
  openEngineFixture,
  people,
  readProspects,
} from '../../fixtures/engine.ts';

const house = await openEngineFixture();
const { call, clock, services, workspaceId } = house;
const email = (subject: string) => ({ type: 'email', subject, body: `${subject}.` });

test('whoever is passed over goes on, although their lane was planned anew before that was recorded', async () => {
  const sender = await addMailbox(house, {
    address: 'pass@sender.test',
    smtp: house.sink,
    dailyLimit: 500,
    minGapSeconds: 1,
  });
  const roster = people(1, 'pass');
  const nodes = [hello, delayHours(24), email('Second')];
  const id = await launchEmailCampaign(house, {
    name: 'Passing',
    senders: [sender],
    nodes,
    people: roster,
  });
  await house.runFor(2 * hour);
  // The first comes again behind the second, and is passed over there; a third comes after it.
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
  await house.runFor(2 * hour);
  expect(await readProspects(house, id)).toMatchObject([{ hold: null, node_id: first!.id }]);
  clock.advanceMs(4 * hour);
  const worker = await house.startWorker();
  const run = { workspaceId, workerId: worker.workerId, limit: 10 };
  const { skipped } = await tick(services, run);
  expect(skipped).toHaveLength(1);
  expect((await tick(services, run)).lanes).toBe(1);
  await record(services, workspaceId, {
    finished: [],
    skipped,
    lanes: [],
    workerId: worker.workerId,
  });
  await house.runFor(26 * hour);
  expectEach(house, roster, 3);
  expect(await readProspects(house, id)).toMatchObject([{ status: 'completed' }]);
  await house.checkLaws();
});
