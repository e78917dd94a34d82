import { afterAll, expect, test } from 'vitest';
import { openXChannel } from '../fixtures/x.ts';
import { askX } from './x.ts';

const { x, clock } = await openXChannel();
afterAll(() => x.stop());

async function ask(writeTo: string | null, onWait = () => {}) {
  const options = {
    apiUrl: x.url,
    token: x.login('sam_sender').access_token,
    bearer: x.state.app.bearer,
    writeTo,
    async wait(ms: number) {
      clock.advanceMs(ms);
      onWait();
    },
    now: () => clock.now().getTime(),
  };
  const answers: Record<string, string> = {};
  for await (const { question, answer } of askX(options)) answers[question] = answer;
  return answers;
}

test('the questions about X are asked without writing anything', async () => {
  x.write('jane', 'sam_sender', 'Hello');
  const answers = await ask(null);
  expect(answers).toMatchObject({
    'Are messages listed with the newest first': 'yes',
    'The form of a conversation id': 'OWN-NUMBER',
    'The list /2/webhooks': '0; fields: the list is empty',
  });
  expect(answers['Fields of a message']).toContain('sender_id');
  const writes = ['send', 'hook', 'subscribe'].flatMap((route) => x.calls(route));
  expect(writes).toEqual([0, 0, 0]);
});

test('a test person gets one message, and the answer is waited for', async () => {
  x.state.listLagMs = 40_000;
  const answers = await ask('@Jane', () => {
    if (x.conversation('sam_sender', 'jane').at(-1)?.startsWith('> '))
      x.write('jane', 'sam_sender', 'fine');
  });
  expect(answers).toMatchObject({
    'How late the conversation shows a message': 'after 45 s',
    'How X shows its text': expect.stringContaining('1 &lt; 2 &amp; https://t.co/'),
    'Is the answer of the test person listed': expect.stringMatching(/^after \d+ s$/),
  });
  expect(x.conversation('sam_sender', 'jane')).toHaveLength(3);
});

test('an answer that no list shows is told, and so is a refusal', async () => {
  x.state.listLagMs = 0;
  x.addUser('silent');
  expect(await ask('silent')).toHaveProperty('If the test person has answered');
  x.addUser('shut', { closed: true });
  expect(await ask('shut')).toMatchObject({
    'The refusal of a message': expect.stringContaining('403: You do not have'),
  });
  expect(await ask('nobody')).toMatchObject({
    'The test person': expect.stringContaining('200: Could not find user'),
  });
});
