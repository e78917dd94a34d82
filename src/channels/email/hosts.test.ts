import { expect, test } from 'vitest';
import { createNetwork, isPublicAddress } from './hosts.ts';

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
  const network = createNetwork({ mailCa: null, mailHosts: 'public', sendMs: 1000 });
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
    'localhost is at',
  );
});

test('a missing file of authorities is an error at once', () => {
  expect(() => createNetwork({ mailCa: '/nowhere.pem', mailHosts: 'any', sendMs: 1000 })).toThrow(
    'POSTRIDER_MAIL_CA: /nowhere.pem cannot be read',
  );
});
