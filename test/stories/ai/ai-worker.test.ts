import { afterAll, expect, it, vi } from 'vitest';
import { createEmailChannel } from '../../../src/channels/email/index.ts';
import { systemClock } from '../../../src/engine/clock.ts';
import { startWorker } from '../../../src/engine/worker.ts';
import { listDrafts } from '../../../src/operations/messages/drafts.ts';
import { launchEmailCampaign, people } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { aiEmail } from '../../fixtures/ai.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { llmSettings, startLlm, writeAll } from '../../peers/llm.ts';
import { startSink } from '../../peers/sink.ts';

const llm = await startLlm();
const sink = await startSink();
const t = await testDatabase({ env: llmSettings(llm.url, 'anthropic') });
const channel = createEmailChannel(t.services.config, t.services.log);
const services = { ...t.services, clock: systemClock, channels: new Map([['email', channel]]) };
const test = { ...t, services };
const { call } = createCaller(services, t);
afterAll(async () => {
  await channel.close();
  await sink.stop();
});

const launch = async (name: string, count: number) => {
  const sender = await addMailbox(test, {
    address: `${name}@sender.test`,
    smtp: sink,
    dailyLimit: 50_000_000,
    minGapSeconds: 1,
  });
  return launchEmailCampaign(test, {
    name,
    senders: [sender],
    nodes: [aiEmail],
    people: people(count, name),
  });
};

it('a worker process queues texts, has them written, and sends them', async () => {
  llm.reply = writeAll;
  const worker = await startWorker(services);
  await launch('worker', 2);
  await vi.waitFor(
    () =>
      expect(sink.messages.map((mail) => mail.headers.subject).sort()).toEqual([
        'subject for P0',
        'subject for P1',
      ]),
    30_000,
  );
  await worker.stop();
});

it('a worker stops while the model thinks, and the next one has the text written', async () => {
  llm.reply = () => 'hangs';
  llm.asked.length = 0;
  const worker = await startWorker(services);
  const id = await launch('stopped', 1);
  await vi.waitFor(() => expect(llm.asked).toHaveLength(1), 30_000);
  const startedAt = performance.now();
  await worker.stop();
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  llm.reply = writeAll;
  const next = await startWorker(services);
  await vi.waitFor(
    () =>
      expect(sink.messages.filter((mail) => mail.to[0] === 'stopped0@people.test')).toHaveLength(1),
    30_000,
  );
  await next.stop();
  expect(await call(listDrafts, { id })).toMatchObject({ nodes: [{ written: 1, failed: 0 }] });
});
