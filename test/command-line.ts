import { Readable, Writable } from 'node:stream';
import { afterAll } from 'vitest';
import { issueKey } from '../src/engine/keys.ts';
import type { Parts } from '../src/operation.ts';
import { runCli } from '../src/surfaces/cli.ts';
import { createHttp, type HttpOptions } from '../src/surfaces/http.ts';
import type { Tenant } from './api.ts';

export type Ran = { code: number; out: string; err: string; body: Record<string, unknown> };

/** Runs command lines in this process, as a shell would split them. */
export async function run(line: string | readonly string[], env: Record<string, string>, stdin = ''): Promise<Ran> {
  const [out, err] = [sink(), sink()];
  const argv = typeof line === 'string' ? splitWords(line) : line;
  const code = await runCli(argv, env, { stdin: Readable.from([Buffer.from(stdin)]), stdout: out.stream, stderr: err.stream });
  return { code, out: out.text(), err: err.text(), body: out.text().startsWith('{') ? JSON.parse(out.text()) : {} };
}

/** A real server on a free port, and command lines against it with an admin key of the tenant. */
export async function commandLine(parts: Parts, tenant: Tenant, options: HttpOptions = {}) {
  const app = createHttp(parts, options);
  afterAll(() => app.close());
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const { text } = await issueKey(parts.db, { ...tenant, name: 'cli', scopes: ['admin'], at: parts.clock.now() });
  const env = { POSTRIDER_BASE_URL: url, POSTRIDER_API_KEY: text };
  return { url, env, run: (line: string | readonly string[], stdin?: string) => run(line, env, stdin) };
}

/** Words of a POSIX command line: single and double quotes, no expansions. */
export function splitWords(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"']+|"(?:[^"\\]|\\.)*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_all, double?: string, single?: string) => single ?? double!.replace(/\\(.)/g, '$1')),
  );
}

function sink(): { stream: Writable; text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
}
