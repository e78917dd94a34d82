// Asks the real provider things its documentation leaves open, with an account of yours, and prints
// each answer. Nothing is written unless a test person is named.
//
//   npm run smoke -- linkedin [--account <id at Unipile>] [--write-to <profile address>]
//   X_ACCESS_TOKEN=… npm run smoke -- x [--write-to <handle>]
//
// The token is a user token of your app (OAuth 2.0), with the scopes tweet.read, users.read,
// dm.read and dm.write. Reading costs about six cents, a test message about ten more.

import { parseArgs } from 'node:util';
import { createClient } from '../../src/channels/linkedin/client.ts';
import { xApiUrl } from '../../src/channels/x/oauth.ts';
import { readConfig } from '../../src/config.ts';
import { askLinkedin } from './linkedin.ts';
import { askLinkedinV2, rawV2 } from './linkedin-v2.ts';
import { askX } from './x.ts';

const usage =
  'usage: npm run smoke -- linkedin [--account <id at Unipile>] [--write-to <profile address>]\n' +
  '       X_ACCESS_TOKEN=<user token> npm run smoke -- x [--write-to <handle>]';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { account: { type: 'string' }, 'write-to': { type: 'string' } },
});
const config = readConfig(process.env);
const answerMs = 60_000;
const common = {
  writeTo: values['write-to'] ?? null,
  wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  now: Date.now,
};

function stop(words: string): never {
  console.error(words);
  process.exit(2);
}

function linkedin() {
  const { unipile } = config;
  if (!unipile) stop('Set POSTRIDER_UNIPILE_DSN and POSTRIDER_UNIPILE_API_KEY first.');
  const options = { ...common, account: values.account ?? null };
  return unipile.version === 'v2'
    ? askLinkedinV2(createClient(unipile, answerMs, rawV2), options)
    : askLinkedin(createClient(unipile, answerMs), options);
}

function x() {
  const token = process.env.X_ACCESS_TOKEN;
  if (!token) stop('Set X_ACCESS_TOKEN first: a user token of your app at X.');
  const bearer = process.env.POSTRIDER_X_BEARER_TOKEN || null;
  return askX({ ...common, apiUrl: config.xApiUrl ?? xApiUrl, token, bearer });
}

const [provider] = positionals;
if (positionals.length !== 1 || (provider !== 'linkedin' && provider !== 'x')) stop(usage);
const findings = provider === 'x' ? x() : linkedin();
for await (const { question, answer } of findings) console.log(`${question}: ${answer}`);
