import { describe, expect, test } from 'vitest';
import { outgoingMail } from '../../../test/fixtures/mails.ts';
import { openEmail, startImap, startSmtp } from '../../../test/fixtures/scripted-email.ts';
import { redact } from './redact.ts';

const password = 'correct "horse" 550';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const secrets = [
  password,
  password.replaceAll('"', '\\"'),
  base64(password),
  base64(`\0ann@sender.test\0${password}`),
  base64(password).slice(0, 12),
];

const expectNoSecret = (value: unknown) => {
  for (const secret of secrets)
    expect(JSON.stringify(value)).not.toContain(JSON.stringify(secret).slice(1, -1));
};

describe.each(secrets)('a server that repeats %s', (secret) => {
  test.each(['auth', 'mail', 'dot'] as const)(
    'in its refusal at %s is quoted without the password',
    async (stage) => {
      const say = `550 5.7.1 You said ${secret}, and no`;
      const server = await startSmtp({
        act: (at) => (at === stage ? { say } : undefined),
        extensions: ['AUTH PLAIN'],
      });
      const { channel, account } = openEmail({ smtp: server.port }, { password });
      const result = await channel.send(account, outgoingMail(), performance.now() + 5000);
      expect(result).toMatchObject({
        ok: false,
        fault: { code: '550 5.7.1', detail: '550 5.7.1 You said [password], and no' },
      });
      expectNoSecret(result);
      const steps = await channel.check(account);
      expectNoSecret(steps);
      if (stage === 'auth') expect(steps.at(-1)?.detail).toContain('[password]');
    },
  );

  test.each(['LOGIN', 'EXAMINE', 'LIST'])(
    'in its refusal of %s is quoted and logged without the password',
    async (refused) => {
      const smtp = await startSmtp({ act: () => undefined, extensions: ['AUTH PLAIN'] });
      const act = (command: string) =>
        command.startsWith(refused) ? [`TAG NO You said ${secret}, and no`] : undefined;
      const imap = await startImap({ act });
      const ports = { smtp: smtp.port, imap: imap.port };
      const { channel, account, logged } = openEmail(ports, { password });
      const error = await channel.receive(account, null).catch((fault: Error) => fault);
      expect(error).toBeInstanceOf(Error);
      expectNoSecret([String(error), { ...error }, (error as Error).stack]);
      await channel.find(account, {
        ...outgoingMail(),
        reservedAt: new Date(),
        providerKey: null,
        threadKey: null,
        personKey: null,
      });
      expectNoSecret(await channel.check(account));
      // There is no Sent folder, so find() opens none and EXAMINE cannot fail there.
      expect(logged.length > 0).toBe(refused !== 'EXAMINE');
      expectNoSecret(logged);
    },
  );
});

test.each([
  ['a', '550 5.7.1 a mail cannot be taken', '550 5.7.1 [password] mail cannot be taken'],
  ['5', '550 5.7.1 said 5, or 55', '550 5.7.1 said [password], or 55'],
  ['550', '550 5.5.0 no', '[password] 5.5.0 no'],
  ['mail', '554 mailbox full, e-mail refused', '554 mailbox full, e-mail refused'],
  ['geheim!', 'You said geheim!, and no', 'You said [password], and no'],
  ['long enough', 'is xlong enoughx', 'is x[password]x'],
])('the password %j is struck out and garbles no other word', (password, text, said) => {
  expect(redact(text, { username: 'ann', password, imapPassword: password })).toBe(said);
});
