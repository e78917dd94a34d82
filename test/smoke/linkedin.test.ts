import { expect, test } from 'vitest';
import { createClient } from '../../src/channels/linkedin/client.ts';
import { openLinkedinChannel } from '../fixtures/linkedin.ts';
import { idV2 } from '../peers/unipile/v2/wire.ts';
import { askLinkedin } from './linkedin.ts';
import { askLinkedinV2, rawV2 } from './linkedin-v2.ts';

const { clock, unipile, meet } = await openLinkedinChannel();
const client = createClient({ url: unipile.url, apiKey: unipile.apiKey }, 5_000);

const clientV2 = createClient({ url: unipile.url, apiKey: unipile.apiKey }, 5_000, rawV2);

async function ask(account: string, writeTo: string | null, version: 'v1' | 'v2' = 'v1') {
  const options = {
    account,
    writeTo: writeTo && `https://www.linkedin.com/in/${writeTo}`,
    wait: async (ms: number) => void clock.advanceMs(ms),
    now: () => clock.now().getTime(),
  };
  const answers = new Map<string, string>();
  const findings =
    version === 'v2' ? askLinkedinV2(clientV2, options) : askLinkedin(client, options);
  for await (const { question, answer } of findings) answers.set(question, answer);
  return answers;
}

test('the questions about Unipile are asked without writing anything', async () => {
  const { seat, slug } = meet();
  unipile.write(seat, slug, 'Hello');
  const answers = await ask(seat.id, null);
  expect(answers.get('Are connections listed with the newest first')).toBe('yes');
  expect(answers.get('Fields of a message')).toContain('sender_id');
  const writes = unipile.state.calls.filter(({ route }) => !route.startsWith('GET'));
  expect(writes).toEqual([]);
});

test('a test person is invited, and the invitation is taken back', async () => {
  const { seat, slug } = meet();
  unipile.state.listLagMs = 40_000;
  const answers = await ask(seat.id, slug);
  unipile.state.listLagMs = 0;
  expect(Object.fromEntries(answers)).toMatchObject({
    'The refusal of a message to no connection': expect.stringContaining('invalid_recipient'),
    'How late the list shows an invitation': '45 s',
    'Is its id in the list the one of the answer': 'yes',
    'How late the profile shows it, and how': '45 s, {"type":"SENT","status":"PENDING"}',
    'The refusal of a second invitation': expect.stringContaining('already_invited_recently'),
    'The refusal of an invitation after a withdrawal': expect.stringContaining('cannot_resend'),
  });
  expect(unipile.invited(seat)).toEqual([]);
});

test('a test person who is a connection gets one message', async () => {
  const { seat, slug } = meet();
  unipile.befriend(seat, slug);
  const answers = await ask(seat.id, slug);
  expect(answers.get('How late the list shows a message')).toBe('0 s');
  expect(unipile.conversation(seat, slug)).toHaveLength(1);
});

test('version 2 is asked its own questions, and the invitation is taken back', async () => {
  const { seat, slug } = meet();
  unipile.write(seat, slug, 'Hello');
  unipile.state.calls.length = 0;
  const read = await ask(idV2(seat), null, 'v2');
  expect(unipile.state.calls.filter(({ route }) => !route.startsWith('GET'))).toEqual([]);
  expect(read.get('Do conversations come with the latest first')).toBe('yes');
  expect(read.get('Fields of a message')).toContain('sender_id');
  unipile.state.listLagMs = 40_000;
  const answers = await ask(idV2(seat), slug, 'v2');
  unipile.state.listLagMs = 0;
  expect(Object.fromEntries(answers)).toMatchObject({
    'The refusal of a message to no connection': expect.stringContaining('provider/unprocessable'),
    'How late the profile shows it, and how': '45 s, {"status":"PENDING"}',
    'The refusal of a second invitation': expect.stringContaining('422 provider/'),
    'Taking it back by the id of the answer': expect.stringContaining('Canceled'),
  });
  expect(unipile.invited(seat)).toEqual([]);
});
