import { once } from 'node:events';
import type { Operation } from '../../operation.ts';
import { buildRequest, locate, type Reply } from '../client.ts';

type Server = { url: string; key: string };
type Asked = { operation: Operation; input: Record<string, unknown> };

/** Writes a whole list as CSV while it comes. Returns the refusal; null when there was none. */
export async function downloadCsv(
  { url, key }: Server,
  { operation, input }: Asked,
  stdout: NodeJS.WritableStream,
): Promise<Reply | null> {
  const { path } = buildRequest(operation, input);
  const headers = { authorization: `Bearer ${key}`, accept: 'text/csv, application/json' };
  const response = await fetch(locate(url, path), { headers });
  if (!response.ok || !response.body) {
    const text = await response.text();
    const meta = { ok: response.ok, status: response.status };
    return { ...meta, text, body: JSON.parse(text), requestId: null };
  }
  for await (const piece of response.body) if (!stdout.write(piece)) await once(stdout, 'drain');
  return null;
}
