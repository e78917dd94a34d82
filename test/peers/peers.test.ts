import { readFileSync } from 'node:fs';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailPeers, startMailPeers } from './index.ts';

let peers: MailPeers;
beforeAll(async () => {
  peers = await startMailPeers();
  for (const address of [
    'ann@sender.test',
    'max@filing.test',
    'bob@people.test',
    'away@people.test',
  ])
    peers.addMailbox(address, 'secret');
  peers.setVacation('away@people.test');
}, 30_000);
afterAll(() => peers?.stop());

const submit = (from: string, to: string) =>
  createTransport({
    host: 'localhost',
    port: peers.ports.submission,
    requireTLS: true,
    tls: { ca: readFileSync(peers.caFile) },
    auth: { user: from, pass: 'secret' },
  }).sendMail({ from, to, subject: 'Hello', text: 'Hi there' });

test('mail of a login arrives in the mailbox over verified TLS', async () => {
  await submit('ann@sender.test', 'bob@people.test');
  const [message] = await peers.arrived('bob@people.test', 1);
  expect(message?.folder).toBe('INBOX');
  expect(message?.raw).toContain('Subject: Hello');
});

test('a wrong password is refused', async () => {
  const transport = createTransport({
    host: '127.0.0.1',
    port: peers.ports.submission,
    ignoreTLS: true,
    auth: { user: 'ann@sender.test', pass: 'x' },
  });
  await expect(transport.verify()).rejects.toThrow(/535/);
});

test('mail to an unknown person is accepted and then bounces by a notification', async () => {
  const sent = await submit('ann@sender.test', 'nobody@people.test');
  expect(sent.accepted).toEqual(['nobody@people.test']);
  const [bounce] = await peers.arrived('ann@sender.test', 1);
  expect(bounce?.raw).toContain('message/delivery-status');
  expect(bounce?.raw).toMatch(/^Status: 5\.1\.1$/m);
});

test('filing.test files sent copies by itself, and a vacation answers', async () => {
  await submit('max@filing.test', 'away@people.test');
  const stored = await peers.arrived('max@filing.test', 2);
  expect(stored.map(({ folder }) => folder).sort()).toEqual(['INBOX', 'Sent']);
  expect(stored.find(({ folder }) => folder === 'INBOX')?.raw).toMatch(
    /^Auto-Submitted: auto-replied/m,
  );
});
