import { expect, it } from 'vitest';
import { llmSettings, type Reply, startLlm } from '../../../test/peers/llm.ts';
import { readConfig } from '../../config.ts';
import type { TextRequest } from '../text-model.ts';
import { createTextModel } from './model.ts';

const llm = await startLlm();
const question: TextRequest = {
  system: 'The rules.',
  prompt: [
    '<keys>\nsubject: the whole subject\nbody_1: an opener\n</keys>',
    '<data about="recipient">\n{"first_name":"Jane"}\n</data>',
  ].join('\n\n'),
  slots: [
    { key: 'subject', field: 'subject', instruction: null },
    { key: 'body_1', field: 'body', instruction: 'an opener' },
  ],
  maxLength: 500,
  person: 'Jane',
};
const never = new AbortController().signal;

function writer(provider: 'openai-compatible' | 'anthropic', timeoutMs = 5_000) {
  return createTextModel(readConfig(llmSettings(llm.url, provider)).ai!, timeoutMs);
}

const faultOf = (provider: 'openai-compatible' | 'anthropic', reply: Reply, timeoutMs?: number) => {
  llm.reply = () => reply;
  return writer(provider, timeoutMs)
    .write(question, never)
    .then(
      () => null,
      ({ kind, afterMs, message }: { kind: string; afterMs: number | null; message: string }) => ({
        kind,
        afterMs,
        message,
      }),
    );
};

it.each(['openai-compatible', 'anthropic'] as const)(
  '%s: a question is asked once, with the rules apart, and its texts are read',
  async (provider) => {
    llm.reply = () => ({ subject: 'Hello', body_1: 'Text' });
    llm.asked.length = 0;
    expect(await writer(provider).write(question, never)).toEqual({
      texts: { subject: 'Hello', body_1: 'Text' },
      inputTokens: 100,
      outputTokens: 20,
    });
    expect(llm.asked).toMatchObject([
      { key: 'sk-stand-in', model: 'stand-in-1', system: 'The rules.', prompt: question.prompt },
    ]);
  },
);

it.each<[string, Reply, string]>([
  ['asks to slow down', { status: 429 }, 'busy'],
  ['refuses the key', { status: 401 }, 'refused_key'],
  ['may not be used', { status: 403 }, 'refused_key'],
  ['has no such model', { status: 404 }, 'rejected'],
  ['does not take the request', { status: 400 }, 'rejected'],
  ['has broken', { status: 500 }, 'unreachable'],
  ['is overloaded', { status: 529 }, 'busy'],
  [
    'leads elsewhere',
    { status: 307, headers: { location: 'http://127.0.0.1:1/elsewhere' } },
    'unreachable',
  ],
  ['hangs up', 'hangs up', 'unreachable'],
  ['declines', 'declines', 'declined'],
  ['talks', { raw: 'Sure, here is your text!' }, 'unusable'],
  ['leaves a part out', { subject: 'Hello' }, 'unusable'],
])('an API that %s: %o is %s', async (_name, reply, kind) => {
  expect(await faultOf('openai-compatible', reply)).toMatchObject({ kind });
  expect(await faultOf('anthropic', reply)).toMatchObject({ kind });
});

it('a fault has the wait that the API asks for', async () => {
  const reply = { status: 429, headers: { 'retry-after': '7' } };
  expect(await faultOf('openai-compatible', reply)).toMatchObject({ kind: 'busy', afterMs: 7_000 });
});

it('a model that takes too long is unreachable', async () => {
  expect(await faultOf('openai-compatible', 'hangs', 100)).toMatchObject({
    kind: 'unreachable',
    message: 'The model took too long.',
  });
});

it('a fault never holds the key, though the API repeats it', async () => {
  const fault = await faultOf('openai-compatible', {
    status: 400,
    message: 'Incorrect key sk-stand-in provided\u0000',
  });
  expect(fault?.message).toMatch(/Incorrect key … provided$/);
});
