import { expect, test } from 'vitest';
import { record } from '../../src/engine/record.ts';
import { tick } from '../../src/engine/tick.ts';
import { getCampaign } from '../../src/operations/campaigns/get.ts';
import { promoteCampaign } from '../../src/operations/campaigns/promote.ts';
import { createRevision } from '../../src/operations/revisions/create.ts';
import { addSender, launchCampaign } from '../scene.ts';
import { day, delayHours, hello, hour, openHouse, people, readProspects } from './house.ts';

const house = await openHouse();
const { call, clock, parts, workspaceId } = house;
const email = (subject: string) => ({ type: 'email', subject, body: `${subject}.` });
const subjects = (name: string) =>
  house.sink.messages.flatMap(({ to, headers }) => (to[0] === `${name}0@people.test` ? headers.subject : []));

/** One person in a dry run that has begun. */
async function rehearse(name: string, nodes: Parameters<typeof launchCampaign>[1]['nodes']) {
  const sender = await addSender(house, { address: `${name}@sender.test`, smtp: house.sink, dailyLimit: 500, minGapSeconds: 1 });
  const id = await launchCampaign(house, { name, senders: [sender], nodes, people: people(1, name), settings: { dry_run: true } });
  return { id, run: { workspaceId, workerId: (await house.hire()).workerId, limit: 10 } };
}

test('whoever a dry run passed over starts over like all others, although that is recorded after the promotion', async () => {
  const { id, run } = await rehearse('pass', [hello, delayHours(24), email('Second')]);
  await house.runFor(2 * hour);
  const [first, , second, end] = (await call(getCampaign, { id })).sequence_nodes.map(({ id: own, type }) => ({ id: own, type }));
  // What they had comes again behind the second, and is passed over there.
  const moved = [{ ...second, ...email('Second') }, delayHours(5), { ...first, ...hello }, delayHours(5), email('Third'), end];
  await call(createRevision, { id, sequence_nodes: moved });
  await house.runFor(2 * hour);
  clock.advanceMs(4 * hour);
  const { passed } = await tick(parts, run);
  expect(passed).toMatchObject([{ reason: null }]);
  await call(promoteCampaign, { id });
  await record(parts, workspaceId, { finished: [], passed, lanes: [], workerId: run.workerId });
  expect(await readProspects(house, id)).toMatchObject([{ status: 'pending', node_id: null, sender_id: null }]);
  await house.runFor(2 * day);
  expect(subjects('pass')).toEqual(['Second', 'Hello P0', 'Third']);
  expect(await readProspects(house, id)).toMatchObject([{ status: 'completed' }]);
  await house.checkLaws();
});
