import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDocument, root } from '../project/documents.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'postrider-examples-'));
const env = {
  PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
  HOME: folder,
  npm_config_offline: 'true',
  npm_config_update_notifier: 'false',
};
let server: ChildProcess;
let url: string;

/** Makes a folder as `npm ci` leaves it, and starts a server in it. */
beforeAll(async () => {
  mkdirSync(path.join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(
    path.join(root, 'bin/postrider.js'),
    path.join(folder, 'node_modules/.bin/postrider'),
  );
  symlinkSync(process.execPath, path.join(folder, 'node_modules/.bin/node'));
  symlinkSync(path.join(root, 'examples'), path.join(folder, 'examples'));
  server = spawn(process.execPath, [path.join(root, 'src/main.ts'), 'start'], {
    cwd: folder,
    env: { ...env, POSTRIDER_PORT: '0', POSTRIDER_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: server.stdout! }))
    if (line.includes('data directory')) break;
  url = JSON.parse(readFileSync(path.join(folder, '.data/server.json'), 'utf8')).url;
});

afterAll(async () => {
  server.kill('SIGTERM');
  if (server.exitCode === null) await once(server, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

const adminKey = () => readFileSync(path.join(folder, '.data/admin.key'), 'utf8').trim();

/** Runs one of the scripts. Returns the lines it printed. @throws with `stderr` when it fails */
async function runExample(key: string, script: string, ...args: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.join(root, 'examples', script), ...args],
    { cwd: folder, env: { ...env, POSTRIDER_BASE_URL: url, POSTRIDER_API_KEY: key } },
  );
  return stdout.trimEnd().split('\n');
}

async function ask(key: string, route: string, body?: object): Promise<Record<string, unknown>> {
  const [method = 'GET', address] = route.split(' ');
  const response = await fetch(`${url}/api${address}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return (await response.json()) as Record<string, unknown>;
}

/** Makes a sandbox workspace with its clock at a Monday morning. Returns its key. */
async function createSandbox(): Promise<string> {
  const settings = { name: 'Examples', clock: '2026-03-02T07:00:00Z' };
  return (await ask(adminKey(), 'POST /workspaces', settings)).key as string;
}

const campaignOf = (lines: readonly string[]): string =>
  /^campaign (\S+) is launched$/m.exec(lines.join('\n'))![1]!;

it('the README of the examples runs as printed', async () => {
  const blocks = readDocument('examples/README.md').blocks.filter(
    ({ info }) => info === 'sh examples',
  );
  expect(blocks).toHaveLength(4);
  const script = blocks.map(({ code }) => code.replace('http://127.0.0.1:4020', url));
  const lines = ['set -euo pipefail', ...script].join('\n');
  const { stdout } = await promisify(execFile)('bash', ['-c', lines], { cwd: folder, env });
  expect(stdout).toMatch(/^ann\+reply-1d@people\.example +replied/m);
  expect(stdout).toMatch(/^1 \S+ campaign\.launched/m);
  expect(stdout).toMatch(/^campaign: 2 added, 0 there already, 1 refused$/m);
  expect(stdout).toMatch(/^campaign: 0 added, 2 there already, 1 refused$/m);
  expect(stdout).toMatch(/^"crm-1","dora\+reply-1d@people\.example","replied",/m);
}, 120_000);

describe('first-campaign.ts', () => {
  it('the script plays a week in a sandbox, and each person ends as scripted', async () => {
    const key = await createSandbox();
    const lines = await runExample(key, 'first-campaign.ts');
    const id = campaignOf(lines);
    expect(lines[0]).toContain('at night and on weekends');
    expect(lines.slice(2).map((line) => line.split(/ +/).slice(0, 2))).toEqual([
      ['ann+reply-1d@people.example', 'replied'],
      ['bob@people.example', 'completed'],
      ['cleo+bounce@people.example', 'bounced'],
    ]);
    const { campaign } = await ask(key, `GET /campaigns/${id}`);
    expect(campaign).toMatchObject({ status: 'completed', stats: { replied: 1, bounced: 1 } });
  }, 60_000);

  it('the script asks for addresses in a live workspace, and for a mailbox', async () => {
    await expect(runExample(adminKey(), 'first-campaign.ts')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('This workspace is live: name the addresses'),
    });
    const run = runExample(adminKey(), 'first-campaign.ts', 'eva@people.test');
    await expect(run).rejects.toMatchObject({
      stderr: expect.stringContaining('Connect a mailbox first'),
    });
    expect(await ask(adminKey(), 'GET /campaigns')).toMatchObject({ total: 0 });
  });

  it('the script prints the code and the hint of a refusal', async () => {
    await expect(runExample('pr_live_wrong', 'first-campaign.ts')).rejects.toMatchObject({
      stderr: expect.stringMatching(/auth\.invalid.*keys create/),
    });
  });
});

describe('follow-events.ts', () => {
  it('a second run goes on after the last event that the first one printed', async () => {
    const key = await createSandbox();
    await runExample(key, 'first-campaign.ts');
    const file = path.join(folder, 'events.txt');
    const first = await runExample(key, 'follow-events.ts', file, '--once');
    const { last_seq: last } = await ask(key, 'GET /events');
    const numbers = (lines: readonly string[]) => lines.map((line) => Number(line.split(' ')[0]));
    expect(numbers(first)).toEqual(Array.from({ length: Number(last) }, (_, i) => i + 1));
    expect(readFileSync(file, 'utf8')).toBe(String(last));
    expect(await runExample(key, 'follow-events.ts', file, '--once')).toEqual(['']);

    await runExample(key, 'first-campaign.ts');
    const next = await runExample(key, 'follow-events.ts', file, '--once');
    expect(next[0]).toMatch(/ campaign\.launched /);
    expect(numbers(next)[0]).toBe(Number(last) + 1);
  }, 60_000);

  it('the script prints events while it runs', async () => {
    const key = await createSandbox();
    const script = path.join(root, 'examples/follow-events.ts');
    const follower = spawn(process.execPath, [script, path.join(folder, 'live.txt')], {
      env: { ...env, POSTRIDER_BASE_URL: url, POSTRIDER_API_KEY: key },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await runExample(key, 'first-campaign.ts');
    const kinds: string[] = [];
    for await (const line of createInterface({ input: follower.stdout })) {
      kinds.push(line.split(' ')[2]!);
      if (kinds.at(-1) === 'campaign.completed') follower.kill('SIGTERM');
    }
    expect(kinds).toContain('prospect.replied');
  }, 60_000);
});

describe('crm-sync.ts', () => {
  it('contacts are added once, and statuses and replies are read back', async () => {
    const key = await createSandbox();
    const campaign = campaignOf(await runExample(key, 'first-campaign.ts'));
    const contacts = path.join(folder, 'contacts.json');
    const result = path.join(folder, 'mine.csv');
    const people = ['+reply-2d', '', '+unsubscribe-1d'].map((word, i) => {
      return {
        id: `c${i}`,
        email: `p${i}${word}@people.example`,
        first_name: 'P',
        company: 'A "B"',
      };
    });
    writeFileSync(contacts, JSON.stringify(people));

    const sync = () => runExample(key, 'crm-sync.ts', campaign, contacts, result);
    expect(await sync()).toEqual([
      'leads: 3 new, 0 known',
      'campaign: 3 added, 0 there already, 0 refused',
      `wrote ${result}`,
    ]);
    expect(readFileSync(result, 'utf8')).toContain('"c0","p0+reply-2d@people.example","pending"');
    const { lists } = await ask(key, 'GET /lists');
    expect(lists).toContainEqual(expect.objectContaining({ name: 'From the CRM' }));

    await ask(key, 'POST /clock/advance', { by: '6 days' });
    expect((await sync()).slice(0, 2)).toEqual([
      'leads: 0 new, 3 known',
      'campaign: 0 added, 3 there already, 0 refused',
    ]);
    const rows = readFileSync(result, 'utf8').trim().split('\n');
    expect(rows.map((row) => row.split(',')[2])).toEqual([
      '"status"',
      '"replied"',
      '"completed"',
      '"unsubscribed"',
    ]);
    expect(rows[1]).toMatch(/"Thank you for the message\./);
  }, 60_000);

  it('a contact with an invalid address is named, and the others are added', async () => {
    const key = await createSandbox();
    const campaign = campaignOf(await runExample(key, 'first-campaign.ts'));
    const lines = await runExample(key, 'crm-sync.ts', campaign);
    expect(lines).toContain('contact crm-3 is left out: its email is not valid');
    expect(lines).toContain('campaign: 2 added, 0 there already, 1 refused');
  }, 60_000);
});
