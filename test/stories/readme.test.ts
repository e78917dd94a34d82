import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MailPeers, startMailPeers } from '../peers/index.ts';
import { nearbyMail } from '../peers/ports.ts';
import { readHeaders } from '../peers/sink.ts';
import { readDocument, root } from '../project/documents.ts';

// The README is typed in as it is printed; only the mailbox is one of ours, and the port is free.
const blocks = readDocument('README.md').blocks;
const scriptOf = (info: string): string[] =>
  blocks.filter((block) => block.info === `sh ${info}`).map((block) => block.code);

type Roster = { prospects: { email: string; status: string; company: string | null }[] };

let peers: MailPeers;
const started: { child: ChildProcess; folder: string }[] = [];

beforeAll(async () => {
  peers = await startMailPeers();
  for (const address of ['ann@sender.test', 'eva@people.test']) peers.addMailbox(address, 'secret');
});

afterAll(async () => {
  for (const { child, folder } of started) {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
  await peers.stop();
});

/**
 * A folder as `npm ci` leaves it, with a server of its own: what it says, and how to type into a
 * shell there.
 */
async function settle() {
  const folder = mkdtempSync(path.join(tmpdir(), 'postrider-readme-'));
  mkdirSync(path.join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(
    path.join(root, 'bin/postrider.js'),
    path.join(folder, 'node_modules/.bin/postrider'),
  );
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
  };
  const own = {
    ...nearbyMail,
    POSTRIDER_PORT: '0',
    POSTRIDER_MAIL_CA: peers.caFile,
    POSTRIDER_LOG_LEVEL: 'error',
  };
  const child = spawn(process.execPath, [path.join(root, 'src/main.ts'), 'start'], {
    cwd: folder,
    env: { ...env, ...own },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push({ child, folder });
  for await (const line of createInterface({ input: child.stdout! }))
    if (line.includes('data directory')) break;
  const { url } = JSON.parse(readFileSync(path.join(folder, '.data/server.json'), 'utf8')) as {
    url: string;
  };
  const key = readFileSync(path.join(folder, '.data/admin.key'), 'utf8').trim();
  const { smtp, imap } = { smtp: peers.ports.submissions, imap: peers.ports.imaps };
  const mailbox = {
    EMAIL: 'ann@sender.test',
    PASSWORD: 'secret',
    SMTP_HOST: 'localhost',
    IMAP_HOST: 'localhost',
    TO: 'eva@people.test',
  };
  const shell = { ...env, ...mailbox, SMTP_PORT: String(smtp), IMAP_PORT: String(imap) };
  /** Types lines into a shell that stops at the first failure. Returns its output. */
  const type = async (script: string) => {
    const lines = `set -euo pipefail\n${script.replaceAll('http://127.0.0.1:4020', url)}`;
    return (await promisify(execFile)('bash', ['-c', lines], { cwd: folder, env: shell })).stdout;
  };
  const ask = async <Answer>(route: string) => {
    const response = await fetch(`${url}/api/${route}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    return (await response.json()) as Answer;
  };
  return { type, ask };
}

it('the mailbox block sets just what the others use', () => {
  const set = [
    ...scriptOf('mailbox')
      .join('')
      .matchAll(/([A-Z_]+)=/g),
  ].map(([, name]) => name);
  expect(set.sort()).toEqual([
    'EMAIL',
    'IMAP_HOST',
    'IMAP_PORT',
    'PASSWORD',
    'SMTP_HOST',
    'SMTP_PORT',
    'TO',
  ]);
});

it('the first campaign by CLI works as printed, from the mail to the reply', async () => {
  const { type, ask } = await settle();
  const [connect, write, launch, change, read] = scriptOf('cli') as [
    ...[string, string, string],
    ...[string, string],
  ];
  const output = await type([connect, write, launch].join('\n'));
  expect(output).not.toMatch(/export [A-Z]+=\$\(/);
  for (const said of ['"timezone": "Europe/Berlin"', '"ready": true', '"status": "active"'])
    expect(output).toContain(said);
  expect(output).toMatch(/"imported": 1,/);

  const [mail] = await peers.arrived('eva@people.test', 1);
  const headers = readHeaders(mail!.raw);
  expect(headers.subject).toBe('A question, Eva');
  expect(headers.from).toContain('Ann Example');
  expect(await type(change)).toMatch(/"daily_limit": 100[\s\S]*"paused"[\s\S]*"active"/);

  const { campaigns } = await ask<{ campaigns: { id: string }[] }>('campaigns');
  const people = () => ask<Roster>(`campaigns/${campaigns[0]!.id}/leads`);
  expect((await people()).prospects).toMatchObject([
    { status: 'sent', company: 'Müller & Söhne, Inc.' },
  ]);
  const answer = [
    'From: eva@people.test',
    'To: ann@sender.test',
    `In-Reply-To: ${headers['message-id']}`,
    'Message-ID: <answer@people.test>',
  ];
  peers.drop(
    'ann@sender.test',
    [...answer, 'Subject: Re: A question', '', 'That would be me.', ''].join('\n'),
  );
  await expect
    .poll(async () => (await people()).prospects[0]!.status, { timeout: 20_000, interval: 50 })
    .toBe('replied');
  expect(await type(read)).toContain('That would be me.');
}, 120_000);

it('the first campaign by curl works as printed, twice with one mailbox', async () => {
  const before = (await peers.messages('eva@people.test')).length;
  const { type, ask } = await settle();
  const script = scriptOf('curl').join('\n');
  await type(scriptOf('cli')[0]!);
  const output = await type(script);
  expect(output).toContain('"imported":1');
  const arrived = await peers.arrived('eva@people.test', before + 1);
  expect(readHeaders(arrived.at(-1)!.raw).subject).toBe('A question');
  await expect(type(script)).rejects.toThrow(/campaign\.name_taken|409/);
  await type(script.replace('By curl', 'Once more'));
  const { campaigns } = await ask<{ campaigns: { name: string }[] }>('campaigns');
  expect(campaigns.map(({ name }) => name).sort()).toEqual(['By curl', 'Once more']);
}, 120_000);
