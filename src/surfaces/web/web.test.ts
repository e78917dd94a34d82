import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { testDatabase } from '../../../test/fixtures/database.ts';
import { createHttp } from '../http.ts';
import type { WebState } from './build.ts';
import { chooseEncoding, readBuiltFiles } from './files.ts';

const { services } = await testDatabase({
  env: { POSTRIDER_PUBLIC_URL: 'https://acme.example/postrider/' },
});
const script = `console.log(${JSON.stringify('x'.repeat(2_000))})`;

function builtFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'postrider-web-'));
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(
    path.join(folder, 'index.html'),
    '<meta nonce="__NONCE__" content="__BASE__"><script src="./assets/index-1.js"></script>',
  );
  writeFileSync(path.join(folder, 'assets/index-1.js'), script);
  writeFileSync(path.join(folder, 'favicon.svg'), '<svg/>');
  return folder;
}

/** A server whose page is in a state. */
function serve(state: WebState) {
  return createHttp(services, { web: { read: () => state, close: () => {} } });
}

const ready = serve({ is: 'ready', files: readBuiltFiles(builtFolder()) });

it('the document has a nonce of its own and names its files below the base path', async () => {
  const [one, other] = await Promise.all([
    ready.inject({ url: '/postrider/' }),
    ready.inject({ url: '/w/some/campaigns' }),
  ]);
  const nonce = /nonce="([^"]+)"/.exec(one.body)?.[1];
  expect(one.headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
  expect(one.headers['content-security-policy']).not.toContain('unsafe');
  expect(one.headers['cache-control']).toBe('no-store');
  expect(one.body).toContain('content="/postrider"');
  expect(one.body).toContain('src="/postrider/assets/index-1.js"');
  expect(other.body).not.toContain(nonce);
});

it.each([
  ['gzip, deflate, br', 'br', brotliDecompressSync],
  ['gzip', 'gzip', gunzipSync],
  ['', undefined, (bytes: Buffer) => bytes],
])('a file is sent as "%s" allows, for ever', async (accepted, encoding, read) => {
  const answer = await ready.inject({
    url: '/assets/index-1.js',
    headers: { 'accept-encoding': accepted },
  });
  expect(answer.headers['content-encoding']).toBe(encoding);
  expect(answer.headers['cache-control']).toContain('immutable');
  expect(read(answer.rawPayload).toString()).toBe(script);
});

it('what is not of the page is answered as before', async () => {
  for (const url of ['/assets/none.js', '/assets/../index.html', '/nowhere', '/api/nowhere'])
    expect((await ready.inject({ url })).json()).toMatchObject({ code: 'route.not_found' });
});

it('an encoding is taken whole, so that "x-gzip" is none', () => {
  expect(chooseEncoding('x-gzip, identity')).toBeNull();
});

it('while the page is built, a small one asks again', async () => {
  const answer = await serve({ is: 'building' }).inject({ url: '/' });
  const nonce = /<script nonce="([^"]+)">.*location\.reload/.exec(answer.body)?.[1];
  expect(answer.headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
  expect(answer.body.length).toBeLessThan(1_000);
});

it('a build that failed says why, and the API runs on', async () => {
  const app = serve({ is: 'failed', reason: 'Cannot find <module>' });
  const answer = await app.inject({ url: '/' });
  expect(answer.statusCode).toBe(500);
  expect(answer.body).toContain('Cannot find &lt;module&gt;');
  expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
});
