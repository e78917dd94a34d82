import { connect as connectPlain, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { ImapTransport, ImapTransportSocket } from 'imapflow';

const pieceBytes = 8 * 1024;

/** Sockets with bytes to hand on: one piece of one of them at each turn of the event loop. */
const waiting: PacedSocket[] = [];

function queue(socket: PacedSocket): void {
  if (waiting.push(socket) === 1) setImmediate(handOn);
}

function handOn(): void {
  waiting.shift()?.handOn();
  if (waiting.length > 0) setImmediate(handOn);
}

/**
 * A socket whose bytes come in small pieces, each at a turn of the event loop of its own: a server
 * that floods us with answers to parse would otherwise hold the whole process up, because a socket
 * is read until it is empty.
 */
class PacedSocket extends Duplex {
  readonly socket: Socket | TLSSocket;
  #queued = false;

  constructor(socket: Socket | TLSSocket) {
    super({ allowHalfOpen: false });
    this.socket = socket;
    socket.on('readable', this.#onReadable);
    socket.once('end', () => this.push(null));
    socket.once('error', (error) => this.destroy(error));
    socket.once('close', () => this.destroy());
    socket.on('timeout', () => this.emit('timeout'));
  }

  /** Hands one piece on. */
  handOn(): void {
    this.#queued = false;
    const { socket } = this;
    if (this.destroyed || socket.readableLength === 0) return;
    const piece: Buffer | null = socket.read(Math.min(pieceBytes, socket.readableLength));
    if (piece !== null && this.push(piece)) this.#onReadable();
  }

  /** Leaves the socket to others, for TLS. */
  release(): Socket | TLSSocket {
    this.socket.off('readable', this.#onReadable);
    return this.socket;
  }

  setTimeout(ms: number): void {
    this.socket.setTimeout(ms);
  }

  setKeepAlive(enable?: boolean, delayMs?: number): void {
    this.socket.setKeepAlive(enable, delayMs);
  }

  getCipher() {
    return 'getCipher' in this.socket ? this.socket.getCipher() : null;
  }

  readonly #onReadable = () => {
    if (this.#queued) return;
    this.#queued = true;
    queue(this);
  };

  override _read(): void {
    if (this.socket.readableLength > 0) this.#onReadable();
    else this.socket.read(0);
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.socket.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.socket.destroy();
    done(error);
  }
}

/** Connections of an IMAP client whose bytes are paced. */
export const pacedTransport: ImapTransport = {
  connect({ host, port, servername, tls, secure }, onConnect): ImapTransportSocket {
    const names = { host, port, ...(servername && { servername }) };
    return new PacedSocket(
      secure ? connectTls({ ...names, ...tls }, onConnect) : connectPlain(names, onConnect),
    );
  },
  upgrade(socket, { host, port, servername, tls }, onSecure): ImapTransportSocket {
    const names = { host, port, ...(servername && { servername }) };
    const plain = (socket as PacedSocket).release();
    return new PacedSocket(connectTls({ socket: plain, ...names, ...tls }, onSecure));
  },
};
