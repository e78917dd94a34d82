import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { findServer } from '../cli-server.ts';
import { alias } from './alias.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'postrider-alias-'));
afterAll(() => rmSync(folder, { recursive: true }));
vi.spyOn(console, 'log').mockReturnValue();
vi.spyOn(console, 'error').mockReturnValue();

it('the command gets the name puffle where it is asked for, once', async () => {
  expect(await alias(['puffle', '--into', folder])).toBe(0);
  expect(readlinkSync(path.join(folder, 'puffle'))).toMatch(/bin\/postrider\.js$/);
  expect(await alias(['puffle', '--into', folder])).toBe(1);
});

it.each([[[]], [['huffle']], [['puffle', '--onto', 'x']], [['puffle', 'x']]])(
  'other words than puffle are a wrong command line: %j',
  async (argv) => {
    expect(await alias(argv)).toBe(2);
  },
);

const ours = 'http://127.0.0.1:4020';
const theirs = 'https://puffle.test';
const none = { POSTRIDER_DATA_DIR: folder };

it.each([
  [
    { PUFFLE_API_BASE_URL: theirs, PUFFLE_API_KEY: 'p' },
    { url: theirs, key: 'p' },
  ],
  [
    { POSTRIDER_BASE_URL: ours, PUFFLE_API_KEY: 'p' },
    { url: ours, key: 'p' },
  ],
  [
    { POSTRIDER_BASE_URL: ours, POSTRIDER_API_KEY: 'o', PUFFLE_API_BASE_URL: theirs },
    { url: ours, key: 'o' },
  ],
])("Puffle's variables count where ours are not set: %j", async (env, server) => {
  expect(await findServer({ ...none, ...env })).toEqual(server);
});

it.each([{ POSTRIDER_API_KEY: 'o', PUFFLE_API_BASE_URL: theirs }, { PUFFLE_API_KEY: 'p' }])(
  'a key goes to no server that it was not given for: %j',
  async (env) => {
    await expect(findServer({ ...none, ...env })).rejects.toThrow(/No server is known/);
  },
);
