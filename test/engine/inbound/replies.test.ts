import { describe, expect, test } from 'vitest';
import { removeSenderFromCampaign } from '../../../src/operations/campaigns/remove-sender.ts';
import { addMailbox, launchEmailCampaign } from '../../factories/campaigns.ts';
import {
  day,
  delayHours,
  followUp,
  hello,
  hour,
  openEngineFixture,
  people,
  readProspects,
} from '../../fixtures/engine.ts';
import {
  invite,
  openLinkedinEngine,
  readPeople,
  received,
  write,
} from '../../fixtures/linkedin-engine.ts';
import { mail } from '../../fixtures/mails.ts';

test('a mail to the mailbox that wrote ends the sequence, though the person was handed to another since', async () => {
  const house = await openEngineFixture();
  const add = (name: string) =>
    addMailbox(house, {
      address: `${name}@sender.test`,
      smtp: house.sink,
      dailyLimit: 500,
      minGapSeconds: 1,
    });
  const [one, two] = [await add('one'), await add('two')];
  const nodes = [hello, delayHours(24), followUp];
  const id = await launchEmailCampaign(house, {
    name: 'Handed',
    senders: [one, two],
    nodes,
    people: people(1, 'handed'),
  });
  await house.runFor(2 * hour);
  const first = (await readProspects(house, id))[0]!.sender_id!;
  expect(
    await house.call(removeSenderFromCampaign, { id, senderId: first, reassign: true }),
  ).toMatchObject({ reassigned: 1 });
  await house.deliver(first, mail({ from: 'handed0@people.test', subject: 'Your mail' }));
  await house.readInboxes();
  expect(await readProspects(house, id)).toMatchObject([{ status: 'replied' }]);
  await house.runFor(2 * day);
  expect(house.sink.messages).toHaveLength(1);
  await house.checkLaws();
});

describe('on LinkedIn', async () => {
  const house = await openLinkedinEngine();
  const { call, clock, provider } = house;
  const later = (ms: number) => new Date(clock.now().getTime() + ms);
  const news = (name: string, more: object) => received(house, name, more);

  test('an answer to an account ends the sequence, though the person was handed to another since', async () => {
    const senders = [await house.addSeat(), await house.addSeat()];
    const id = await house.launch({
      nodes: [invite, delayHours(24), write],
      people: ['sue+never'],
      senders,
    });
    await house.runUntil(later(hour));
    await house.tell(id, news('sue+never', { event: 'connected' }));
    await house.runUntil(later(hour));
    const senderId = (await readPeople(house, id))['sue+never']!.sender_id!;
    expect(await call(removeSenderFromCampaign, { id, senderId, reassign: true })).toMatchObject({
      reassigned: 1,
    });
    provider.incoming.set(senderId, [news('sue+never', { text: 'Thank you, call me.' })]);
    await house.runUntil(later(2 * day));
    expect((await readPeople(house, id))['sue+never']).toMatchObject({ status: 'replied' });
    expect(house.deliveries).toHaveLength(1);
    await house.checkLaws();
  });

  test.each(['before', 'after'])(
    'an answer to an invitation from before ends the sequence, %s the acceptance is heard of',
    async (when) => {
      const name = `tia-${when}+never`;
      provider.send = async () => ({
        ok: false,
        fault: { kind: 'already_invited', code: null, detail: 'pending' },
      });
      const id = await house.launch({ nodes: [invite, delayHours(24), write], people: [name] });
      await house.runUntil(later(hour));
      provider.send = undefined;
      expect((await readPeople(house, id))[name]).toMatchObject({
        status: 'connection_sent',
        contacted_at: null,
      });
      if (when === 'after') await house.tell(id, news(name, { event: 'connected' }));
      await house.runUntil(later(hour));
      await house.tell(id, news(name, { text: 'What is it about?' }));
      await house.runUntil(later(2 * day));
      expect((await readPeople(house, id))[name]).toMatchObject({ status: 'replied' });
      await house.checkLaws();
    },
  );

  test('what somebody wrote who was a connection before, and was not written to yet, is no answer', async () => {
    provider.send = async (deliver, { touch }) =>
      touch === 'message'
        ? deliver()
        : { ok: true, response: 'already a connection', alreadyConnected: true };
    const id = await house.launch({
      nodes: [invite, delayHours(24), write],
      people: ['uwe+never'],
    });
    await house.runUntil(later(hour));
    await house.tell(id, news('uwe+never', { text: 'Happy new year!' }));
    await house.runUntil(later(2 * day));
    provider.send = undefined;
    expect((await readPeople(house, id))['uwe+never']).toMatchObject({
      status: 'completed',
      replied_at: null,
    });
    await house.checkLaws();
  });
});
