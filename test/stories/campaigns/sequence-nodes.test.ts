import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase({ channels: [idleChannel('email')] });
const { as } = testApi(database.services);
const send = await as(database);
const { ok, create, createReady, createActive } = campaignSteps(send, database);

type Nodes = { sequence_nodes: { id: string; type: string; position: number }[] };
const typesOf = ({ sequence_nodes }: Nodes) => sequence_nodes.map((node) => node.type);
const nodesOf = async (id: string) =>
  ((await ok(`GET /api/campaigns/${id}`)) as Nodes).sequence_nodes;

/** A draft of the nodes email, delay, email, end. */
async function draft() {
  const { id } = await create();
  await ok(`POST /api/campaigns/${id}/sequence/nodes`, { type: 'delay', delay_days: 3 });
  const nodes = (await ok(`POST /api/campaigns/${id}/sequence/nodes`, {
    type: 'email',
    subject: 'Two',
    body: '2',
    is_reply: true,
  })) as Nodes;
  return { id, route: `/api/campaigns/${id}/sequence/nodes`, nodes: nodes.sequence_nodes };
}

describe('add', () => {
  it('without a position inserts the node before the end and returns all nodes', async () => {
    const { nodes } = await draft();
    expect(nodes).toMatchObject([
      { type: 'email', position: 0 },
      { type: 'delay', position: 1, delay_days: 3 },
      { type: 'email', position: 2, subject: 'Two', is_reply: true },
      { type: 'end', position: 3 },
    ]);
  });

  it('at a position moves the later nodes down', async () => {
    const { route } = await draft();
    expect(
      typesOf(
        (await ok(`POST ${route}`, { type: 'delay', position: 0, delay_minutes: 5 })) as Nodes,
      ),
    ).toEqual(['delay', 'email', 'delay', 'email', 'end']);
  });

  it.each([
    { type: 'connection_request' },
    { type: 'end' },
    { type: 'fax' },
    { type: 'delay' },
    { type: 'email', position: 9 },
    {},
  ])('of %j is refused with 400', async (node) => {
    const { route } = await draft();
    expect(await send(`POST ${route}`, node)).toMatchObject({ status: 400 });
  });
});

describe('move', () => {
  it('puts the node of nodeId at toPosition', async () => {
    const { route, nodes } = await draft();
    const moved = (await ok(`PATCH ${route}`, { nodeId: nodes[1]!.id, toPosition: 0 })) as Nodes;
    expect(moved.sequence_nodes.map((node) => [node.id, node.position])).toEqual(
      [1, 0, 2, 3].map((old, position) => [nodes[old]!.id, position]),
    );
  });

  it('keeps the end last and is 404 for an unknown node', async () => {
    const { id, route, nodes } = await draft();
    expect(await send(`PATCH ${route}`, { nodeId: nodes[3]!.id, toPosition: 0 })).toMatchObject({
      status: 400,
      body: { code: 'sequence.invalid' },
    });
    expect(await send(`PATCH ${route}`, { nodeId: nodes[0]!.id, toPosition: 3 })).toMatchObject({
      status: 400,
    });
    expect(await send(`PATCH ${route}`, { nodeId: id, toPosition: 0 })).toMatchObject({
      status: 404,
      body: { code: 'node.not_found' },
    });
  });
});

describe('delete', () => {
  it('takes nodeId in the body and closes the gap in the positions', async () => {
    const { route, nodes } = await draft();
    const left = (await ok(`DELETE ${route}`, { nodeId: nodes[1]!.id })) as Nodes;
    expect(left.sequence_nodes).toMatchObject([
      { position: 0 },
      { position: 1, id: nodes[2]!.id },
      { position: 2, type: 'end' },
    ]);
  });

  it('of the end is refused', async () => {
    const { id, route, nodes } = await draft();
    expect(await send(`DELETE ${route}`, { nodeId: nodes[3]!.id })).toMatchObject({
      status: 400,
      body: { code: 'sequence.invalid' },
    });
    expect(await nodesOf(id)).toHaveLength(4);
  });

  it('deletes the drafts of the node', async () => {
    const { id } = await createReady();
    const { sequence_nodes } = (await ok(`POST /api/campaigns/${id}/sequence/nodes`, {
      type: 'email',
      subject: 'Two',
      body: '2',
    })) as Nodes;
    expect((await ok(`POST /api/campaigns/${id}/generate-messages`, {})).messages).toHaveLength(2);
    await ok(`DELETE /api/campaigns/${id}/sequence/nodes`, { nodeId: sequence_nodes[1]!.id });
    expect((await ok(`GET /api/campaigns/${id}/generate-messages`)).messages).toMatchObject([
      { node_id: sequence_nodes[0]!.id },
    ]);
  });
});

describe('update', () => {
  it('changes only the given fields of one node', async () => {
    const { route, nodes } = await draft();
    const { node } = await ok(`PUT ${route}/${nodes[2]!.id}`, { subject: 'Changed' });
    expect(node).toMatchObject({
      id: nodes[2]!.id,
      subject: 'Changed',
      body: '2',
      is_reply: true,
      position: 2,
    });
  });

  it('ignores type, position and fields of other types, with a warning each', async () => {
    const { route, nodes } = await draft();
    const answer = await ok(`PUT ${route}/${nodes[1]!.id}`, {
      type: 'email',
      position: 0,
      subject: 'x',
      ai_node: { purpose: 'x' },
      delay_days: 4,
    });
    expect(answer.node).toMatchObject({
      type: 'delay',
      position: 1,
      subject: null,
      ai_node: null,
      delay_days: 4,
    });
    expect(
      (answer.warnings as { pointer: string }[]).map((warning) => warning.pointer).sort(),
    ).toEqual(['/ai_node', '/position', '/subject', '/type']);
  });

  it('accepts a delay that is too long, which validate reports', async () => {
    const { id, route, nodes } = await draft();
    await ok(`PUT ${route}/${nodes[1]!.id}`, { delay_days: 31 });
    expect(await ok(`GET /api/campaigns/${id}/validate`)).toMatchObject({
      errors: expect.arrayContaining([expect.stringContaining('Node 1 (delay)')]),
    });
  });
});

it('nodes of an active campaign cannot be changed', async () => {
  const { id } = await createActive();
  const nodes = await nodesOf(id);
  const route = `/api/campaigns/${id}/sequence/nodes`;
  const nodeId = nodes[0]!.id;
  const refused = [
    await send(`POST ${route}`, { type: 'delay', delay_days: 1 }),
    await send(`PATCH ${route}`, { nodeId, toPosition: 0 }),
    await send(`DELETE ${route}`, { nodeId }),
    await send(`PUT ${route}/${nodeId}`, { subject: 'x' }),
  ];
  for (const answer of refused)
    expect(answer).toMatchObject({ status: 400, body: { code: 'campaign.not_draft' } });
  expect(await nodesOf(id)).toEqual(nodes);
});
