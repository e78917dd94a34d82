import { expect, it } from 'vitest';
import { incompleteFeatures, readConfig } from './config.ts';

it.each([
  [
    { POSTRIDER_PORT: 'abc' },
    'POSTRIDER_PORT: Must be a number. Meaning: port to listen on; 0 takes a free one.',
  ],
  [{ POSTRIDER_PORT: '70000' }, 'POSTRIDER_PORT: Must be at most 65535.'],
  [
    { POSTRIDER_AI_PROVIDER: 'openai' },
    'POSTRIDER_AI_PROVIDER: Must be one of openai-compatible, anthropic.',
  ],
  [{ POSTRIDER_MASTER_KEY: 'short' }, 'POSTRIDER_MASTER_KEY: Must be 32 random bytes'],
  [{ POSTRIDER_TRUST_PROXY: '10.0.0.300' }, 'POSTRIDER_TRUST_PROXY: Must be loopback, or'],
  [{ DATABASE_URL: 'mydb' }, 'DATABASE_URL: Must be a URL such as postgres://'],
  [
    { POSTRIDER_PROT: '1' },
    'POSTRIDER_PROT: there is no such setting. Did you mean POSTRIDER_PORT? ' +
      'docs/settings.md lists them.',
  ],
  [
    { POSTRIDER_COLOUR: '1' },
    'POSTRIDER_COLOUR: there is no such setting. docs/settings.md lists them.',
  ],
  [{ POSTRIDER_UNIPILE_DSN: 'https://api.unipile.com/v3' }, /POSTRIDER_UNIPILE_DSN.*version 2/s],
])('%o is refused with the name of the setting and its valid values', (env, message) =>
  expect(() => readConfig(env)).toThrow(message),
);

it.each([
  ['api1.unipile.com:13111', 'https://api1.unipile.com:13111', 'v1'],
  ['https://api1.unipile.com:13111/api/v1/', 'https://api1.unipile.com:13111', 'v1'],
  ['api.unipile.com', 'https://api.unipile.com', 'v2'],
  ['https://API.unipile.com/v2/', 'https://API.unipile.com', 'v2'],
  ['http://127.0.0.1:8080/v2', 'http://127.0.0.1:8080', 'v2'],
])('the address of Unipile %s tells its version', (address, url, version) => {
  const env = { POSTRIDER_UNIPILE_DSN: address, POSTRIDER_UNIPILE_API_KEY: 'key' };
  expect(readConfig(env).unipile).toEqual({ url, apiKey: 'key', version });
});

it('a feature with only some of its settings is reported with the missing ones', () => {
  expect(
    incompleteFeatures({
      POSTRIDER_UNIPILE_DSN: 'api1.unipile.com:13111',
      POSTRIDER_AI_MODEL: 'm',
      POSTRIDER_X_CLIENT_ID: 'x',
    }),
  ).toEqual([
    'LinkedIn is off: POSTRIDER_UNIPILE_API_KEY must be set too.',
    'Writing by a model is off: POSTRIDER_AI_PROVIDER and POSTRIDER_AI_API_KEY must be set too.',
    'No account on X can be connected: POSTRIDER_PUBLIC_URL must be set too.',
  ]);
  expect(incompleteFeatures({})).toEqual([]);
});

it.each(['', 'API_'])('variables of a Kubernetes service postrider change nothing: %s', (name) => {
  const links = {
    [`POSTRIDER_${name}SERVICE_HOST`]: '10.96.0.7',
    [`POSTRIDER_${name}SERVICE_PORT`]: '8080',
    [`POSTRIDER_${name}SERVICE_PORT_HTTP`]: '8080',
    [`POSTRIDER_${name}PORT`]: 'tcp://10.96.0.7:8080',
    [`POSTRIDER_${name}PORT_8080_TCP`]: 'tcp://10.96.0.7:8080',
    [`POSTRIDER_${name}PORT_8080_TCP_PROTO`]: 'tcp',
    [`POSTRIDER_${name}PORT_8080_TCP_PORT`]: '8080',
    [`POSTRIDER_${name}PORT_8080_TCP_ADDR`]: '10.96.0.7',
  };
  expect(readConfig(links)).toEqual(readConfig({}));
});
