import { expect, test } from 'vitest';
import type { Received, SendResult } from '../../../src/channels/channel.ts';
import { waitingForLocks } from '../../factories/rows.ts';
import {
  invite,
  openLinkedinEngine,
  readPeople,
  received,
  write,
} from '../../fixtures/linkedin-engine.ts';

const fixture = await openLinkedinEngine();
const { db, engine, pool, provider } = fixture;

const byItsId = { from: null, facts: { references: [], identities: ['ACoAAann'] } };
const news: [string, object, SendResult, Partial<Received>, string][] = [
  [
    'an acceptance under the id of the person at the provider',
    invite,
    { ok: true, response: 'sent', personKey: 'ACoAAann' },
    { ...byItsId, event: 'connected' },
    'completed',
  ],
  [
    'a reply under the id of the person at the provider',
    write,
    { ok: true, response: 'sent', personKey: 'ACoAAann' },
    { ...byItsId, text: 'Call me.' },
    'replied',
  ],
  [
    'a reply in the conversation that the touch began',
    write,
    { ok: true, response: 'sent', threadKey: 'chat' },
    { from: 'https://www.linkedin.com/in/else', threadKey: 'chat', text: 'Call me.' },
    'replied',
  ],
];

test.each(news)(
  '%s waits for the touch that is being recorded, and is matched',
  async (_name, node, result, message, status) => {
    const seat = await fixture.addSeat();
    // Somebody else each time, because people who replied are skipped elsewhere.
    const person = `ann-${seat}+never`;
    const id = await fixture.launch({ nodes: [node], people: [person], senders: [seat] });
    const blocker = await pool.connect();
    provider.send = async () => {
      // Keeps the record from committing once it has written the touch.
      await blocker.query(`begin; select 1 from lanes where sender_id = '${seat}' for update`);
      return result;
    };
    await engine.tick();
    await expect.poll(() => waitingForLocks(db)).toBe(1);
    provider.incoming.set(seat, [received(fixture, person, message)]);
    let heard = false;
    const hearing = fixture.readInboxes().then(() => {
      heard = true;
    });
    await expect.poll(async () => heard || (await waitingForLocks(db)) === 2).toBe(true);
    await blocker.query('commit');
    blocker.release();
    await Promise.all([engine.settled(), hearing]);
    expect((await readPeople(fixture, id))[person]).toMatchObject({ status });
    await fixture.checkLaws();
  },
);
