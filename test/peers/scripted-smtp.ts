import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export type Stage =
  | 'banner'
  | 'ehlo'
  | 'auth'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'body'
  | 'dot'
  | 'after';
/** Replaces the usual answer: hang up, say nothing, or say this. */
export type Act = 'cut' | 'silence' | { say: string };

export type ScriptedSmtp = {
  port: number;
  /** Messages with a final dot that was answered with 250. */
  taken: string[];
  connections: () => number;
  /** The most connections that were open at the same time. */
  peak: () => number;
  stop: () => Promise<void>;
};

type Script = {
  act: (stage: Stage, line: string, connection: number) => Act | undefined;
  extensions?: string[];
};

/**
 * An SMTP server that can fail at any stage of a session. `act` returns undefined for the usual
 * answer.
 */
export async function startScriptedSmtp({
  act,
  extensions = ['AUTH PLAIN LOGIN'],
}: Script): Promise<ScriptedSmtp> {
  const sockets = new Set<Socket>();
  const taken: string[] = [];
  let connections = 0;
  let peak = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    peak = Math.max(peak, sockets.size);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    converse(socket, (stage, line) => act(stage, line, connections), { extensions, taken });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    port: (server.address() as { port: number }).port,
    taken,
    connections: () => connections,
    peak: () => peak,
    stop,
  };
}

const verbs: Record<string, Stage> = {
  EHLO: 'ehlo',
  AUTH: 'auth',
  MAIL: 'mail',
  RCPT: 'rcpt',
  DATA: 'data',
};

type Session = { extensions: string[]; taken: string[] };

function converse(
  socket: Socket,
  act: (stage: Stage, line: string) => Act | undefined,
  { extensions, taken }: Session,
): void {
  const usual: Partial<Record<Stage, string>> = {
    ehlo: ['scripted.test', ...extensions]
      .map((line, index, all) => `250${index === all.length - 1 ? ' ' : '-'}${line}`)
      .join('\r\n'),
    auth: '235 2.7.0 Hello',
    data: '354 Go on',
    dot: '250 2.0.0 Taken',
  };
  const answer = (stage: Stage, line: string, reply: string): boolean => {
    const chosen = act(stage, line);
    if (chosen === 'cut') socket.destroy();
    else if (chosen !== 'silence') socket.write(`${chosen ? chosen.say : reply}\r\n`);
    return chosen === undefined;
  };
  let buffer = '';
  let body: string | null = null;
  let recipients = 0;
  /** Lines of AUTH LOGIN that are still to come. */
  let asked = 0;
  const readBody = () => {
    if (act('body', buffer) === 'cut') return void socket.destroy();
    const end = buffer.indexOf('\r\n.\r\n');
    if (end < 0) return;
    body = buffer.slice(0, end);
    buffer = buffer.slice(end + 5);
    if (answer('dot', body, usual.dot ?? '')) taken.push(body);
    body = null;
    if (act('after', '') === 'cut') socket.end();
    else readLines();
  };
  const readLines = () => {
    for (
      let end = buffer.indexOf('\r\n');
      end >= 0 && body === null;
      end = buffer.indexOf('\r\n')
    ) {
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      const stage = verbs[line.slice(0, 4).toUpperCase()];
      if (asked > 0) {
        asked -= 1;
        socket.write(`${asked > 0 ? '334 UGFzc3dvcmQ6' : usual.auth}\r\n`);
        continue;
      }
      if (line === 'QUIT') return void socket.end('221 Bye\r\n');
      if (stage === 'mail') recipients = 0;
      if (line === 'AUTH LOGIN') {
        if (answer('auth', line, '334 VXNlcm5hbWU6')) asked = 2;
      } else if (!stage) socket.write('250 Ok\r\n');
      else if (stage === 'data' && recipients === 0)
        socket.write('554 5.5.1 No valid recipients\r\n');
      else if (answer(stage, line, usual[stage] ?? '250 Ok')) {
        if (stage === 'rcpt') recipients += 1;
        if (stage === 'data') body = '';
      }
    }
    if (body !== null) readBody();
  };
  socket
    .setNoDelay(true)
    .setEncoding('latin1')
    .on('data', (chunk) => {
      buffer += chunk;
      if (body === null) readLines();
      else readBody();
    });
  answer('banner', '', '220 scripted.test ESMTP');
}
