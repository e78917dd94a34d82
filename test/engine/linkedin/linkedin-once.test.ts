import { expect, test } from 'vitest';
import { beat } from '../../../src/db/workers.ts';
import { hourMs } from '../../../src/domain/time.ts';
import { record } from '../../../src/engine/sending/record.ts';
import { tick } from '../../../src/engine/sending/tick.ts';
import { delayHours } from '../../factories/campaigns.ts';
import { readEvents } from '../../fixtures/engine.ts';
import {
  invite,
  openLinkedinEngine,
  readPeople,
  received,
  write,
} from '../../fixtures/linkedin-engine.ts';

const fixture = await openLinkedinEngine();
const { clock, services, provider, workspaceId } = fixture;
const later = (ms: number) => new Date(clock.now().getTime() + ms);
const accepted = (name: string) => received(fixture, name, { event: 'connected' });
const connections = async (id: string) =>
  (await readEvents(fixture, id)).filter((kind) => kind === 'prospect.connected').length;

test('an acceptance makes one event although a message after it is refused', async () => {
  const id = await fixture.launch({ nodes: [invite, write], people: ['ada+never'] });
  await fixture.runUntil(later(hourMs));
  provider.send = async () => ({
    ok: false,
    fault: { kind: 'not_connected', code: null, detail: 'Not a connection yet' },
  });
  await fixture.receive(id, accepted('ada+never'));
  await fixture.runUntil(later(hourMs));
  provider.send = undefined;
  expect((await readPeople(fixture, id))['ada+never']).toMatchObject({
    status: 'connected',
    hold: 'awaiting_connection',
  });
  await fixture.receive(id, accepted('ada+never'));
  await fixture.runUntil(later(hourMs));
  expect((await readPeople(fixture, id))['ada+never']).toMatchObject({ status: 'completed' });
  expect(await connections(id)).toBe(1);
  await fixture.checkLaws();
});

test('an acceptance makes one event when its invitation turns out late as sent', async () => {
  const id = await fixture.launch({
    nodes: [invite, delayHours(48), write],
    people: ['bob+never'],
  });
  const workerId = services.newId();
  await beat(fixture.db, workerId);
  const { reserved } = await tick(services, { workspaceId, workerId, limit: 10 });
  const tell = (result: Parameters<typeof record>[2]['finished'][number]['result']) =>
    record(services, workspaceId, {
      finished: reserved.map((one) => ({ reserved: one, result, at: clock.now() })),
      skipped: [],
      lanes: reserved.map((one) => one.senderId),
      workerId,
    });
  await tell({ ok: 'unknown' });
  await fixture.receive(id, accepted('bob+never'));
  await fixture.runUntil(later(hourMs));
  const { 'bob+never': before } = await readPeople(fixture, id);
  await tell({ ok: true, response: 'found', connected: true });
  expect((await readPeople(fixture, id))['bob+never']).toMatchObject({
    status: 'connected',
    anchor_at: before!.anchor_at,
  });
  expect(await connections(id)).toBe(1);
  await fixture.checkLaws();
});

test('an existing connection makes one event, also with several invitations', async () => {
  const id = await fixture.launch({
    nodes: [invite, delayHours(1), invite, write],
    people: ['cem+connected'],
  });
  await fixture.runUntil(later(4 * hourMs));
  expect((await readPeople(fixture, id))['cem+connected']).toMatchObject({ status: 'completed' });
  expect(await connections(id)).toBe(1);
  await fixture.checkLaws();
});
