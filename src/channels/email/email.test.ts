import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { deliver } from '../../../test/chaos/sink.ts';
import { openLiveEmail, soon } from '../../../test/fixtures/live-email.ts';
import { outgoingMail } from '../../../test/fixtures/mails.ts';
import type { StoredMessage } from '../../../test/peers/index.ts';
import { dribble, startScriptedImap } from '../../../test/peers/scripted-imap.ts';
import { startScriptedSmtp } from '../../../test/peers/scripted-smtp.ts';
import { readHeaders } from '../../../test/peers/sink.ts';
import { classify } from '../../domain/inbound/inbound.ts';
import { channelSuite, type Subject } from '../channel.suite.ts';
import type { Account } from '../channel.ts';
import type { Answer, DoubtfulPeer } from '../doubt.suite.ts';

async function makeSubject(domain: string, connection: Record<string, unknown>): Promise<Subject> {
  const live = await openLiveEmail();
  const address = `ann@${domain}`;
  for (const mailbox of [address, 'bob@people.test']) live.peers.addMailbox(mailbox, 'secret');
  const account = live.accountOf(address, connection);
  let arrivals = 0;
  const countInbox = async () =>
    (await live.peers.messages(address)).filter(({ folder }) => folder === 'INBOX').length;
  return {
    channel: live.channel,
    account,
    stranger: { ...account, id: 'stranger', secrets: { password: 'wrong' } },
    message: (key) => outgoingMail({ key, to: 'bob@people.test' }),
    async arrive(subject) {
      const before = await countInbox();
      arrivals += 1;
      const from = `From: bob@people.test\nSubject: ${subject}`;
      live.peers.drop(address, `${from}\nMessage-ID: <in${arrivals}@people.test>\n\nHi\n`);
      expect(await countInbox()).toBe(before + 1);
    },
    tellsAbsence: connection.sent_copy === 'server',
    // They are the same for every way of keeping copies, and take their time.
    ...(connection.sent_copy === 'server'
      ? { dribbling: await makeDribbling(account), peer: await makePeer(live, account) }
      : {}),
    stop: live.stop,
  };
}

/** The account at servers that never end an answer. */
async function makeDribbling(account: Account): Promise<Account> {
  const imap = await startScriptedImap({
    act: (command, socket) => (command === '' ? undefined : dribble(socket)),
  });
  const smtp = createServer((socket) => {
    socket.on('error', () => {});
    dribble(socket, '2');
  }).listen(0, '127.0.0.1');
  await once(smtp, 'listening');
  afterAll(async () => {
    smtp.close();
    await imap.stop();
  });
  const at = (port: number) => ({ host: '127.0.0.1', port, tls: 'none' });
  const connection = {
    ...account.connection,
    smtp: at((smtp.address() as AddressInfo).port),
    imap: at(imap.port),
  };
  return { ...account, id: 'dribbling', connection };
}

/** A server that takes mails, files them in the account's Sent folder late, and answers as told. */
async function makePeer(
  { peers, openHasty }: Awaited<ReturnType<typeof openLiveEmail>>,
  account: Account,
): Promise<DoubtfulPeer> {
  const acts = {
    well: undefined,
    error: { say: '451 4.4.2 Timeout of the server behind' },
    cut: 'cut',
    silence: 'silence',
  } as const;
  let [how, now, lagMs]: [Answer, number, number] = ['well', 0, 0];
  const taken: { raw: string; at: number }[] = [];
  const file = () => {
    const due = taken.filter(({ at }) => at <= now);
    for (const { raw } of due) deliver(peers.folder(account.emailAddress!, 'Sent'), raw);
    taken.splice(0, Infinity, ...taken.filter((one) => !due.includes(one)));
  };
  const server = await startScriptedSmtp({
    act(stage, raw) {
      if (stage !== 'dot') return undefined;
      taken.push({ raw, at: now + lagMs });
      file();
      return acts[how];
    },
  });
  const channel = openHasty();
  afterAll(async () => {
    await channel.close();
    await server.stop();
  });
  const smtp = { host: '127.0.0.1', port: server.port, tls: 'none' };
  return {
    async answer(next) {
      how = next;
      const connection = { ...account.connection, smtp };
      return { channel, account: { ...account, id: `hasty-${next}`, connection } };
    },
    lag(ms) {
      lagMs = ms;
    },
    async pass(ms) {
      now += ms;
      file();
    },
  };
}

