import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { Config } from '../../config.ts';
import type { Server } from './connection.ts';

// RFC 6890 and its registries: the address blocks that are not the public internet.
const closed = new BlockList();
for (const [address, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  closed.addSubnet(address, prefix, 'ipv4');

// Of IPv6 only the global unicast block is public, without documentation, ORCHID and the tunnels
// that wrap IPv4.
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');
const wrapped = new BlockList();
for (const [address, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  wrapped.addSubnet(address, prefix, 'ipv6');

/**
 * Whether an IP address belongs to the public internet. IPv4 inside IPv6 (`::ffff:…`, NAT64, 6to4)
 * does not.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !closed.check(address, 'ipv4');
  return (
    isIP(address) === 6 && globalUnicast.check(address, 'ipv6') && !wrapped.check(address, 'ipv6')
  );
}

// Never a mail server: a machine's data about itself lies here (169.254.169.254).
const linkLocal = new BlockList();
linkLocal.addSubnet('169.254.0.0', 16, 'ipv4');
linkLocal.addSubnet('fe80::', 10, 'ipv6');
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('0.0.0.0', 'ipv4');
loopback.addAddress('::1', 'ipv6');
loopback.addAddress('::', 'ipv6');

const isIn = (list: BlockList, address: string) =>
  list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');

/** Whether an IP address is one of this machine. */
function isOwnAddress(address: string): boolean {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return isIn(loopback, address) || own.some((one) => one.address === plain);
}

/** No caller may make this server connect to a link-local address, or to the server itself. */
export const isForbiddenAddress = (address: string, port: number, ownPort: number): boolean =>
  isIn(linkLocal, address) || (port === ownPort && isOwnAddress(address));

/** The address to connect to, and the name that the certificate must have. */
export type Target = { host: string; port: number; servername: string | undefined };

export type Network = {
  /** Silence in ms after which an SMTP server counts as gone, also at the end of DATA. */
  answerMs: number;
  /** @throws Error when settings forbid to connect there, or the name does not resolve */
  resolve: (server: Server) => Promise<Target>;
  /** TLS options that trust the private authorities of POSTRIDER_MAIL_CA, too. */
  tls: { secureContext?: SecureContext; minVersion: 'TLSv1.2' };
};

export type NetworkConfig = Pick<Config, 'mailCa' | 'mailHosts' | 'mailPorts' | 'port' | 'sendMs'>;

/** How long name servers may take, in ms; the system's own patience may be a minute. */
const lookupMs = 10_000;

/** The addresses of a name. @throws Error when there are none, or no name server answers in time */
export const lookUpAddresses = boundedLookup({
  up: (host) => lookup(host, { all: true, order: 'ipv4first' }),
  ms: lookupMs,
});

/**
 * The way of this process to mail servers. `look`: the system's search for addresses of a name.
 * @throws Error when the file of private authorities cannot be read
 */
export function createNetwork(config: NetworkConfig, look?: Look): Network {
  const lookUp = look ? boundedLookup(look) : lookUpAddresses;
  const ca =
    config.mailCa === null
      ? null
      : [...getCACertificates('default'), readAuthorities(config.mailCa)];
  return {
    answerMs: config.sendMs / 2,
    tls: {
      minVersion: 'TLSv1.2',
      ...(ca && { secureContext: createSecureContext({ ca, minVersion: 'TLSv1.2' }) }),
    },
    async resolve({ host, port }) {
      const { mailHosts, mailPorts } = config;
      if (mailPorts !== 'any' && !mailPorts.has(port))
        throw new Error(
          `Port ${port} is not a mail port this server may connect to ` +
            `(${[...mailPorts].join(', ')}; POSTRIDER_MAIL_PORTS adds others)`,
        );
      // We connect to the checked address, not to the name, so that DNS cannot answer with another
      // address in between (DNS rebinding).
      const found = await lookUp(host);
      const addresses = found.map(({ address }) => address);
      if (addresses.some((address) => isForbiddenAddress(address, port, config.port)))
        throw new Error(`${host} is not the address of a mail server`);
      if (mailHosts === 'public' && !addresses.every(isPublicAddress))
        throw new Error(`${host} is not at a public address (see POSTRIDER_MAIL_HOSTS)`);
      const servername = isIP(host) ? undefined : host;
      return { host: addresses[0] ?? host, port, servername };
    },
  };
}

type Look = { up: (host: string) => Promise<LookupAddress[]>; ms: number };

/**
 * All that wait for a name share one search, because each has one of the few threads of the process
 * until the name servers answer.
 */
function boundedLookup({ up, ms }: Look): Look['up'] {
  const searches = new Map<string, Promise<LookupAddress[]>>();
  return async (host) => {
    const search = searches.get(host) ?? up(host).finally(() => searches.delete(host));
    searches.set(host, search);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const said = new Error(`No name server answered in time for ${host}`);
      timer = setTimeout(() => reject(Object.assign(said, { code: 'ETIMEDOUT' })), ms);
    });
    return Promise.race([search, late]).finally(() => clearTimeout(timer));
  };
}

function readAuthorities(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`POSTRIDER_MAIL_CA: ${file} cannot be read (${(error as Error).message}).`);
  }
}
