import { once } from 'node:events';
import { createServer } from 'node:net';

/** Settings of a server whose mail servers are on this machine, at any port. */
export const nearbyMail = { POSTRIDER_MAIL_HOSTS: 'any', POSTRIDER_MAIL_PORTS: 'any' };

/** Ports of 127.0.0.1 that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
