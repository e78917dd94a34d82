import { describe, expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { removeSenderFromCampaign } from '../../../src/operations/campaign-senders/remove.ts';
import {
  delayHours,
  followUp,
  hello,
  launchEmailCampaign,
  people,
} from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readProspects } from '../../fixtures/engine.ts';
import {
  invite,
  openLinkedinEngine,
  readPeople,
  received,
  write,
} from '../../fixtures/linkedin-engine.ts';
import { mail } from '../../fixtures/mails.ts';

test('a mail to the earlier mailbox of a handed-over prospect ends its sequence', async () => {
  const fixture = await openEmailFixture();
  const add = (name: string) =>
    addMailbox(fixture, {
      address: `${name}@sender.test`,
      smtp: fixture.sink,
      dailyLimit: 500,
      minGapSeconds: 1,
    });
  const [one, two] = [await add('one'), await add('two')];
  const nodes = [hello, delayHours(24), followUp];
  const id = await launchEmailCampaign(fixture, {
    name: 'Handed',
    senders: [one, two],
    nodes,
    people: people(1, 'handed'),
  });
  await fixture.runFor(2 * hourMs);
  const first = (await readProspects(fixture, id))[0]!.sender_id!;
  expect(
    await fixture.call(removeSenderFromCampaign, { id, senderId: first, reassign: true }),
  ).toMatchObject({ reassigned: 1 });
  await fixture.deliver(first, mail({ from: 'handed0@people.test', subject: 'Your mail' }));
  await fixture.readInboxes();
  expect(await readProspects(fixture, id)).toMatchObject([{ status: 'replied' }]);
  await fixture.runFor(2 * dayMs);
  expect(fixture.sink.messages).toHaveLength(1);
  await fixture.checkLaws();
});

describe('on LinkedIn', async () => {
  const fixture = await openLinkedinEngine();
  const { call, clock, provider } = fixture;
  const later = (ms: number) => new Date(clock.now().getTime() + ms);
  const news = (name: string, more: object) => received(fixture, name, more);

  test('an answer to the earlier seat of a handed-over prospect ends its sequence', async () => {
    const senders = [await fixture.addSeat(), await fixture.addSeat()];
    const id = await fixture.launch({
      nodes: [invite, delayHours(24), write],
      people: ['sue+never'],
      senders,
    });
    await fixture.runUntil(later(hourMs));
    await fixture.receive(id, news('sue+never', { event: 'connected' }));
    await fixture.runUntil(later(hourMs));
    const senderId = (await readPeople(fixture, id))['sue+never']!.sender_id!;
    expect(await call(removeSenderFromCampaign, { id, senderId, reassign: true })).toMatchObject({
      reassigned: 1,
    });
    provider.incoming.set(senderId, [news('sue+never', { text: 'Thank you, call me.' })]);
    await fixture.runUntil(later(2 * dayMs));
    expect((await readPeople(fixture, id))['sue+never']).toMatchObject({ status: 'replied' });
    expect(fixture.deliveries).toHaveLength(1);
    await fixture.checkLaws();
  });

  test.each(['before', 'after'])(
    'an answer to an earlier invitation ends the sequence, %s the acceptance is known',
    async (when) => {
      const name = `tia-${when}+never`;
      provider.send = async () => ({
        ok: false,
        fault: { kind: 'already_invited', code: null, detail: 'pending' },
      });
      const id = await fixture.launch({ nodes: [invite, delayHours(24), write], people: [name] });
      await fixture.runUntil(later(hourMs));
      provider.send = undefined;
      expect((await readPeople(fixture, id))[name]).toMatchObject({
        status: 'connection_sent',
        contacted_at: null,
      });
      if (when === 'after') await fixture.receive(id, news(name, { event: 'connected' }));
      await fixture.runUntil(later(hourMs));
      await fixture.receive(id, news(name, { text: 'What is it about?' }));
      await fixture.runUntil(later(2 * dayMs));
      expect((await readPeople(fixture, id))[name]).toMatchObject({ status: 'replied' });
      await fixture.checkLaws();
    },
  );

  test('a message from a connection that was not written to yet is no answer', async () => {
    provider.send = async (deliver, { touch }) =>
      touch === 'message'
        ? deliver()
        : { ok: true, response: 'already a connection', alreadyConnected: true };
    const id = await fixture.launch({
      nodes: [invite, delayHours(24), write],
      people: ['uwe+never'],
    });
    await fixture.runUntil(later(hourMs));
    await fixture.receive(id, news('uwe+never', { text: 'Happy new year!' }));
    await fixture.runUntil(later(2 * dayMs));
    provider.send = undefined;
    expect((await readPeople(fixture, id))['uwe+never']).toMatchObject({
      status: 'completed',
      replied_at: null,
    });
    await fixture.checkLaws();
  });
});
