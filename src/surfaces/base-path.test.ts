import { expect, it } from 'vitest';
import { testDatabase } from '../../test/fixtures/database.ts';
import { listKeys } from '../operations/keys/list.ts';
import { createClient } from './client.ts';
import { createHttp } from './http.ts';

const { services } = await testDatabase({
  env: { POSTRIDER_PUBLIC_URL: 'https://acme.example/postrider/' },
});
const app = createHttp(services);

it.each(['', '/postrider'])(
  'pages at a sub-path stay in it, when asked at "%s"',
  async (prefix) => {
    const get = (path: string) => app.inject({ url: `${prefix}${path}` });
    expect((await get('/')).headers.location).toBe('/postrider/docs');
    expect((await get('/docs')).headers.location).toBe('/postrider/docs/');
    const page = await get('/docs/');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('"/postrider/openapi.json"');
    expect((await get('/openapi.json')).json()).toMatchObject({
      servers: [{ url: '/postrider/' }],
    });
    expect((await get('/healthz')).statusCode).toBe(200);
  },
);

it('the sub-path itself leads to the page, and a path that begins alike is not found', async () => {
  expect((await app.inject({ url: '/postrider' })).headers.location).toBe('/postrider/docs');
  expect((await app.inject({ url: '/postriderx/healthz' })).statusCode).toBe(404);
});

it('the client finds a server at a sub-path', async () => {
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const answer = await createClient({ url: `${url}/postrider/`, key: 'none' })(listKeys, {});
  await app.close();
  expect(answer).toMatchObject({ status: 401, body: { code: 'auth.invalid' } });
});
