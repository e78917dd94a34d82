// npm run chaos -- --kills 50 --sends 5000 [--sent-folder yes|no|both] [--seed 1]
// Kills a real server again and again while it sends, and counts what the recipients got.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { seeded } from '../../src/domain/pacing.ts';
import { type MailPeers, startMailPeers } from '../peers/index.ts';
import { Server } from './server.ts';
import { type Provider, startProvider } from './sink.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    sends: { type: 'string', default: '5000' },
    'sent-folder': { type: 'string', default: 'both' },
    seed: { type: 'string', default: '1' },
  },
});
const kills = Number(values.kills);
const sends = Number(values.sends);
const mailboxes = 30;
const lookMs = 20;

type Verdict = { sent_folder: boolean; sends: number; kills: number; duplicates: number; lost: number; unknown: number };
type Message = { id: string; prospect_id: string; status: string };
type Prospect = { id: string; email: string; status: string };

/** One campaign to `sends` people through `mailboxes` senders, with the server killed `kills` times on the way. */
async function run(withSentFolder: boolean): Promise<Verdict> {
  let drawn = 0;
  const random = () => seeded(values.seed, withSentFolder ? 'with' : 'without', drawn++);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'postrider-chaos-'));
  const peers = withSentFolder ? await startMailPeers() : null;
  const provider = await startProvider({ random, ...(peers ? { sentFolder: (sender) => peers.folder(sender, 'Sent') } : {}) });
  const server = new Server({
    POSTRIDER_DATA_DIR: dataDir,
    POSTRIDER_PORT: '0',
    POSTRIDER_LOG_LEVEL: 'silent',
    POSTRIDER_SEND_SECONDS: '10',
    POSTRIDER_SETTLE_SECONDS: '2',
  });
  try {
    await server.start();
    const campaign = await launch(server, provider, peers);
    for (let kill = 1; kill <= kills; kill++) {
      await untilNextKill(provider, random, kill);
      await server.kill();
      process.stderr.write(`kill ${kill} of ${kills}: ${provider.count()} of ${sends} accepted\n`);
      await server.start();
    }
    await completed(server, campaign);
    return await judge(server, provider, campaign, withSentFolder);
  } finally {
    await server.stop();
    await provider.stop();
    await peers?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function launch(server: Server, provider: Provider, peers: MailPeers | null): Promise<string> {
  const senders: string[] = [];
  const addresses = Array.from({ length: mailboxes }, (_, i) => `sender${i}@sender.test`);
  for (const address of addresses) peers?.addMailbox(address, 'secret');
  for (const email_address of addresses) {
    const imap = peers ? { host: '127.0.0.1', port: peers.ports.imap, tls: 'none' } : null;
    const smtp = { host: '127.0.0.1', port: provider.port, tls: 'none' };
    const mailbox = {
      email_address,
      smtp,
      imap,
      password: 'secret',
      sent_copy: peers ? 'server' : 'none',
      daily_limit: 1_000_000,
      min_gap_seconds: 0,
    };
    senders.push((await server.call<{ account: { id: string } }>('POST /api/email/accounts', mailbox)).account.id);
  }
  const { campaign } = await server.call<{ campaign: { id: string } }>('POST /api/campaigns', {
    type: 'email',
    name: 'Chaos',
    sender_account_ids: senders,
  });
  const sequence_nodes = [{ type: 'email', subject: 'Hello %first_name%', body: 'Hi %first_name%.' }, { type: 'end' }];
  await server.call(`PATCH /api/campaigns/${campaign.id}`, { sequence_nodes });
  for (let from = 0; from < sends; from += 1000) {
    const prospects = Array.from({ length: Math.min(1000, sends - from) }, (_, i) => ({
      email: `p${from + i}@people.test`,
      first_name: `P${from + i}`,
    }));
    await server.call(`POST /api/campaigns/${campaign.id}/leads`, { prospects });
  }
  await server.call(`POST /api/campaigns/${campaign.id}/launch`);
  return campaign.id;
}

/** Lets the server send its share of what is left, or for a moment when it does not get to send. */
async function untilNextKill(provider: Provider, random: () => number, kill: number): Promise<void> {
  const before = provider.count();
  const share = Math.ceil(((sends - before) / (kills - kill + 2)) * 2 * random());
  const patience = performance.now() + 8_000;
  while (provider.count() < before + share && performance.now() < patience) await pause(lookMs);
  await pause(random() * 50);
}

async function completed(server: Server, id: string): Promise<void> {
  const patience = performance.now() + 300_000;
  for (;;) {
    const { campaign } = await server.call<{ campaign: { status: string; stats: unknown } }>(`GET /api/campaigns/${id}`);
    if (campaign.status === 'completed') return;
    if (performance.now() > patience) throw new Error(`The campaign did not complete: ${JSON.stringify(campaign.stats)}`);
    await pause(500);
  }
}

/** Compares what recipients got with what Postrider says. Lost: neither delivered nor listed as unknown. */
async function judge(server: Server, provider: Provider, id: string, withSentFolder: boolean): Promise<Verdict> {
  const unknown = new Set<string>();
  for (let cursor = ''; ; ) {
    const page = await server.call<{ messages: Message[]; next_cursor: string | null }>(
      `GET /api/campaigns/${id}/generate-messages?status=unknown${cursor}`,
    );
    for (const message of page.messages) unknown.add(message.prospect_id);
    if (page.next_cursor === null) break;
    cursor = `&cursor=${page.next_cursor}`;
  }
  let lost = 0;
  for (let page = 1; (page - 1) * 200 < sends; page++) {
    const { prospects } = await server.call<{ prospects: Prospect[] }>(`GET /api/campaigns/${id}/leads?page=${page}&limit=200`);
    lost += prospects.filter((prospect) => !provider.accepted.has(prospect.email) && !unknown.has(prospect.id)).length;
  }
  const duplicates = [...provider.accepted.values()].reduce((sum, keys) => sum + keys.length - 1, 0);
  return { sent_folder: withSentFolder, sends, kills, duplicates, lost, unknown: unknown.size };
}

const modes = { yes: [true], no: [false], both: [true, false] }[values['sent-folder']];
if (!modes) throw new Error('--sent-folder takes yes, no or both');
const verdicts: Verdict[] = [];
for (const mode of modes) {
  verdicts.push(await run(mode));
  console.log(JSON.stringify(verdicts.at(-1)));
}
const sum = (pick: (verdict: Verdict) => number) => verdicts.reduce((total, verdict) => total + pick(verdict), 0);
const unknownWithSentFolder = sum((verdict) => (verdict.sent_folder ? verdict.unknown : 0));
const totals = {
  duplicates: sum((v) => v.duplicates),
  lost: sum((v) => v.lost),
  unknown: sum((v) => v.unknown),
  kills: sum((v) => v.kills),
  sends: sum((v) => v.sends),
};
console.log(JSON.stringify({ ...totals, unknown_with_sent_folder: unknownWithSentFolder }));
process.exit(totals.duplicates + totals.lost + unknownWithSentFolder > 0 ? 1 : 0);
