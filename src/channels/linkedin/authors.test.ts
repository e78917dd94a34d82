import { beforeEach, describe, expect, test } from 'vitest';
import { openLinkedinChannel } from '../../../test/fixtures/linkedin.ts';
import { profileUrl } from './profile.ts';

const { clock, unipile, channel, meet } = await openLinkedinChannel();

let { slug, seat, account } = meet();
beforeEach(() => {
  ({ slug, seat, account } = meet());
});

describe('the author, the addressee and the text of a message', () => {
  const start = async () =>
    JSON.parse(JSON.stringify((await channel.receive(account, null)).cursor)) as unknown;

  test('an own message is none of the person’s, though Unipile does not flag it', async () => {
    const cursor = await start();
    seat.misflags = true;
    clock.advanceMs(1_000);
    unipile.writeByHand(seat, slug, 'Typed by hand');
    unipile.write(seat, slug, 'Hello');
    const { received } = await channel.receive(account, cursor);
    expect(received.map(({ text }) => text)).toEqual(['Hello']);
  });

  test('a message to a group says nothing about its author', async () => {
    const cursor = await start();
    clock.advanceMs(1_000);
    const other = unipile.addMember(`${slug}-other`).slug;
    unipile.write(seat, slug, 'Hello all', { others: [other] });
    unipile.write(seat, slug, 'Hello you');
    const { received } = await channel.receive(account, cursor);
    expect(received.map(({ text }) => text)).toEqual(['Hello you']);
  });

  test('the conversations of many messages are read in a few calls', async () => {
    const cursor = await start();
    clock.advanceMs(1_000);
    const people = Array.from({ length: 60 }, (_, at) => `${slug}-${at}`);
    for (const one of people) unipile.addMember(one);
    for (const one of people) unipile.write(seat, one, 'Hello');
    unipile.write(seat, slug, 'Hello all', { others: [people[0]!] });
    const before = unipile.state.calls.length;
    expect((await channel.receive(account, cursor)).received).toHaveLength(60);
    expect(unipile.state.calls.length - before).toBeLessThan(10);
  });

  test('a conversation that cannot be read counts as one with one person', async () => {
    const cursor = await start();
    clock.advanceMs(1_000);
    unipile.write(seat, slug, 'Hello');
    unipile.addFault({ on: 'GET /chats/{id}', answer: { status: 500, type: 'x' } });
    expect((await channel.receive(account, cursor)).received).toMatchObject([{ text: 'Hello' }]);
  });

  test.each([
    ['', { attachments: [{ type: 'img' }] }, '[image]'],
    ['', { attachments: [{ type: 'audio', voice_note: true }] }, '[voice message]'],
    ['See', { attachments: [{ type: 'file', file_name: 'a.pdf' }] }, 'See\n[file: a.pdf]'],
    ['', { attachments: [{ type: 'constructor' }, { kind: 1 }] }, '[constructor]\n[attachment]'],
    ['', { kind: 'INMAIL_DECLINE' }, '[declined the InMail]'],
    ['No', { kind: 'INMAIL_DECLINE' }, 'No\n[declined the InMail]'],
    ['', { kind: 'INMAIL_ACCEPT' }, '[accepted the InMail]'],
    ['Hi', { kind: 'INVITATION' }, 'Hi'],
  ])('a message %j with %j reads as %j', async (text, more, read) => {
    const cursor = await start();
    clock.advanceMs(1_000);
    unipile.write(seat, slug, text, more as object);
    expect((await channel.receive(account, cursor)).received).toMatchObject([{ text: read }]);
  });

  test.each(['ACwAAsales', 'AEMAArecruiter'])(
    'a reply in another inbox, from the id %s, is the person’s by their other names',
    async (prefix) => {
      const cursor = await start();
      clock.advanceMs(1_000);
      const member = unipile.state.members.find((one) => one.slug === slug)!;
      member.salesId = `${prefix}${slug}`;
      seat.hasProducts = true;
      unipile.write(seat, slug, 'Hello', { isSales: true });
      const identities = async () =>
        (await channel.receive(account, cursor)).received[0]?.facts.identities;
      const url = `https://www.linkedin.com/in/${slug}`;
      expect(await identities()).toEqual([member.salesId, url]);
      const withholds = ['attendee_public_identifier'];
      unipile.addFault({ on: 'GET /chats/{id}', withholds });
      expect(await identities()).toEqual([member.salesId, member.id, url]);
    },
  );
});

test.each([
  ['jörg-müller', 'https://www.linkedin.com/in/j%c3%b6rg-m%c3%bcller'],
  ['Jörg-Lee', 'https://www.linkedin.com/in/j%c3%b6rg-lee'],
  ['ACoAAAbCdEf', 'https://www.linkedin.com/in/ACoAAAbCdEf'],
])('the profile %s has the address by which its person is stored', (slug, url) => {
  expect(profileUrl(slug)).toBe(url);
});
