import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createTransport } from 'nodemailer';
import { ManualClock } from '../src/engine/clock.ts';
import { Engine } from '../src/engine/engine.ts';
import { freePorts } from '../test/peers/ports.ts';
import { type Figure, interleave, openFixture, rate } from './fixtures/harness.ts';
import { addSenders, fillCampaign } from './fixtures/people.ts';

const messages = 6_000;
const senders = 40;
const rounds = 7;

/**
 * The whole path from claim to commit against a pooled mailer alone, with the same texts and the
 * same sink. One process each.
 */
export async function bench(): Promise<Figure[]> {
  const [port] = (await freePorts(1)) as [number];
  const sink = spawn(
    '/usr/sbin/smtp-sink',
    ['-u', 'nobody', '-m', '2000', `127.0.0.1:${port}`, '1000'],
    { stdio: 'ignore' },
  );
  await once(sink, 'spawn');
  const fixture = await openFixture();
  const clock = new ManualClock(new Date());
  const services = { ...fixture.services, clock };
  const engine = new Engine(services, services.newId());
  const lanes = await addSenders(fixture, senders, { host: '127.0.0.1', port });
  const ours = async (round: number) => {
    const id = await fillCampaign(
      { ...fixture, services },
      { name: `send ${round}`, people: messages, senders: lanes, launch: true },
    );
    const from = performance.now();
    let idle = 0;
    while (idle < 3) {
      idle = (await engine.tick()) > 0 ? 0 : idle + 1;
      if (idle > 0) await engine.settled();
      clock.advanceMs(1_000);
    }
    const tookS = (performance.now() - from) / 1000;
    const left = await services.db
      .selectFrom('prospects')
      .select('id')
      .where('campaign_id', '=', id)
      .where('status', '<>', 'completed')
      .execute();
    if (left.length > 0) throw new Error(`${left.length} people got no message`);
    return messages / tookS;
  };
  const reference = async () => {
    const mailer = createTransport({
      host: '127.0.0.1',
      port,
      pool: true,
      maxConnections: 50,
      maxMessages: Infinity,
      ignoreTLS: true,
    });
    const from = performance.now();
    await Promise.all(Array.from({ length: messages }, (_, i) => mailer.sendMail(bareMail(i))));
    const tookS = (performance.now() - from) / 1000;
    mailer.close();
    return messages / tookS;
  };
  try {
    return [rate('send', 'messages/s', await interleave(rounds, ours, reference))];
  } finally {
    await fixture.close();
    sink.kill();
  }
}

/** The same mail as the campaign's, headers included. */
function bareMail(i: number) {
  const text =
    `Hi Person${i},\n\nI saw what Company ${i % 1000} does and have a question. ` +
    'Do you have ten minutes this week?\n\nBest,\nSam';
  return {
    from: `s-${i % senders}@sender.test`,
    to: `p${i}@people.test`,
    subject: `A question, Person${i}`,
    messageId: `<${crypto.randomUUID()}@sender.test>`,
    headers: { 'List-Unsubscribe': `<mailto:s-${i % senders}@sender.test?subject=unsubscribe>` },
    text,
    html: `<p>${text.replaceAll('\n\n', '</p><p>').replaceAll('\n', '<br>')}</p>`,
  };
}
