import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll } from 'vitest';
import { issueKey } from '../src/engine/keys.ts';
import type { Parts, Scope } from '../src/operation.ts';
import { createHttp, type HttpOptions } from '../src/surfaces/http.ts';

export type Tenant = { workspaceId: string; memberId: string };
export type Sent = { status: number; body: Record<string, unknown>; headers: Record<string, unknown>; text: string };
export type Send = (route: string, body?: unknown, headers?: Record<string, string>) => Promise<Sent>;

/** The real HTTP server on a test's parts, asked without a socket. */
export function testApi(parts: Parts, options: HttpOptions = {}) {
  const app: FastifyInstance = createHttp(parts, options);
  afterAll(() => app.close());
  /** Calls with a new key of the tenant: `send('POST /api/keys', { name: 'ci' })`. */
  const as = async (tenant: Tenant, scopes: readonly Scope[] = ['admin']): Promise<Send> => {
    const { text } = await issueKey(parts.db, { ...tenant, name: 'test', scopes, at: parts.clock.now() });
    return (route, body, headers = {}) => send(app, route, { body, headers: { authorization: `Bearer ${text}`, ...headers } });
  };
  return { app, as, anonymous: ((route, body, headers = {}) => send(app, route, { body, headers })) as Send };
}

async function send(
  app: FastifyInstance,
  route: string,
  { body, headers }: { body: unknown; headers: Record<string, string> },
): Promise<Sent> {
  const [method = 'GET', url = '/'] = route.split(' ');
  const raw = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined;
  const options: InjectOptions = {
    method: method as 'GET',
    url,
    headers: raw ? headers : { 'content-type': 'application/json', ...headers },
  };
  if (body !== undefined) options.payload = raw ? body : JSON.stringify(body);
  const response = await app.inject(options);
  const type = String(response.headers['content-type'] ?? '');
  return {
    status: response.statusCode,
    text: response.payload,
    headers: response.headers,
    body: type.includes('json') && response.payload ? response.json() : {},
  };
}
