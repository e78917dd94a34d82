import { PassThrough, Readable, Writable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { issueKey } from '../../../src/engine/accounts/keys.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { revokeKey } from '../../../src/operations/keys/revoke.ts';
import { listDrafts } from '../../../src/operations/messages/drafts.ts';
import { generateMessages } from '../../../src/operations/messages/generate.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { runCli } from '../../../src/surfaces/cli.ts';
import { createFollow, type Followed } from '../../../src/surfaces/client.ts';
import type { FollowOptions } from '../../../src/surfaces/follow.ts';
import { createHttp } from '../../../src/surfaces/http.ts';
import { people } from '../../factories/campaigns.ts';
import { aiEmail, openAiFixture } from '../../fixtures/ai.ts';
import { commandLine } from '../../fixtures/api.ts';
import { writeAll } from '../../peers/llm.ts';

const t = await openAiFixture();
const { llm, call } = t;
let serial = 0;

/** Makes a draft campaign with an AI email. The model waits until `answer` is called. */
async function draft(count: number) {
  serial += 1;
  const { campaign } = await call(createCampaign, {
    type: 'email',
    name: `Followed ${serial}`,
    sender_account_ids: [await t.sender()],
  });
  const { id } = campaign;
  const { sequence_nodes: nodes } = await call(updateCampaign, {
    id,
    sequence_nodes: [aiEmail, { type: 'end' }],
  });
  await call(addProspects, { id, prospects: people(count, `f${serial}-`) });
  const waiting: (() => void)[] = [];
  let mayAnswer = false;
  llm.reply = async (asked) => {
    if (!mayAnswer) await new Promise<void>((resolve) => waiting.push(resolve));
    return writeAll(asked);
  };
  const answer = () => {
    mayAnswer = true;
    for (const resolve of waiting.splice(0)) resolve();
  };
  return {
    id,
    node: nodes[0]!.id,
    answer,
    generate: () => call(generateMessages, { id, action: 'generate_ai', node_id: nodes[0]!.id }),
  };
}

/** Starts the HTTP server, and a client with its own API key. */
async function serve(options: Partial<FollowOptions>) {
  const app = createHttp(t.services, { follow: options });
  afterAll(() => app.close());
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const { text, row } = await issueKey(t.db, {
    ...t,
    name: 'follower',
    scopes: ['admin'],
    at: t.clock.now(),
  });
  const open = (id: string, signal?: AbortSignal) =>
    fetch(`${url}/api/campaigns/${id}/drafts`, {
      headers: { authorization: `Bearer ${text}`, accept: 'text/event-stream' },
      ...(signal ? { signal } : {}),
    });
  return {
    app,
    keyId: row.id,
    open,
    follow: (id: string) => createFollow({ url, key: text })(listDrafts, { id }),
  };
}

const stateOf = ({ body, isOver }: Followed) => {
  const [node] = (body as { nodes: { queued: number; writing: number; written: number }[] }).nodes;
  return node && { queued: node.queued, writing: node.writing, written: node.written, isOver };
};

it('the stream reports each change of the counts and ends with the last text', async () => {
  const { id, answer, generate } = await draft(3);
  const { follow } = await serve({ everyMs: 5 });
  await generate();
  const stream = follow(id);
  const next = async () => stateOf((await stream.next()).value as Followed);
  expect(await next()).toEqual({ queued: 3, writing: 0, written: 0, isOver: false });
  const written = t.write();
  expect(await next()).toMatchObject({ writing: 3, written: 0, isOver: false });
  answer();
  const states: ReturnType<typeof stateOf>[] = [];
  for await (const answer of stream) states.push(stateOf(answer));
  expect(states.at(-1)).toEqual({ queued: 0, writing: 0, written: 3, isOver: true });
  expect(states.filter((state) => state?.isOver)).toHaveLength(1);
  await written;
});

it('the stream ends at once without queued texts and refuses an unknown campaign', async () => {
  const { id } = await draft(1);
  const { open, follow } = await serve({});
  const response = await open(id);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  expect(await response.text()).toMatch(
    /^event: done\ndata: \{"model":"stand-in-1","nodes":\[\].*\}\n\n$/,
  );
  const [only, ...more] = await Array.fromAsync(follow(t.services.newId()));
  expect([only, more]).toMatchObject([
    { ok: false, status: 404, body: { code: 'campaign.not_found' } },
    [],
  ]);
});

describe('the end of a stream', () => {
  it('a reader that leaves frees its place for another one', async () => {
    const { id, generate } = await draft(1);
    await generate();
    const { open } = await serve({ everyMs: 600_000, maxMs: 3_600_000, max: 1 });
    const reader = new AbortController();
    const first = await open(id, reader.signal);
    expect(first.status).toBe(200);
    const second = await open(id);
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '5']);
    expect(await second.json()).toMatchObject({
      code: 'request.rate_limited',
      detail: expect.stringContaining('follows 1'),
    });
    reader.abort();
    const again = async () => {
      const response = await open(id);
      await response.body!.cancel();
      return response.status;
    };
    await expect.poll(again, { interval: 20, timeout: 10_000 }).toBe(200);
  });

  it('a server that stops ends the stream without `done`', async () => {
    const { id, generate } = await draft(1);
    await generate();
    const { app, open } = await serve({ everyMs: 600_000, maxMs: 3_600_000 });
    const response = await open(id);
    const [text] = await Promise.all([response.text(), app.close()]);
    expect(text).toMatch(/^event: progress\n.+\n\n$/);
  });

  it('a revoked key or the time limit ends the stream', async () => {
    const { id, generate } = await draft(1);
    await generate();
    const { open, keyId } = await serve({ everyMs: 20 });
    const response = await open(id);
    await call(revokeKey, { id: keyId });
    expect(await response.text()).not.toContain('event: done');
    const short = await serve({ everyMs: 5, maxMs: 50 });
    expect(await (await short.open(id)).text()).not.toContain('event: done');
  });
});

it('the command line prints progress to stderr and the last answer to stdout', async () => {
  const { id, node, answer } = await draft(2);
  const cli = await commandLine(t.services, t, { follow: { everyMs: 5 } });
  const lines: string[] = [];
  const stderr = new Writable({
    write(line, _encoding, done) {
      // The model answers after the first line only, so that this line shows no text written.
      if (lines.push(String(line)) === 1) {
        answer();
        void t.write();
      }
      done();
    },
  });
  const out = new PassThrough();
  const argv = [
    'campaign',
    'generate-message',
    '--id',
    id,
    '--action',
    'generate_ai',
    '--node-id',
    node,
    '--follow',
  ];
  expect(
    await runCli(argv, cli.env, {
      stdin: Readable.from([]),
      stdout: out.setEncoding('utf8'),
      stderr,
    }),
  ).toBe(0);
  expect([lines[0], lines.at(-1)]).toEqual([
    expect.stringMatching(/^0 of 2 written/),
    '2 of 2 written\n',
  ]);
  const body = JSON.parse(out.read() as string) as object;
  expect(body).toMatchObject({ nodes: [{ written: 2, queued: 0 }] });
  expect(await cli.run(`campaign draft --id ${id} --follow`)).toMatchObject({
    code: 0,
    err: '2 of 2 written\n',
  });
  expect(await cli.run(`campaign draft --id ${t.services.newId()} --follow`)).toMatchObject({
    code: 1,
    err: expect.stringContaining('campaign.not_found'),
  });
});
