import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { createClient } from './client.ts';

const apiKey = 'an-access-token';
const server = createServer((request, response) => {
  response.writeHead(401, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      type: 'errors/invalid_credentials',
      detail: `${request.headers['x-api-key']} is no key`,
    }),
  );
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => server.close());
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

it('an error shows no access token that Unipile repeats', async () => {
  const answer = createClient({ url, apiKey }, 5_000).call('GET', '/accounts', {
    answer: z.unknown(),
  });
  await expect(answer).rejects.toMatchObject({
    status: 401,
    type: 'invalid_credentials',
    message: '… is no key',
  });
});
