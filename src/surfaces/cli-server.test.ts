import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandLine, run } from '../../test/fixtures/api.ts';
import { testDatabase } from '../../test/fixtures/database.ts';
import { issueKey } from '../engine/accounts/keys.ts';
import { proveServer } from '../vault.ts';

const database = await testDatabase();
const cli = await commandLine(database.services, database, { secret: 'its secret' });
const folder = await mkdtemp('/tmp/postrider-cli-');
afterAll(() => rm(folder, { recursive: true }));
const file = (name: string, text: string) => writeFile(path.join(folder, name), text);

describe('the server and its key', () => {
  it('are found in the data directory', async () => {
    const { text } = await issueKey(database.db, {
      ...database,
      name: 'first',
      scopes: ['admin'],
      at: database.clock.now(),
    });
    await file('server.json', JSON.stringify({ url: cli.url, secret: 'its secret' }));
    await file('admin.key', `${text}\n`);
    expect(await run('setting', { POSTRIDER_DATA_DIR: folder })).toMatchObject({ code: 0 });
    expect(
      await run('setting', { POSTRIDER_DATA_DIR: folder, POSTRIDER_BASE_URL: cli.url }),
    ).toMatchObject({ code: 0 });
  });

  it.each([['another secret'], ['']])(
    'do not meet a program that only listens at the address: %s',
    async (secret) => {
      const asked: (string | undefined)[] = [];
      const stranger = createServer((request, response) => {
        asked.push(request.headers.authorization);
        const nonce = new URL(request.url!, cli.url).searchParams.get('nonce')!;
        response.end(JSON.stringify({ status: 'ok', proof: proveServer(secret, nonce) }));
      }).listen(0, '127.0.0.1');
      await once(stranger, 'listening');
      const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
      const answer = await run('setting', { POSTRIDER_DATA_DIR: folder, POSTRIDER_BASE_URL: url });
      stranger.close();
      expect(answer).toMatchObject({
        code: 3,
        err: expect.stringContaining('so the key stays here'),
      });
      expect(asked).toEqual([undefined]);
    },
  );

  it('that are missing are named', async () => {
    expect(await run('setting', { POSTRIDER_DATA_DIR: '/nowhere' })).toMatchObject({
      code: 3,
      err: expect.stringMatching(/npm start.*POSTRIDER_BASE_URL/),
    });
    const elsewhere = await run('setting', {
      POSTRIDER_DATA_DIR: folder,
      POSTRIDER_BASE_URL: 'https://postrider.example.com',
    });
    expect(elsewhere, 'the key of this machine must not travel').toMatchObject({
      code: 3,
      err: expect.stringContaining('set POSTRIDER_API_KEY'),
    });
    expect(await run('setting', { POSTRIDER_BASE_URL: 'nowhere' })).toMatchObject({
      code: 3,
      err: expect.stringContaining('not a URL'),
    });
    const bare = await run('setting', {
      POSTRIDER_DATA_DIR: folder,
      POSTRIDER_BASE_URL: 'localhost:4020',
    });
    expect(bare).toMatchObject({
      code: 3,
      err: expect.stringContaining('such as http://127.0.0.1:4020'),
    });
  });
});
