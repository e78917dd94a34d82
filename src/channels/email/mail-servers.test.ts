import { afterAll, expect, test } from 'vitest';
import { openLiveEmail, soon } from '../../../test/fixtures/live-email.ts';
import { outgoingMail } from '../../../test/fixtures/mails.ts';
import { startSink } from '../../../test/peers/index.ts';

const { peers, channel, newAccount, newPerson, open, stop } = await openLiveEmail();
afterAll(stop);

const failingStep = async (connection: Record<string, unknown>, through = channel) => {
  const steps = await through.check(newAccount(connection));
  return steps.filter(({ ok }) => !ok).map(({ step }) => step);
};

test('a check names the step that failed', async () => {
  const { submission, submissions, imap, relay } = peers.ports;
  const smtp = { host: 'localhost', port: submission, tls: 'starttls' };
  expect(await failingStep({ smtp: { ...smtp, port: 1 } })).toEqual(['smtp_connect']);
  expect(await failingStep({ smtp: { ...smtp, tls: 'tls' } })).toEqual(['smtp_tls']);
  expect(await failingStep({ smtp: { ...smtp, port: submissions, tls: 'tls' } })).toEqual([]);
  expect(await failingStep({ smtp: { ...smtp, port: relay } })).toEqual(['smtp_login']);
  const withoutLogin = { smtp: { ...smtp, port: relay }, username: null, imap: null };
  expect(await failingStep(withoutLogin)).toEqual([]);
  const imapAt = (port: number, tls: string) => ({ imap: { host: 'localhost', port, tls } });
  expect(await failingStep(imapAt(1, 'tls'))).toEqual(['imap_connect']);
  expect(await failingStep(imapAt(imap, 'tls'))).toEqual(['imap_tls']);
  expect(await failingStep(imapAt(imap, 'starttls'))).toEqual([]);
  expect(await failingStep(imapAt(imap, 'none'))).toEqual([]);
});

test('a check logs in to IMAP with its own password', async () => {
  const account = newAccount();
  const steps = await channel.check({
    ...account,
    secrets: { password: 'secret', imap_password: 'wrong' },
  });
  expect(steps.at(-1)).toMatchObject({ step: 'imap_login', ok: false });
});

test('a certificate of an unknown authority or another name is refused', async () => {
  const distrustful = open(null, 'any');
  expect(await failingStep({}, distrustful)).toEqual(['smtp_tls']);
  const mail = outgoingMail({ to: newPerson() });
  expect(await distrustful.send(newAccount(), mail, soon())).toMatchObject({
    fault: { kind: 'temporary' },
  });
  await distrustful.close();
  const smtp = { host: '127.0.0.2', port: peers.ports.submission, tls: 'starttls' };
  expect(await failingStep({ smtp })).toEqual(['smtp_connect']);
});

test('without an offer of STARTTLS nothing is sent', async () => {
  const sink = await startSink();
  const account = newAccount({ smtp: { host: '127.0.0.1', port: sink.port, tls: 'starttls' } });
  expect((await channel.check(account)).at(-1)).toMatchObject({ step: 'smtp_tls', ok: false });
  expect(await channel.send(account, outgoingMail(), soon())).toMatchObject({ ok: false });
  expect(sink.messages).toEqual([]);
  await sink.stop();
});

test('servers at private addresses are refused when only public hosts are allowed', async () => {
  const strict = open(peers.caFile, 'public', { mailPorts: new Set([587]) });
  expect((await strict.check(newAccount())).at(-1)).toMatchObject({
    step: 'smtp_connect',
    ok: false,
    detail: expect.stringMatching(/not a mail port/),
  });
  const account = newAccount({ smtp: { host: 'localhost', port: 587, tls: 'starttls' } });
  expect((await strict.check(account)).at(-1)?.detail).toMatch(/not at a public address/);
  expect(await strict.send(account, outgoingMail(), soon())).toMatchObject({ ok: false });
  await strict.close();
});
