import { startScriptedImap, dribble as trickle } from '../../peers/scripted-imap.ts';
import { startScriptedSmtp } from '../../peers/scripted-smtp.ts';
import { addCampaign, addMailbox, launch, peopleOf } from '../campaigns.ts';
import { type ChaosFixture, openChaosFixture } from '../fixture.ts';
import { judge } from '../judge.ts';
import type { Scenario } from '../scenario.ts';
import { type Provider, replyTo, startProvider } from '../sink.ts';
import { until } from '../waiting.ts';

/** How soon a reply is heard, and a mailbox deleted, whatever another mailbox's server does. */
const heardSeconds = 60;
const answerMs = 10_000;

type Trial = { fixture: ChaosFixture; provider: Provider; breaches: string[] };

/**
 * One mailbox's server never ends an answer: replies at all others are heard, their messages in
 * doubt are asked about, and another mailbox can be deleted.
 */
export const dribble: Scenario = {
  name: 'dribble',
  fault: 'F15',
  usual: { mailboxes: '30', people: '300' },
  short: { mailboxes: '30', people: '58' },
  async run({ options, random, say }) {
    const env = { POSTRIDER_POLL_SECONDS: '1' };
    const fixture = await openChaosFixture({ mail: true, env });
    const provider = await startProvider({ random, thinks: [0, 5] });
    const bad = await startBadServers();
    const trial: Trial = { fixture, provider, breaches: [] };
    const { breaches } = trial;
    try {
      const receiving = { port: provider.port, sentFolder: false, receive: true };
      const add = (address: string, more: object = receiving) =>
        addMailbox(fixture, { ...receiving, address, ...more });
      const addresses = Array.from({ length: Number(options.mailboxes) - 1 }, (_, i) => `m${i}`);
      const senders = await Promise.all(addresses.map((name) => add(`${name}@sender.test`)));
      const doubtful = { port: bad.smtp, sentFolder: true };
      const hung = await add('hung@sender.test', { ...doubtful, imapPort: bad.imap });
      const other = await add('other@sender.test', doubtful);
      const spare = await add('spare@sender.test');
      bad.hang();
      for (const [sender, person] of [
        [hung, 'd1@people.test'],
        [other, 'd2@people.test'],
      ] as const) {
        const doubtful = { name: person, senders: [sender], people: [person] };
        await launch(fixture, await addCampaign(fixture, doubtful));
      }
      const heardMs = await hearReplies(trial, senders, Number(options.people));
      say(`every reply was heard ${heardMs} ms after the last`);
      await within(trial, 'a message in doubt of another mailbox is asked about', () =>
        fixture.query(
          `select from messages where sender_id = $1 and (asked_at is not null or attempts > 1)`,
          [other],
        ),
      );
      await within(trial, 'the mailbox that hangs counts as failing', () =>
        fixture.query('select from inboxes where sender_id = $1 and failing_since is not null', [
          hung,
        ]),
      );
      const askedAt = performance.now();
      await fixture.call(`DELETE /api/accounts/${spare}`);
      const deletedMs = Math.round(performance.now() - askedAt);
      if (deletedMs > answerMs) breaches.push(`a mailbox was deleted only after ${deletedMs} ms`);
      const verdict = await judge(fixture, provider);
      return { ...verdict, heard_ms: heardMs, deleted_ms: deletedMs, breaches };
    } finally {
      await fixture.close();
      await Promise.all([provider.stop(), bad.stop()]);
    }
  },
};

/** A server that cuts every mail at its end, and an IMAP server that can be made to hang. */
async function startBadServers() {
  const smtp = await startScriptedSmtp({ act: (at) => (at === 'dot' ? 'cut' : undefined) });
  let hanging = false;
  const imap = await startScriptedImap({
    act: (command, socket) => {
      if (!command.startsWith('LIST')) return undefined;
      return hanging ? trickle(socket) : ['* LIST () "/" INBOX', '* LIST () "/" Sent', 'TAG OK x'];
    },
  });
  return {
    smtp: smtp.port,
    imap: imap.port,
    hang: () => {
      hanging = true;
    },
    stop: async () => {
      await Promise.all([smtp.stop(), imap.stop()]);
    },
  };
}

/** Everybody is written to and replies. Returns how long the last reply took to be heard, in ms. */
async function hearReplies(
  trial: Trial,
  senders: readonly string[],
  people: number,
): Promise<number> {
  const { fixture, provider } = trial;
  const nodes = [
    { type: 'email', subject: 'Hello %first_name%', body: 'Hi %first_name%.' },
    { type: 'delay', delay_days: 1 },
    { type: 'email', subject: 'Again', body: 'Still there?' },
  ];
  const all = { name: 'Dribble', senders, people: peopleOf(people), nodes };
  const campaign = await addCampaign(fixture, all);
  await launch(fixture, campaign);
  await until('everybody is written to', () => provider.count() >= people, 60 + people / 5);
  for (const message of provider.log) {
    const reply = replyTo(message);
    fixture.peers!.drop(reply.to, reply.raw);
  }
  const repliedAt = performance.now();
  await within(trial, 'every reply is heard', async () => {
    const left = await fixture.query(
      `select from prospects where campaign_id = $1 and status <> 'replied'`,
      [campaign],
    );
    return left.length === 0 ? ['done'] : [];
  });
  return Math.round(performance.now() - repliedAt);
}

/** Waits until `look` finds something; it is a breach when it does not in time. */
async function within(trial: Trial, what: string, look: () => Promise<unknown[]>): Promise<void> {
  await until(what, async () => (await look()).length > 0, heardSeconds).catch((error: Error) =>
    trial.breaches.push(error.message),
  );
}
