import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

/** One request to the model. */
export type Asked = {
  path: string;
  key: string;
  model: string;
  system: string;
  prompt: string;
  /** Names of the slots to write. */
  slots: string[];
  /** The recipient in the prompt's data block. */
  recipient: Record<string, unknown>;
};

/** The model's answer: texts by slot, raw text, or a fault. */
export type Reply =
  | Record<string, string>
  | { raw: string }
  | { status: number; headers?: Record<string, string>; message?: string }
  | 'declines'
  | 'says nothing'
  | 'hangs'
  | 'hangs up';

/**
 * A stand-in for a model's API on a real port: OpenAI's chat completions (POST
 * /v1/chat/completions) and Anthropic's messages (POST /v1/messages), not streamed, as their
 * references describe them. A test sets its answer in `model.reply`.
 */
export async function startLlm() {
  const asked: Asked[] = [];
  const model = { asked, reply: (one: Asked): Reply | Promise<Reply> => writeAll(one) };
  const held = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    void read(request).then(async (body) => {
      const one = readAsked(request, body);
      asked.push(one);
      answer(response, { one, reply: await model.reply(one), tool: toolOf(body), held });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    for (const response of held) response.destroy();
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return Object.assign(model, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
  });
}

/** Settings that make Postrider use the stand-in. */
export const llmSettings = (
  url: string,
  provider: 'openai-compatible' | 'anthropic' = 'openai-compatible',
) => ({
  POSTRIDER_AI_PROVIDER: provider,
  POSTRIDER_AI_URL: url,
  POSTRIDER_AI_API_KEY: 'sk-stand-in',
  POSTRIDER_AI_MODEL: 'stand-in-1',
});

/** A plain text for each slot. */
export const writeAll = ({ slots, recipient }: Asked): Record<string, string> =>
  Object.fromEntries(slots.map((slot) => [slot, `${slot} for ${String(recipient.first_name)}`]));

type Message = { role: string; content: string | { type: string; text: string }[] };
type Body = {
  model: string;
  system?: Message['content'];
  messages: Message[];
  tools?: { name: string }[];
};

async function read(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Body;
}

const textOf = (content: Message['content'] | undefined) =>
  typeof content === 'string' ? content : (content ?? []).map((part) => part.text).join('');

function readAsked({ url = '', headers }: IncomingMessage, body: Body): Asked {
  const said = (role: string) =>
    textOf(body.messages.find((message) => message.role === role)?.content);
  const prompt = said('user');
  const slots = (/<keys>\n([\s\S]*?)\n<\/keys>/.exec(prompt)?.[1] ?? '')
    .split('\n')
    .map((line) => line.split(':')[0]!);
  const recipient = JSON.parse(
    /<data about="recipient">\n(.*)\n<\/data>/.exec(prompt)?.[1] ?? '{}',
  ) as Record<string, unknown>;
  const key = String(headers['x-api-key'] ?? headers.authorization?.replace('Bearer ', ''));
  return {
    path: url,
    key,
    model: body.model,
    system: body.system ? textOf(body.system) : said('system'),
    prompt,
    slots,
    recipient,
  };
}

const toolOf = (body: Body) => body.tools?.[0]?.name ?? null;

type Answer = { one: Asked; reply: Reply; tool: string | null; held: Set<ServerResponse> };

function answer(response: ServerResponse, { one, reply, tool, held }: Answer): void {
  if (reply === 'hangs') return void held.add(response);
  if (reply === 'hangs up') return void response.destroy();
  const send = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
  if (typeof reply === 'object' && 'status' in reply && typeof reply.status === 'number') {
    const message = String(reply.message ?? 'no');
    send(
      reply.status,
      { type: 'error', error: { type: 'error', message } },
      reply.headers as Record<string, string>,
    );
    return;
  }
  const text = textOfReply(reply);
  const declined = reply === 'declines';
  if (one.path.endsWith('/messages')) send(200, asAnthropic(one, { text, declined, tool }));
  else send(200, asOpenAi(one, { text, declined }));
}

function textOfReply(reply: Reply): string {
  if (typeof reply === 'string') return '';
  return 'raw' in reply ? String(reply.raw) : JSON.stringify(reply);
}

function asOpenAi({ model }: Asked, { text, declined }: { text: string; declined: boolean }) {
  const message = {
    role: 'assistant',
    content: declined ? null : text,
    ...(declined ? { refusal: 'I cannot help with that.' } : {}),
  };
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, message, finish_reason: declined ? 'content_filter' : 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
  };
}

function asAnthropic(
  { model }: Asked,
  { text, declined, tool }: { text: string; declined: boolean; tool: string | null },
) {
  const input = tool && text.startsWith('{') ? (JSON.parse(text) as unknown) : null;
  const written = input
    ? { part: { type: 'tool_use', id: 'toolu_1', name: tool, input }, stop: 'tool_use' }
    : { part: { type: 'text', text: text || 'No.' }, stop: 'end_turn' };
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model,
    content: [written.part],
    stop_reason: declined ? 'refusal' : written.stop,
    stop_sequence: null,
    usage: { input_tokens: 100, output_tokens: 20 },
  };
}
