import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type App, startApp } from '../../app.ts';
import { readConfig } from '../../config.ts';
import { adminKeyFile } from '../../data-dir.ts';
import { systemClock } from '../../engine/clock.ts';
import type { Operation } from '../../operation.ts';
import { createCampaign } from '../../operations/campaigns/create.ts';
import { launchCampaign } from '../../operations/campaigns/launch.ts';
import { updateCampaign } from '../../operations/campaigns/update.ts';
import { updateClock } from '../../operations/clock/update.ts';
import { addProspects } from '../../operations/roster/add.ts';
import { createSandboxSender } from '../../operations/senders/create-sandbox.ts';
import { createWorkspace } from '../../operations/workspaces/create.ts';
import { createClient } from '../client.ts';
import { awaitStopSignal } from './stop-signal.ts';

const senders = 5;
const people = 200;
/** Seconds of the sandbox in one second: a day passes in ten seconds. */
const speed = 8_640;
/** The behaviour of some people, by their place among `behaviourCycle`; the others stay silent. */
const behaviours: Record<number, string> = {
  4: '+reply-1d',
  9: '+ooo-4d',
  15: '+reply-6h',
  21: '+bounce',
  28: '+reply-4d',
  34: '+unsubscribe-5h',
};
const behaviourCycle = 40;

/**
 * Runs a server with a sandbox on a fast clock and a started campaign, until SIGTERM or SIGINT. Its
 * data is deleted at the end. Returns the exit code.
 */
export async function demo(env: Record<string, string | undefined>): Promise<number> {
  const stopSignal = awaitStopSignal();
  const dataDir = mkdtempSync(path.join(tmpdir(), 'postrider-demo-'));
  let app: App | undefined;
  try {
    const settings = {
      POSTRIDER_DATA_DIR: dataDir,
      POSTRIDER_PORT: env.POSTRIDER_PORT ?? '0',
      POSTRIDER_LOG_LEVEL: 'warn',
    };
    app = await startApp(readConfig(settings), console.log);
    const url = app.url!;
    const campaign = await startCampaign(url, readFileSync(adminKeyFile(dataDir), 'utf8').trim());
    console.log(describeDemo(url, campaign));
    await stopSignal;
    console.log('Cleaning up ...');
    return 0;
  } finally {
    await app?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

type DemoCampaign = { key: string; campaignId: string };

/** Creates the sandbox and starts its campaign, over the API as any caller does. */
async function startCampaign(url: string, adminKey: string): Promise<DemoCampaign> {
  const { key } = await callerOf(url, adminKey)(createWorkspace, {
    name: 'Demo',
    clock: nextMonday(systemClock.now()),
  });
  const call = callerOf(url, String(key));
  const ids: unknown[] = [];
  for (let i = 1; i <= senders; i++) {
    const sender = {
      email_address: `sam${i}@acme.example`,
      first_name: 'Sam',
      last_name: `Sender ${i}`,
      daily_limit: 20,
    };
    ids.push(((await call(createSandboxSender, sender)).account as { id: string }).id);
  }
  const made = await call(createCampaign, { type: 'email', name: 'Demo', sender_account_ids: ids });
  const { id } = made.campaign as { id: string };
  await call(updateCampaign, {
    id,
    timezone: 'Europe/Berlin',
    sequence_nodes: [
      {
        type: 'email',
        subject: 'A question, %first_name%',
        body: 'Hi %first_name%,\n\nis %company% looking for more meetings?\n\nSam',
      },
      { type: 'delay', delay_days: 3 },
      { type: 'email', is_reply: true, body: 'Hi %first_name%, any thoughts?\n\nSam' },
      { type: 'delay', delay_days: 5 },
      { type: 'email', is_reply: true, body: 'Shall I close the file?\n\nSam' },
      { type: 'end' },
    ],
  });
  const prospects = Array.from({ length: people }, (_, i) => {
    return {
      email: `person${i + 1}${behaviours[i % behaviourCycle] ?? ''}@people.example`,
      first_name: `Person ${i + 1}`,
      company: `Company ${i + 1}`,
    };
  });
  await call(addProspects, { id, prospects });
  await call(launchCampaign, { id });
  await call(updateClock, { speed });
  return { key: String(key), campaignId: id };
}

function callerOf(url: string, key: string) {
  const client = createClient({ url, key });
  return async (
    operation: Operation,
    input: Record<string, unknown>,
  ): Promise<Record<string, unknown>> => {
    const reply = await client(operation, input);
    if (!reply.ok)
      throw new Error(`The demo could not be set up: ${operation.name} answered ${reply.text}`);
    return reply.body as Record<string, unknown>;
  };
}

/** The Monday after an instant, 06:00 UTC. */
function nextMonday(now: Date): string {
  const today = Temporal.PlainDate.from(now.toISOString().slice(0, 10));
  return `${today.add({ days: 8 - today.dayOfWeek }).toString()}T06:00:00Z`;
}

function describeDemo(url: string, { key, campaignId }: DemoCampaign): string {
  return `
A sandbox is running: ${people} simulated people, ${senders} senders, three touches. \
A day passes in ten seconds; nothing leaves this machine.

  URL  ${url}
  key  ${key}

Look at it from another terminal, in this folder:

  export POSTRIDER_BASE_URL=${url} POSTRIDER_API_KEY=${key}
  npm run -s postrider -- clock
  npm run -s postrider -- campaign --id ${campaignId} --format table
  npm run -s postrider -- campaign forecast --id ${campaignId} --format table

Ctrl-C ends it and leaves nothing behind.
`;
}
