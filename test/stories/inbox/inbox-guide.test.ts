import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { createHttp } from '../../../src/surfaces/http.ts';
import { bare } from '../../fixtures/inbox-api.ts';
import { openSandboxFixture } from '../../fixtures/sandbox.ts';
import { readDocument } from '../../project/documents.ts';

const fixture = await openSandboxFixture({ clock: '2026-03-02T07:00:00Z' });
const app = createHttp(fixture.services);
const url = await app.listen({ port: 0, host: '127.0.0.1' });
const folder = mkdtempSync(path.join(tmpdir(), 'postrider-inbox-'));
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});
const headers = { authorization: `Bearer ${fixture.key}` };
type Answer = {
  campaigns: { id: string }[];
  data: { id: string }[];
  messages: { body_text: string; sent_at: string }[];
};
const read = async (route: string) =>
  (await (await fetch(`${url}${route}`, { headers })).json()) as Answer;

it('the guide runs as printed: people on X are contacted and their replies counted', async () => {
  const [script] = readDocument('docs/inbox.md').blocks.filter(({ info }) => info === 'sh inbox');
  const env = {
    PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
    POSTRIDER_API_KEY: fixture.key,
    POSTRIDER_BASE_URL: url,
  };
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-c', `set -euo pipefail\n${script!.code}`],
    { cwd: folder, env },
  );
  expect(
    stdout
      .replaceAll(/\{[^}]*\}[^}]*\}\s*\}/g, 'hours')
      .trim()
      .split('\n'),
  ).toEqual([
    'hours',
    '2',
    '2',
    'active',
    'true',
    'status completed',
    'contactedCount 2',
    'repliesCount 1',
    'completionRate 0.5',
    'replyRate 0.5',
  ]);
}, 60_000);

it('the own API shows the messages that the guide sent', async () => {
  const { campaigns } = await read('/api/campaigns');
  const { data } = await read('/api/v1/campaigns/v2');
  expect(data).toMatchObject([
    {
      id: bare(campaigns[0]!.id),
      name: 'Founders',
      hourlyMessageRate: 8,
      scheduleTimezone: 'Europe/Berlin',
    },
  ]);
  const { messages } = await read(
    `/api/campaigns/${campaigns[0]!.id}/generate-messages?status=sent`,
  );
  const texts = messages.map((message) => message.body_text);
  expect(texts.filter((text) => /^(Hi|Hello) there$/.test(text))).toHaveLength(2);
  expect(texts.filter((text) => text === 'Bumping this.')).toHaveLength(1);
  for (const { sent_at } of messages) {
    const hour = new Date(sent_at).getUTCHours() + 1;
    expect([hour >= 9, hour < 17, [1, 2].includes(new Date(sent_at).getUTCDay())], sent_at).toEqual(
      [true, true, true],
    );
  }
  const { data: targets } = await read(`/api/v1/campaigns/v2/${data[0]!.id}/leads`);
  expect(targets).toMatchObject([
    { username: 'ann', status: 'completed', contactedAt: expect.any(String), repliedAt: null },
    { username: 'bob__reply_2h', status: 'replied', repliedAt: expect.any(String) },
  ]);
});