channelSuite('email at a server that files sent copies', () =>
  makeSubject('filing.test', { sent_copy: 'server' }),
);
channelSuite('email with sent copies that we file', () => makeSubject('sender.test', {}));

const { peers, channel, newAccount, newPerson, receiveFirst, stop } = await openLiveEmail();
afterAll(stop);

test('a mail arrives with the headers and texts that were sent', async () => {
  const [account, person] = [newAccount(), newPerson()];
  const mail = {
    key: 'third@sender.test',
    to: person,
    toName: 'Bob',
    subject: 'Grüße an Söhne & Töchter',
    text: 'Hallo Bob,\n\nsiehe https://example.test/?a=1&b=2.\n.\nÄnn',
    thread: ['first@sender.test', 'second@sender.test'],
    unsubscribeUrl: 'https://postrider.test/u/abc',
    pixelUrl: 'https://postrider.test/o/abc',
    replyTo: 'Team <team@sender.test>',
  };
  expect(await channel.send(account, outgoingMail(mail), soon())).toMatchObject({ ok: true });
  const [{ raw }] = (await peers.arrived(person, 1)) as [StoredMessage];
  expect(readHeaders(raw)).toMatchObject({
    'message-id': '<third@sender.test>',
    date: 'Fri, 20 Nov 2026 10:00:00 +0000',
    to: `Bob <${person}>`,
    'reply-to': 'Team <team@sender.test>',
    'in-reply-to': '<second@sender.test>',
    references: '<first@sender.test> <second@sender.test>',
    'list-unsubscribe': '<https://postrider.test/u/abc>',
    'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
  });
  expect(raw).toContain('src=3D"https://postrider.test/o/abc"');
  const own = account.emailAddress!;
  peers.drop(own, 'Subject: x\n\nx\n');
  const { cursor } = await channel.receive(account, null);
  peers.drop(own, raw);
  const [read] = (await channel.receive(account, cursor)).received;
  expect(read).toMatchObject({
    from: own,
    subject: mail.subject,
    key: 'third@sender.test',
  });
  expect(read?.text.trim()).toBe(mail.text);
  expect(read?.facts.references).toEqual(['second@sender.test', 'first@sender.test']);
});

test('a bounce by Postfix for an unknown mailbox is a hard bounce of our message', async () => {
  const account = newAccount({ sent_copy: 'none' });
  const { cursor } = await channel.receive(account, null);
  const mail = outgoingMail({ key: 'gone@sender.test', to: 'nobody@people.test' });
  await channel.send(account, mail, soon());
  const bounce = await receiveFirst(account, cursor);
  expect(bounce.facts.delivery).toMatchObject({
    recipient: 'nobody@people.test',
    action: 'failed',
    status: '5.1.1',
    originalKey: 'gone@sender.test',
  });
  expect(classify(bounce)).toMatchObject({ kind: 'bounce', bounce: { type: 'hard' } });
});

test('a vacation answer by Dovecot is an automatic reply to our message', async () => {
  const [account, person] = [newAccount({ sent_copy: 'none' }), newPerson()];
  peers.setVacation(person, 'I am back on 2027-01-07.');
  const { cursor } = await channel.receive(account, null);
  await channel.send(account, outgoingMail({ key: 'hi@sender.test', to: person }), soon());
  const answer = await receiveFirst(account, cursor);
  expect(answer.facts.references).toContain('hi@sender.test');
  const receivedAt = new Date('2026-11-20T10:00:00Z');
  expect(classify({ ...answer, receivedAt })).toMatchObject({
    kind: 'auto_reply',
    outOfOfficeUntil: '2027-01-07',
  });
});

test('a sent mail is copied into Sent when the server does not do so', async () => {
  const [account, person] = [newAccount(), newPerson()];
  await channel.send(account, outgoingMail({ key: 'copied@sender.test', to: person }), soon());
  const [copy] = await peers.arrived(account.emailAddress!, 1);
  expect(copy?.folder).toBe('Sent');
  expect(copy?.raw).toContain('Message-ID: <copied@sender.test>');
});
