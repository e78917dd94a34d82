import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { operations } from '../../../src/operations/index.ts';
import { addCampaign } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase();
const { as } = testApi(database.services);
const send = await as(database);

const stored = async (key: string): Promise<Buffer> => {
  const { rows } = await sql<{ fingerprint: Buffer }>`
    select fingerprint from idempotency_keys where key = ${key}`.execute(database.db);
  return rows[0]!.fingerprint;
};

it('a stored request cannot be guessed without the master key', async () => {
  const body = { name: 'winter2026' };
  await send('POST /api/lists', body, { 'idempotency-key': 'guess' });
  const fingerprint = await stored('guess');
  const texts = ['list.create', '["request","list.create"'].flatMap((name) => [
    `${name}${JSON.stringify(body)}`,
    `${name},${JSON.stringify(body)},""]`,
  ]);
  for (const text of texts)
    expect(createHash('sha256').update(text).digest().equals(fingerprint), text).toBe(false);
  const text = JSON.stringify(['request', 'list.create', body, '']);
  expect(database.services.vault.sign(text).equals(fingerprint)).toBe(true);
});

const streamed = operations.filter((operation) => operation.body === 'stream');

it.each(streamed.map(({ route }) => route))(
  '%s takes no Idempotency-Key, so that another file is never dropped',
  async (route) => {
    const id = await addCampaign(database, 'draft');
    const url = route.replace('{id}', id);
    const headers = { 'content-type': 'text/csv', 'idempotency-key': 'file' };
    expect(await send(url, 'email\na@b.test\n', headers)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/idempotency-key' }] },
    });
    const { 'idempotency-key': _key, ...plain } = headers;
    expect((await send(url, 'email\na@b.test\n', plain)).status).toBeLessThan(300);
  },
);

it('another uploaded file under the same key is another request', async () => {
  const id = await addCampaign(database, 'draft');
  const form = (text: string) =>
    `--b\r\ncontent-disposition: form-data; name="file"; filename="x.csv"\r\n` +
    `content-type: text/csv\r\n\r\n${text}\r\n--b--\r\n`;
  const headers = {
    'content-type': 'multipart/form-data; boundary=b',
    'idempotency-key': 'upload',
  };
  const upload = (text: string) =>
    send(`POST /api/campaigns/${id}/leads/upload-csv`, form(text), headers);
  expect((await upload('email\na@b.test')).status).toBe(200);
  expect((await upload('email\na@b.test')).headers['idempotency-replayed']).toBe('true');
  expect(await upload('email\nc@d.test')).toMatchObject({
    status: 422,
    body: { code: 'idempotency.mismatch' },
  });
});
