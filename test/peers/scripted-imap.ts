import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export type ScriptedImap = {
  port: number;
  /** Every command so far, without its tag. */
  commands: string[];
  /** Connections that are open now. */
  open: () => number;
  stop: () => Promise<void>;
};

type Script = {
  /** The inbox: the sources of its messages, by UID. */
  messages?: Record<number, string>;
  /**
   * Answers a command in place of the usual answer: whole lines, with `TAG` for the tag of the
   * command; none when it writes to the socket itself. The greeting is the command ''.
   */
  act?: (command: string, socket: Socket) => string[] | undefined;
};

const dribbleMs = 200;

/** Says something again and again, and never the end of the answer, while the connection lasts. */
export function dribble(socket: Socket, said = '* OK Still here\r\n'): [] {
  const timer = setInterval(() => socket.write(said), dribbleMs);
  socket.once('close', () => clearInterval(timer));
  return [];
}

/** Says something as fast as it is taken, without end, while the connection lasts. */
export function flood(socket: Socket, said: string): [] {
  const chunk = Buffer.from(said.repeat(Math.ceil(65_536 / said.length)), 'latin1');
  const pour = () => {
    if (!socket.destroyed && socket.write(chunk)) setImmediate(pour);
  };
  socket.on('drain', pour);
  pour();
  return [];
}

/** An IMAP server with one folder, in which a test can replace the answer to any command. */
export async function startScriptedImap({
  messages = {},
  act = () => undefined,
}: Script): Promise<ScriptedImap> {
  const sockets = new Set<Socket>();
  const commands: string[] = [];
  const uids = Object.keys(messages).map(Number);
  const next = Math.max(0, ...uids) + 1;
  const selected = [
    `* ${uids.length} EXISTS`,
    '* OK [UIDVALIDITY 7] x',
    `* OK [UIDNEXT ${next}] x`,
    '* FLAGS ()',
    'TAG OK [READ-ONLY] Done',
  ];
  const usual = (command: string): string[] => {
    if (command === 'CAPABILITY') return ['* CAPABILITY IMAP4rev1', 'TAG OK Done'];
    if (command.startsWith('LIST')) return ['* LIST () "/" INBOX', 'TAG OK Done'];
    if (/^(SELECT|EXAMINE)/.test(command)) return selected;
    const from = Number(/^UID SEARCH UID (\d+):\*/.exec(command)?.[1] ?? 1);
    if (command.startsWith('UID SEARCH'))
      return [`* SEARCH ${uids.filter((uid) => uid >= from).join(' ')}`, 'TAG OK Done'];
    if (!/^(UID )?FETCH/.test(command)) return ['TAG OK Done'];
    return [
      ...wanted(command, uids).map((uid) =>
        fetched(uids.indexOf(uid) + 1, uid, messages[uid] ?? ''),
      ),
      'TAG OK Done',
    ];
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    let buffer = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      buffer += chunk;
      for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
        const [, tag = '', command = ''] = /^(\S+) (.*)$/.exec(buffer.slice(0, end)) ?? [];
        buffer = buffer.slice(end + 2);
        commands.push(command);
        const lines = act(command, socket) ?? usual(command);
        socket.write(lines.map((line) => `${line.replace(/^TAG/, tag)}\r\n`).join(''), 'latin1');
      }
    });
    const greeting = act('', socket) ?? ['* OK [CAPABILITY IMAP4rev1] Ready'];
    socket.write(greeting.map((line) => `${line}\r\n`).join(''));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  const { port } = server.address() as { port: number };
  return { port, commands, open: () => sockets.size, stop };
}

/** The UIDs that a FETCH names; the newest for `*` and sequence numbers. */
function wanted(command: string, uids: number[]): number[] {
  const named = /^UID FETCH (\S+)/.exec(command)?.[1]?.split(',').map(Number);
  return named ? uids.filter((uid) => named.includes(uid)) : uids.slice(-1);
}

function fetched(number: number, uid: number, source: string): string {
  const date = '"20-Nov-2026 10:00:00 +0000"';
  const body = `BODY[]<0> {${Buffer.byteLength(source)}}`;
  return `* ${number} FETCH (UID ${uid} INTERNALDATE ${date} ${body}\r\n${source})`;
}
