import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import { removeSenderFromCampaign } from '../../../src/operations/campaign-senders/remove.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { promoteCampaign } from '../../../src/operations/campaigns/promote.ts';
import { createRevision } from '../../../src/operations/revisions/create.ts';
import { delayHours } from '../../factories/campaigns.ts';
import {
  invite,
  openLinkedinEngine,
  profile,
  readPeople,
  received,
  write,
} from '../../fixtures/linkedin-engine.ts';

const fixture = await openLinkedinEngine();
const { call, clock } = fixture;
const later = (ms: number) => new Date(clock.now().getTime() + ms);
const accepts = (name: string) => received(fixture, name, { event: 'connected' });
const textsTo = (name: string) =>
  fixture.deliveries.filter(({ to }) => to === profile(name)).length;

/** Prospects that are invited and waited for. */
async function invited(name: string, nodes: readonly object[], more: object = {}) {
  const id = await fixture.launch({ nodes, people: [name], ...more });
  await fixture.runUntil(later(hourMs));
  const { sequence_nodes } = await call(getCampaign, { id });
  return { id, nodes: sequence_nodes, person: (await readPeople(fixture, id))[name]! };
}

describe('a revision while prospects wait for acceptances', () => {
  test('adds a touch that reaches them although nothing followed before', async () => {
    const { id, nodes } = await invited('ava+never', [invite]);
    await call(createRevision, {
      id,
      sequence_nodes: [nodes[0]!, delayHours(1), write, { type: 'end' }],
    });
    expect((await readPeople(fixture, id))['ava+never']).toMatchObject({
      status: 'connection_sent',
      hold: 'awaiting_connection',
    });
    await fixture.receive(id, accepts('ava+never'));
    await fixture.runUntil(later(3 * hourMs));
    expect((await readPeople(fixture, id))['ava+never']).toMatchObject({ status: 'completed' });
    expect(textsTo('ava+never')).toBe(2);
    await fixture.checkLaws();
  });

  test('removes the invitation and leaves them waiting before the next touch', async () => {
    const { id, nodes } = await invited('ben+never', [invite, delayHours(1), write]);
    await call(createRevision, { id, sequence_nodes: [nodes[2]!, { type: 'end' }] });
    expect((await readPeople(fixture, id))['ben+never']).toMatchObject({
      status: 'connection_sent',
      hold: 'awaiting_connection',
      node_id: nodes[2]!.id,
    });
    await fixture.checkLaws();
    await fixture.receive(id, accepts('ben+never'));
    await fixture.runUntil(later(2 * hourMs));
    expect((await readPeople(fixture, id))['ben+never']).toMatchObject({ status: 'completed' });
    expect(textsTo('ben+never')).toBe(2);
    await fixture.checkLaws();
  });

  test('removes the last touches and completes them with the acceptance', async () => {
    const { id, nodes } = await invited('cid+never', [invite, write]);
    await call(createRevision, { id, sequence_nodes: [nodes[0]!, { type: 'end' }] });
    await fixture.receive(id, accepts('cid+never'));
    await fixture.runUntil(later(hourMs));
    expect((await readPeople(fixture, id))['cid+never']).toMatchObject({
      status: 'completed',
      end_reason: 'accepted the invitation',
    });
    await fixture.checkLaws();
  });
});

test('an invited prospect stays with its seat when others are handed over', async () => {
  const [one, two] = [await fixture.addSeat(), await fixture.addSeat()];
  const { id, person } = await invited('dag+never', [invite, write], { senders: [one, two] });
  await call(removeSenderFromCampaign, { id, senderId: person.sender_id, reassign: true });
  expect((await readPeople(fixture, id))['dag+never']).toMatchObject({
    sender_id: person.sender_id,
    hold: 'awaiting_connection',
  });
  await fixture.receive(id, accepts('dag+never'));
  await fixture.runUntil(later(minuteMs));
  expect((await readPeople(fixture, id))['dag+never']).toMatchObject({ status: 'connected' });
  await fixture.checkLaws();
});

test('a prospect that waits to be a connection is tried at once by its new seat', async () => {
  const [one, two] = [await fixture.addSeat(), await fixture.addSeat()];
  fixture.provider.send = async () => ({
    ok: false,
    fault: { kind: 'not_connected', code: null, detail: 'no connection' },
  });
  const id = await fixture.launch({ nodes: [write], people: ['fay+never'], senders: [one, two] });
  await fixture.runUntil(later(hourMs));
  fixture.provider.send = undefined;
  const { 'fay+never': person } = await readPeople(fixture, id);
  expect(person).toMatchObject({ status: 'pending', hold: 'awaiting_connection' });
  await call(removeSenderFromCampaign, { id, senderId: person!.sender_id!, reassign: true });
  await fixture.checkLaws();
  await fixture.runUntil(later(dayMs));
  expect((await readPeople(fixture, id))['fay+never']).toMatchObject({ status: 'completed' });
  expect(textsTo('fay+never')).toBe(1);
  await fixture.checkLaws();
});

test('a promoted dry run invites for real and waits', async () => {
  const { id, person } = await invited('eli+never', [invite, delayHours(24), write], {
    settings: { dry_run: true },
  });
  expect(person).toMatchObject({ status: 'connected' });
  await call(promoteCampaign, { id });
  await fixture.runUntil(later(hourMs));
  expect((await readPeople(fixture, id))['eli+never']).toMatchObject({
    status: 'connection_sent',
    hold: 'awaiting_connection',
  });
  expect(textsTo('eli+never')).toBe(1);
  await fixture.checkLaws();
});
