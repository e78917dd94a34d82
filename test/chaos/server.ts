import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

export const main = path.join(import.meta.dirname, '../../src/main.ts');

export type Answer = { status: number; headers: Headers; text: string };
type Sending = { body?: unknown; headers?: Record<string, string> };

/** A real server process, started as `npm start` does. */
export class Server {
  readonly #env: Record<string, string>;
  #process: ChildProcess | null = null;
  /** Where its API listens; empty in a process that only sends. */
  url = '';

  constructor(env: Record<string, string>) {
    this.#env = env;
  }

  /** Resolves when it is ready. @throws when it ends instead */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [main, 'start'], {
      env: { ...process.env, ...this.#env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = child;
    for await (const line of createInterface({ input: child.stdout! })) {
      this.url = /URL\s+(http\S+)/.exec(line)?.[1] ?? this.url;
      if (!/data directory/.test(line)) continue;
      child.stdout!.resume();
      return;
    }
    throw new Error('The server ended before it was ready.');
  }

  /** Kills the process at once, without a shutdown. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks it to drain. Returns its exit code, null when it was gone already. */
  stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  /** Stops the process where it stands, as a machine that hangs does. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const gone = once(child, 'exit');
    child.kill(signal);
    // A frozen process reacts to nothing but SIGKILL.
    child.kill('SIGCONT');
    const [code] = await gone;
    return code as number | null;
  }

  /**
   * Calls the API with the first key. Returns any answer, errors too.
   * @throws when there is no answer
   */
  async ask(route: string, { body, headers = {} }: Sending = {}): Promise<Answer> {
    const [method = 'GET', target = ''] = route.split(' ');
    const key = readFileSync(path.join(this.#env.POSTRIDER_DATA_DIR!, 'admin.key'), 'utf8').trim();
    const raw = typeof body === 'string';
    const sent = body === undefined ? {} : { body: raw ? body : JSON.stringify(body) };
    const type =
      body === undefined ? {} : { 'content-type': raw ? 'text/csv' : 'application/json' };
    const response = await fetch(`${this.url}${target}`, {
      method,
      ...sent,
      headers: { ...type, ...headers, authorization: `Bearer ${key}` },
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Calls the API with the first key. @throws on anything but success */
  async call<Body>(route: string, body?: unknown): Promise<Body> {
    const { status, text } = await this.ask(route, { body });
    if (status >= 300) throw new Error(`${route}: ${status} ${text}`);
    return JSON.parse(text) as Body;
  }
}
