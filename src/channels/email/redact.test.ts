import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { mailboxAt, outgoingMail } from '../../../test/fixtures/mails.ts';
import { startScriptedImap } from '../../../test/peers/scripted-imap.ts';
import { startScriptedSmtp } from '../../../test/peers/scripted-smtp.ts';
import { createEmailChannel } from './index.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

const password = 'correct "horse" 550';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const secrets = [
  password,
  password.replaceAll('"', '\\"'),
  base64(password),
  base64(`\0ann@sender.test\0${password}`),
  base64(password).slice(0, 12),
];

/** The channel and an account at these two servers, and all that was logged. */
function meet(ports: { smtp: number; imap?: number }) {
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => logged.push(line) });
  const channel = createEmailChannel({ mailCa: null, mailHosts: 'any', sendMs: 10_000 }, log);
  stops.push(() => channel.close());
  return { channel, account: mailboxAt(ports, password), logged };
}

const free = (said: unknown) => {
  for (const secret of secrets)
    expect(JSON.stringify(said)).not.toContain(JSON.stringify(secret).slice(1, -1));
};

describe.each(secrets)('a server that repeats %s', (secret) => {
  test.each(['auth', 'mail', 'dot'] as const)(
    'in its refusal at %s is quoted without it',
    async (stage) => {
      const say = `550 5.7.1 You said ${secret}, and no`;
      const server = await startScriptedSmtp({
        act: (at) => (at === stage ? { say } : undefined),
        extensions: ['AUTH PLAIN'],
      });
      stops.push(server.stop);
      const { channel, account } = meet({ smtp: server.port });
      const result = await channel.send(account, outgoingMail(), performance.now() + 5000);
      expect(result).toMatchObject({
        ok: false,
        fault: { code: '550 5.7.1', detail: '550 5.7.1 You said [password], and no' },
      });
      free(result);
      const steps = await channel.check(account);
      free(steps);
      if (stage === 'auth') expect(steps.at(-1)?.detail).toContain('[password]');
    },
  );

  test.each(['LOGIN', 'EXAMINE', 'LIST'])(
    'in its refusal of %s is quoted and logged without it',
    async (refused) => {
      const smtp = await startScriptedSmtp({ act: () => undefined, extensions: ['AUTH PLAIN'] });
      const act = (command: string) =>
        command.startsWith(refused) ? [`TAG NO You said ${secret}, and no`] : undefined;
      const imap = await startScriptedImap({ act });
      stops.push(smtp.stop, imap.stop);
      const { channel, account, logged } = meet({ smtp: smtp.port, imap: imap.port });
      const error = await channel.receive(account, null).catch((fault: Error) => fault);
      expect(error).toBeInstanceOf(Error);
      free([String(error), { ...error }, (error as Error).stack]);
      await channel.find(account, {
        ...outgoingMail(),
        reservedAt: new Date(),
        providerKey: null,
        threadKey: null,
        personKey: null,
      });
      free(await channel.check(account));
      // Without a Sent folder there is nothing to open, and to fail, when a message is looked for.
      expect(logged.length > 0).toBe(refused !== 'EXAMINE');
      free(logged);
    },
  );
});
