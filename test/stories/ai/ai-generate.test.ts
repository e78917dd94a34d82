import { expect, it } from 'vitest';
import { minuteMs } from '../../../src/domain/time.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { validateCampaign } from '../../../src/operations/campaigns/validate.ts';
import { listDrafts } from '../../../src/operations/messages/drafts.ts';
import { generateMessages } from '../../../src/operations/messages/generate.ts';
import { retryDrafts } from '../../../src/operations/messages/retry.ts';
import { updateMessage } from '../../../src/operations/messages/update.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { addNode } from '../../../src/operations/sequence/add-node.ts';
import { updateNode } from '../../../src/operations/sequence/update-node.ts';
import { people } from '../../factories/campaigns.ts';
import { aiEmail, openAiFixture } from '../../fixtures/ai.ts';
import { testApi } from '../../fixtures/api.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';
import { readProspects } from '../../fixtures/engine.ts';
import { writeAll } from '../../peers/llm.ts';

const t = await openAiFixture({ POSTRIDER_AI_DAILY_DRAFTS: '30' });
const { llm, call, fail } = t;
let serial = 0;

/** Makes a draft campaign with one touch and people. */
async function draft(count: number, node: Record<string, unknown> = aiEmail) {
  serial += 1;
  llm.reply = writeAll;
  const { campaign } = await call(createCampaign, {
    type: 'email',
    name: `Draft ${serial}`,
    sender_account_ids: [await t.sender()],
  });
  const { id } = campaign;
  const { sequence_nodes: nodes } = await call(updateCampaign, {
    id,
    sequence_nodes: [node, { type: 'end' }],
  });
  await call(addProspects, { id, prospects: people(count, `d${serial}-`) });
  const ids = (await readProspects(t, id)).map((person) => person.id);
  const generate = (more: object = {}) =>
    call(generateMessages, { id, action: 'generate_ai', node_id: nodes[0]!.id, ...more });
  return { id, nodeId: nodes[0]!.id, ids, generate };
}

it('generate_ai queues a text for each prospect and reports the progress', async () => {
  const { id, nodeId, ids, generate } = await draft(3);
  const { drafting, messages } = await generate();
  expect({ ...drafting, estimated_input_tokens: null }).toMatchObject({
    node_id: nodeId,
    wanted: 3,
    queued: 3,
    budget: { per_day: 30, left_today: 30 },
  });
  expect(drafting!.estimated_input_tokens).toBeGreaterThan(600);
  expect(messages).toEqual([]);
  const send = await testApi(t.services).as(t);
  const answer = await send(`POST /api/campaigns/${id}/generate-messages`, {
    action: 'generate_ai',
    node_id: nodeId,
  });
  expect(answer).toMatchObject({ status: 202, body: { drafting: { wanted: 3, queued: 0 } } });
  expect(await call(listDrafts, { id })).toMatchObject({
    nodes: [{ node_id: nodeId, queued: 3, written: 0 }],
  });
  expect((await generate()).drafting).toMatchObject({ wanted: 3, queued: 0 });
  await t.write();
  expect(await call(listDrafts, { id })).toMatchObject({
    nodes: [{ queued: 0, written: 3, input_tokens: 300, output_tokens: 60 }],
  });
  expect(await t.drafts(id)).toMatchObject(
    ids.map((prospect_id, n) => ({
      prospect_id,
      body_text: `body for P${n}`,
      written_by: 'model',
      status: 'draft',
    })),
  );
  expect((await generate()).drafting).toMatchObject({ wanted: 0, queued: 0 });
});

it('generate_ai writes the texts of named prospects anew, except edited ones', async () => {
  const { id, ids, generate } = await draft(3);
  await generate();
  await t.write();
  const [first] = await t.drafts(id);
  await call(updateMessage, { id, message_id: first!.id, body_text: 'By hand.' });
  llm.reply = ({ slots }) => Object.fromEntries(slots.map((slot) => [slot, 'Anew']));
  expect((await generate({ prospect_ids: ids.slice(0, 2) })).drafting).toMatchObject({
    wanted: 1,
    queued: 1,
  });
  await t.write();
  const texts = Object.fromEntries(
    (await t.drafts(id)).map((message) => [message.prospect_id, message.body_text]),
  );
  expect(ids.map((person) => texts[person])).toEqual(['By hand.', 'Anew', 'body for P2']);
});

it('a text written before the launch is sent without asking the model again', async () => {
  const { id, generate } = await draft(2);
  await call(addNode, { id, type: 'email', is_reply: true, body: 'Again.' });
  expect(await call(generateMessages, { id, action: 'resolve' })).toMatchObject({
    resolved: 0,
    missing_count: 2,
    missing: [{ reason: 'no_subject' }, {}],
  });
  await generate();
  await t.write();
  const { messages } = await call(generateMessages, { id, action: 'resolve' });
  expect(messages.map((message) => message.subject).sort()).toEqual([
    'Re: subject for P0',
    'Re: subject for P1',
    'subject for P0',
    'subject for P1',
  ]);
  const asked = llm.asked.length;
  await call(launchCampaign, { id });
  expect(await t.write()).toEqual({ called: 0, taken: 0 });
  await t.runFor(minuteMs);
  expect(llm.asked).toHaveLength(asked);
  expect((await t.drafts(id)).filter((message) => message.status === 'sent')).toHaveLength(4);
});

