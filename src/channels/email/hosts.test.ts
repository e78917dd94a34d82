import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { readConfig } from '../../config.ts';
import { createNetwork, isPublicAddress } from './hosts.ts';

const networkOf = (env: Record<string, string>) => createNetwork(readConfig(env));
const at = (host: string, port = 587) => ({ host, port, tls: 'starttls' as const });

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700:4700::1111',
  '2a00:1450:4001:82a::200e',
])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

const closed4 = `
  127.0.0.1 127.9.9.9 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
  100.127.1.1 0.0.0.0 224.0.0.1 255.255.255.255 192.0.2.1 198.18.0.1 203.0.113.9`;
const closed6 = `
  ::1 :: ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:7f00:1 64:ff9b::7f00:1 fc00::1 fd12::1 fe80::1
  ff02::1 2002:7f00:1:: 2001::1 2001:db8::1`;

test.each([...`${closed4} ${closed6}`.trim().split(/\s+/), 'not an address', ''])(
  '%s is not public',
  (address) => expect(isPublicAddress(address)).toBe(false),
);

test('a host resolves only for mail ports and to the address that was checked', async () => {
  const network = networkOf({ POSTRIDER_MAIL_HOSTS: 'public' });
  const server = { host: '8.8.8.8', port: 587, tls: 'starttls' as const };
  expect(await network.resolve(server)).toEqual({
    host: '8.8.8.8',
    port: 587,
    servername: undefined,
  });
  await expect(network.resolve({ ...server, port: 22 })).rejects.toThrow('not a mail port');
  await expect(network.resolve({ ...server, host: '2130706433' })).rejects.toThrow();
  await expect(network.resolve({ ...server, host: '0x7f.1' })).rejects.toThrow();
  await expect(network.resolve({ ...server, host: 'localhost' })).rejects.toThrow(
    'localhost is not at a public address',
  );
});

test('name servers that do not answer keep nobody waiting, and are asked once a name', async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const asked: string[] = [];
  const up = async (host: string) => {
    asked.push(host);
    if (host === 'hung.test') await answered;
    return [{ address: '8.8.8.8', family: 4 }];
  };
  const network = createNetwork(readConfig({}), { up, ms: 30 });
  const late = await Promise.allSettled([1, 2, 3].map(() => network.resolve(at('hung.test'))));
  for (const one of late)
    expect(one).toMatchObject({
      reason: { code: 'ETIMEDOUT', message: expect.stringContaining('hung.test') },
    });
  expect(await network.resolve(at('fine.test'))).toMatchObject({ host: '8.8.8.8' });
  const waiting = network.resolve(at('hung.test'));
  answer();
  expect(await waiting).toMatchObject({ host: '8.8.8.8' });
  expect(await network.resolve(at('hung.test'))).toMatchObject({ host: '8.8.8.8' });
  expect(asked).toEqual(['hung.test', 'fine.test', 'hung.test']);
});

test('a missing file of authorities is an error at once', () => {
  expect(() => networkOf({ POSTRIDER_MAIL_CA: '/nowhere.pem' })).toThrow(
    'POSTRIDER_MAIL_CA: /nowhere.pem cannot be read',
  );
});

const any = { POSTRIDER_MAIL_HOSTS: 'any' };

test.each([22, 80, 110, 3306, 4020, 5432, 6379, 8080, 65535])(
  'port %i is no mail port, whatever the host, until the setting names it',
  async (port) => {
    const refusal = `Port ${port} is not a mail port this server may connect to`;
    await expect(networkOf(any).resolve(at('10.1.2.3', port))).rejects.toThrow(refusal);
    const named = networkOf({ ...any, POSTRIDER_MAIL_PORTS: `1025, ${port}` });
    expect(await named.resolve(at('10.1.2.3', port))).toMatchObject({ host: '10.1.2.3', port });
  },
);

test.each(['169.254.169.254', '169.254.0.1', '::ffff:169.254.169.254', 'fe80::1', 'febf::1'])(
  '%s tells a machine about itself and is never a mail server',
  async (host) => {
    const network = networkOf({ ...any, POSTRIDER_MAIL_PORTS: 'any' });
    await expect(network.resolve(at(host))).rejects.toThrow('not the address of a mail server');
  },
);

const ownAddresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);

test.each(
  ['127.0.0.1', '127.8.8.8', 'localhost', '0.0.0.0', '::1', '::ffff:127.0.0.1'].concat(
    ownAddresses.map(({ address }) => address),
  ),
)('the own port of the server is no mail server at %s', async (host) => {
  const network = networkOf({ ...any, POSTRIDER_PORT: '2525' });
  await expect(network.resolve(at(host, 2525))).rejects.toThrow();
  expect(await network.resolve(at('10.1.2.3', 2525))).toMatchObject({ host: '10.1.2.3' });
});

test.each([
  [{}, 'any'],
  [{ POSTRIDER_HOST: 'localhost' }, 'any'],
  [{ POSTRIDER_HOST: '127.0.0.2' }, 'any'],
  [{ POSTRIDER_HOST: '::1' }, 'any'],
  [{ POSTRIDER_HOST: '0.0.0.0' }, 'public'],
  [{ POSTRIDER_HOST: '::' }, 'public'],
  [{ POSTRIDER_HOST: '10.0.0.5' }, 'public'],
  [{ POSTRIDER_PUBLIC_URL: 'https://mail.example.com' }, 'public'],
  [{ POSTRIDER_PUBLIC_URL: 'https://mail.example.com', ...any }, 'any'],
])('with %j mail servers may be at %s addresses', (env, hosts) => {
  expect(readConfig(env).mailHosts).toBe(hosts);
});
