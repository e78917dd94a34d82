import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { findRunning } from '../../../src/db/embedded/running.ts';
import { root } from '../../project/documents.ts';

const home = mkdtempSync('/tmp/postrider-shutdown-');
const dataDir = path.join(home, 'data');
const started: ChildProcess[] = [];

type Server = { child: ChildProcess; output: Interface; lines: string[] };

/** Starts a server process and collects the lines it prints. */
function launch(env: Record<string, string> = {}): Server {
  const settings = { PATH: process.env.PATH, POSTRIDER_DATA_DIR: dataDir, POSTRIDER_PORT: '0' };
  const child = spawn(process.execPath, [path.join(root, 'src/main.ts'), 'start'], {
    env: { ...settings, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  const output = createInterface({ input: child.stdout });
  const lines: string[] = [];
  output.on('line', (line) => lines.push(line));
  return { child, output, lines };
}

/** Waits until the server prints a line that holds the text. */
async function printed({ output, lines }: Server, text: string): Promise<void> {
  while (!lines.some((line) => line.includes(text))) await once(output, 'line');
}

/** A ready server and a client that sends half a request, so that the drain takes seconds. */
async function launchWithSlowClient(): Promise<Server> {
  const server = launch();
  await printed(server, 'data directory');
  const { url } = JSON.parse(readFileSync(path.join(dataDir, 'server.json'), 'utf8'));
  const client = connect(Number(new URL(url).port), '127.0.0.1');
  client.on('error', () => {});
  const headers = 'host: x\r\ncontent-length: 100\r\nexpect: 100-continue';
  client.write(`POST /api/keys HTTP/1.1\r\n${headers}\r\n\r\n`);
  // "100 Continue" shows that the server has the headers and waits for the rest.
  await once(client, 'data');
  return server;
}

/** Sends the signal again and again, as an impatient user presses Ctrl-C. Returns the exit code. */
async function signalUntilExit(child: ChildProcess, signal: NodeJS.Signals): Promise<number> {
  const timer = setInterval(() => child.kill(signal), 100);
  const [code] = await once(child, 'exit');
  clearInterval(timer);
  return code;
}

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  const running = findRunning(dataDir);
  if (running) process.kill(running.pid, 'SIGQUIT');
  rmSync(home, { recursive: true, force: true });
});

describe('a server that is told to stop', () => {
  it('ends at once at a second Ctrl-C, with the exit code of an interrupted process', async () => {
    const server = await launchWithSlowClient();
    server.child.kill('SIGINT');
    await printed(server, 'SIGINT: stopping. A second one ends the process at once.');
    expect(await signalUntilExit(server.child, 'SIGINT')).toBe(130);
    expect(server.lines.at(-1)).toBe('SIGINT: ended at once.');
  });

  it('ends at once at a second signal of another kind', async () => {
    const server = await launchWithSlowClient();
    server.child.kill('SIGINT');
    await printed(server, 'SIGINT: stopping');
    expect(await signalUntilExit(server.child, 'SIGTERM')).toBe(143);
  });

  it('drains when npm passes on the Ctrl-C that the terminal sent as well', async () => {
    const server = await launchWithSlowClient();
    server.child.kill('SIGINT');
    server.child.kill('SIGTERM');
    expect(await once(server.child, 'exit')).toEqual([0, null]);
    expect(server.lines.at(-1)).toBe('Stopped.');
    expect(findRunning(dataDir)).toBeNull();
  });

  it('ends at once at a second Ctrl-C while it still waits for its database', async () => {
    const mute = createServer();
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    const server = launch({ DATABASE_URL: `postgres://nobody@127.0.0.1:${port}/none` });
    await once(mute, 'connection');
    expect(await signalUntilExit(server.child, 'SIGINT')).toBe(130);
    mute.close();
  });
});
