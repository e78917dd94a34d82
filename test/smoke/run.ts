// Asks the real provider things its documentation leaves open, with an account of yours, and prints
// each answer. Nothing is written unless a test person is named.
//
//   npm run smoke -- linkedin [--account <id at Unipile>] [--write-to <profile address>]

import { parseArgs } from 'node:util';
import { createClient } from '../../src/channels/linkedin/client.ts';
import { readConfig } from '../../src/config.ts';
import { askLinkedin } from './linkedin.ts';
import { askLinkedinV2, rawV2 } from './linkedin-v2.ts';

const usage =
  'usage: npm run smoke -- linkedin [--account <id at Unipile>] [--write-to <profile address>]';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { account: { type: 'string' }, 'write-to': { type: 'string' } },
});
const { unipile } = readConfig(process.env);
if (positionals[0] !== 'linkedin' || positionals.length > 1) {
  console.error(usage);
  process.exit(2);
}
if (!unipile) {
  console.error('Set POSTRIDER_UNIPILE_DSN and POSTRIDER_UNIPILE_API_KEY first.');
  process.exit(2);
}
const options = {
  account: values.account ?? null,
  writeTo: values['write-to'] ?? null,
  wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  now: Date.now,
};
const answerMs = 60_000;
const findings =
  unipile.version === 'v2'
    ? askLinkedinV2(createClient(unipile, answerMs, rawV2), options)
    : askLinkedin(createClient(unipile, answerMs), options);
for await (const { question, answer } of findings) console.log(`${question}: ${answer}`);
