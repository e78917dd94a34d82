import { expect, test } from 'vitest';
import { beat } from '../../../src/db/workers.ts';
import { record } from '../../../src/engine/sending/record.ts';
import { tick } from '../../../src/engine/sending/tick.ts';
import { delayHours, hour } from '../../fixtures/engine.ts';
import {
  invite,
  openLinkedinEngine,
  readEvents,
  readPeople,
  received,
  write,
} from '../../fixtures/linkedin-engine.ts';

const house = await openLinkedinEngine();
const { clock, services, provider, workspaceId } = house;
const later = (ms: number) => new Date(clock.now().getTime() + ms);
const accepted = (name: string) => received(house, name, { event: 'connected' });
const connections = async (id: string) =>
  (await readEvents(house, id)).filter((kind) => kind === 'prospect.connected').length;

test('an acceptance is told once, although the provider still refused a message after the first news of it', async () => {
  const id = await house.launch({ nodes: [invite, write], people: ['ada+never'] });
  await house.runUntil(later(hour));
  provider.send = async () => ({
    ok: false,
    fault: { kind: 'not_connected', code: null, detail: 'Not a connection yet' },
  });
  await house.tell(id, accepted('ada+never'));
  await house.runUntil(later(hour));
  provider.send = undefined;
  expect((await readPeople(house, id))['ada+never']).toMatchObject({
    status: 'connected',
    hold: 'awaiting_connection',
  });
  await house.tell(id, accepted('ada+never'));
  await house.runUntil(later(hour));
  expect((await readPeople(house, id))['ada+never']).toMatchObject({ status: 'completed' });
  expect(await connections(id)).toBe(1);
  await house.checkLaws();
});

test('nor again when it turns out late that the invitation had gone out and was accepted', async () => {
  const id = await house.launch({ nodes: [invite, delayHours(48), write], people: ['bob+never'] });
  const workerId = services.newId();
  await beat(house.db, workerId);
  const { reserved } = await tick(services, { workspaceId, workerId, limit: 10 });
  const tell = (result: Parameters<typeof record>[2]['finished'][number]['result']) =>
    record(services, workspaceId, {
      finished: reserved.map((one) => ({ reserved: one, result, at: clock.now() })),
      skipped: [],
      lanes: reserved.map((one) => one.senderId),
      workerId,
    });
  await tell({ ok: 'unknown' });
  await house.tell(id, accepted('bob+never'));
  await house.runUntil(later(hour));
  const { 'bob+never': before } = await readPeople(house, id);
  await tell({ ok: true, response: 'found', connected: true });
  expect((await readPeople(house, id))['bob+never']).toMatchObject({
    status: 'connected',
    anchor_at: before!.anchor_at,
  });
  expect(await connections(id)).toBe(1);
  await house.checkLaws();
});

test('one who is a connection already is told once, however many invitations the sequence has', async () => {
  const id = await house.launch({
    nodes: [invite, delayHours(1), invite, write],
    people: ['cem+connected'],
  });
  await house.runUntil(later(4 * hour));
  expect((await readPeople(house, id))['cem+connected']).toMatchObject({ status: 'completed' });
  expect(await connections(id)).toBe(1);
  await house.checkLaws();
});