it('a dry run writes nothing, and a budget that is too small is refused', async () => {
  const { id, ids, generate, nodeId } = await draft(15);
  expect((await generate({ dry_run: true })).drafting).toMatchObject({ wanted: 15, queued: 0 });
  expect(await call(listDrafts, { id })).toMatchObject({ nodes: [] });
  await generate({ prospect_ids: ids.slice(0, 10) });
  await t.write();
  const { left_today } = (await call(listDrafts, { id })).budget!;
  const more = await draft(left_today + 1);
  const refused = await fail(generateMessages, {
    id: more.id,
    action: 'generate_ai',
    node_id: more.nodeId,
  });
  expect(refused).toMatchObject({
    status: 402,
    code: 'ai.budget_exceeded',
    required: left_today + 1,
    balance: left_today,
  });
  expect(await call(listDrafts, { id: more.id })).toMatchObject({ nodes: [] });
  expect(nodeId).not.toBe(more.nodeId);
});

it('generate_ai refuses a wrong node, a wrong prospect and a launched campaign', async () => {
  const { id, nodeId, ids } = await draft(1);
  const refusal = (more: object) => fail(generateMessages, { id, action: 'generate_ai', ...more });
  expect(await refusal({})).toMatchObject({
    status: 400,
    errors: [{ pointer: '/node_id', code: 'required' }],
  });
  expect(await refusal({ node_id: ids[0] })).toMatchObject({ status: 404, code: 'node.not_found' });
  expect(await refusal({ node_id: nodeId, prospect_ids: [nodeId] })).toMatchObject({
    status: 404,
    code: 'prospect.not_found',
  });
  const plain = await draft(1, { type: 'email', subject: 'Hi', body: 'Hi' });
  expect(
    await fail(generateMessages, { id: plain.id, action: 'generate_ai', node_id: plain.nodeId }),
  ).toMatchObject({
    code: 'node.not_ai',
  });
  const empty = await draft(1, { type: 'ai', ai_node: { output_type: 'email' } });
  expect(
    await fail(generateMessages, { id: empty.id, action: 'generate_ai', node_id: empty.nodeId }),
  ).toMatchObject({
    code: 'sequence.invalid',
    errors: [{ pointer: '/sequence_nodes/0/ai_node', code: 'empty' }],
  });
  await call(launchCampaign, { id });
  expect(await refusal({ node_id: nodeId })).toMatchObject({
    status: 400,
    code: 'campaign.not_draft',
  });
});

it('an AI node is valid once it has a purpose or slots for the model', async () => {
  const { id, nodeId } = await draft(1, { type: 'ai' });
  const problems = async (edit: object) => {
    await call(updateNode, { id, nodeId, ...edit });
    return (await call(validateCampaign, { id })).errors;
  };
  expect(await problems({})).toEqual([
    expect.stringContaining('reaches nobody'),
    expect.stringContaining('Its output_type must be one of email: email.'),
  ]);
  expect(await problems({ ai_node: { output_type: 'message' } })).toEqual([
    expect.stringContaining('must be one of email'),
    expect.stringContaining('Say in ai_node.purpose'),
  ]);
  expect(await problems({ ai_node: { output_type: 'email' } })).toEqual([
    expect.stringContaining('Say in ai_node.purpose'),
  ]);
  expect(await problems({ subject: 'Hi', body: 'Just this.' })).toEqual([
    expect.stringContaining('leave the model nothing to write'),
  ]);
  expect(await problems({ body: 'Hi &&something' })).toEqual([
    expect.stringContaining('not closed'),
    expect.stringContaining('nothing to write'),
  ]);
  expect(await problems({ body: 'Hi && &&' })).toEqual([expect.stringContaining('is empty')]);
  expect(await problems({ body: 'Hi %nme%, &&an opener&&' })).toEqual([
    expect.stringContaining('%nme%'),
  ]);
  expect(
    await problems({ body: 'Hi, &&an opener&&', ai_node: { examples: [{ body: 'Like this.' }] } }),
  ).toEqual([]);
  const wrong = [{ type: 'ai', ai_node: { output_type: 'fax' } }, { type: 'end' }];
  expect(await fail(updateCampaign, { id, sequence_nodes: wrong })).toMatchObject({
    code: 'sequence.invalid',
    errors: [{ code: 'output_type' }],
  });
});

it('without a model, AI nodes cannot be launched or generated', async () => {
  const caller = createCaller({ ...t.services, ai: null }, t);
  const { id, nodeId } = await draft(1);
  expect(await caller.fail(launchCampaign, { id })).toMatchObject({
    code: 'campaign.not_launchable',
    errors: [
      {
        pointer: '/sequence_nodes/0/type',
        code: 'ai_unavailable',
        message: expect.stringContaining('POSTRIDER_AI_API_KEY'),
      },
    ],
  });
  for (const refused of [
    await caller.fail(generateMessages, { id, action: 'generate_ai', node_id: nodeId }),
    await caller.fail(retryDrafts, { id }),
  ])
    expect(refused).toMatchObject({
      status: 400,
      code: 'ai.not_set_up',
      hint: expect.stringContaining('POSTRIDER_AI_MODEL'),
    });
  expect(await caller.call(listDrafts, { id })).toMatchObject({ model: null });
});

it('incomplete settings of the model count as no model', async () => {
  const { services } = await testDatabase({
    env: { POSTRIDER_AI_PROVIDER: 'anthropic', POSTRIDER_AI_MODEL: 'stand-in-1' },
  });
  expect(services.ai).toBeNull();
});

it("another workspace's campaign is not found", async () => {
  const { id, nodeId } = await draft(1);
  const other = createCaller(t.services, await addWorkspace(t.db, t.clock.now()));
  for (const [operation, more] of [
    [generateMessages, { action: 'generate_ai', node_id: nodeId }],
    [listDrafts, {}],
    [retryDrafts, {}],
  ] as const)
    expect(await other.fail(operation, { id, ...more })).toMatchObject({
      status: 404,
      code: 'campaign.not_found',
    });
});
