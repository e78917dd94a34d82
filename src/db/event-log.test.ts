import { pino } from 'pino';
import { afterAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/fixtures/database.ts';
import { newId } from '../ids.ts';
import { openDatabase, transact } from './database.ts';
import { appendEvents } from './events.ts';
import { insertWorkspace } from './workspaces.ts';

const { url, workspaceId } = await testDatabase();
const lines: Record<string, unknown>[] = [];
const log = pino(
  { base: null, timestamp: false },
  { write: (line) => lines.push(JSON.parse(line)) },
);
const { db, close } = openDatabase(url, log, 2);
afterAll(close);

const at = new Date('2026-03-02T09:00:00Z');
const campaignId = newId();
const prospectId = newId();
const append = (workspace: string) =>
  transact(db, (transaction) =>
    appendEvents(transaction, { workspaceId: workspace, at, actor: 'engine' }, [
      { kind: 'message.sent', campaignId, prospectId, data: { body: 'Dear Ann' } },
      { kind: 'campaign.paused', campaignId, data: { reason: 'too many bounces' } },
    ]),
  );

it('each committed event is one line of ids and the reason, without any text', async () => {
  await append(workspaceId);
  const ids = { workspaceId, actor: 'engine', campaignId };
  expect(lines.splice(0)).toEqual([
    { level: 30, ...ids, prospectId, msg: 'message.sent' },
    { level: 40, ...ids, reason: 'too many bounces', msg: 'campaign.paused' },
  ]);
});

it('an event that is rolled back leaves no line', async () => {
  const failing = transact(db, async (transaction) => {
    await appendEvents(transaction, { workspaceId, at, actor: 'engine' }, [
      { kind: 'message.sent', campaignId },
    ]);
    throw new Error('rolled back');
  });
  await expect(failing).rejects.toThrow('rolled back');
  expect(lines).toEqual([]);
});

it('a sandbox leaves no line, because its clock may run a day in a second', async () => {
  const sandbox = newId();
  await insertWorkspace(db, { id: sandbox, name: 'Sandbox', at, mode: 'sandbox', clockAt: at });
  await append(sandbox);
  expect(lines).toEqual([]);
});
