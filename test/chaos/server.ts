import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const main = path.join(import.meta.dirname, '../../src/main.ts');

/** A real server process, started as `npm start` does. */
export class Server {
  readonly #env: Record<string, string>;
  #process: ChildProcess | null = null;
  url = '';

  constructor(env: Record<string, string>) {
    this.#env = env;
  }

  /** Resolves when it is ready. @throws when it ends instead */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [main, 'start'], { env: { ...process.env, ...this.#env }, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    for await (const line of createInterface({ input: child.stdout! })) {
      const url = /URL\s+(http\S+)/.exec(line)?.[1];
      if (!url) continue;
      this.url = url;
      child.stdout!.resume();
      return;
    }
    throw new Error('The server ended before it was ready.');
  }

  /** No goodbye: the process is gone in the middle of whatever it does. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  /** Calls the API with the first key. @throws on anything but success */
  async call<Body>(route: string, body?: unknown): Promise<Body> {
    const [method = 'GET', target = ''] = route.split(' ');
    const key = readFileSync(path.join(this.#env.POSTRIDER_DATA_DIR!, 'admin.key'), 'utf8').trim();
    const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await fetch(`${this.url}${target}`, { method, ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${route}: ${response.status} ${text}`);
    return JSON.parse(text) as Body;
  }
}
