import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase({ channels: [idleChannel('email')] });
const { db, services } = database;
const { as } = testApi(services);
const send = await as(database);
const { ok, create, createActive, createIn } = campaignSteps(send, database);

type Result = {
  index: number;
  outcome: string;
  code: string | null;
  lead_id: string | null;
  prospect_id: string | null;
};
const outcomes = (body: Record<string, unknown>) =>
  (body.results as Result[]).map(({ outcome, code }) => [outcome, code]);

describe('adding people by identity', () => {
  it('creates missing leads, copies them and reports an outcome for each', async () => {
    const { lead } = await ok('POST /api/leads', {
      name: 'Jane Doe',
      email: 'jane@people.test',
      attributes: { city: 'Ulm' },
    });
    const { id } = await create();
    const people = [
      { email: 'Jane@People.test', custom_fields: { tier: 'a' } },
      { email: 'new@people.test' },
      { email: 'jane@people.test' },
      { email: 'nobody' },
      { x_handle: '@Sam' },
      { lead_id: (lead as { id: string }).id },
      { lead_id: services.newId() },
      {},
    ];
    const answer = await ok(`POST /api/campaigns/${id}/leads/enrol`, { people });
    expect(answer).toMatchObject({ added: 2, skipped: 2, failed: 4 });
    expect(outcomes(answer)).toEqual([
      ['added', null],
      ['added', null],
      ['skipped', null],
      ['failed', 'invalid_identity'],
      ['failed', 'invalid_identity'],
      ['skipped', null],
      ['failed', 'lead.not_found'],
      ['failed', 'invalid_identity'],
    ]);
    const { prospects } = await ok(`GET /api/campaigns/${id}/leads`);
    expect(prospects).toMatchObject([
      {
        email: 'jane@people.test',
        first_name: 'Jane',
        custom_fields: { city: 'Ulm', tier: 'a' },
        lead_id: (lead as { id: string }).id,
      },
      { email: 'new@people.test', lead_id: expect.any(String), contacted_at: null },
    ]);
    expect(await ok('GET /api/leads/find?identity=NEW@people.test')).toMatchObject({
      lead: { email: 'new@people.test' },
    });
    expect(await ok('GET /api/leads/find?identity=https://x.com/sam')).toMatchObject({
      lead: { xHandle: 'sam' },
    });
    expect(await ok(`POST /api/campaigns/${id}/leads/enrol`, { people })).toMatchObject({
      added: 0,
      skipped: 4,
      failed: 4,
    });
  });

  it('creates one lead and one prospect each when many callers add the same people', async () => {
    const { id } = await create({ roster: 'open' });
    const people = Array.from({ length: 50 }, (_, index) => ({
      email: `crowd${index}@people.test`,
    }));
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, turn) =>
        ok(`POST /api/campaigns/${id}/leads/enrol`, {
          people: turn % 2 ? people : people.toReversed(),
        }),
      ),
    );
    expect(answers.reduce((sum, answer) => sum + Number(answer.added), 0)).toBe(50);
    expect(await ok(`GET /api/campaigns/${id}/leads`)).toMatchObject({ total: 50 });
    expect(await ok('GET /api/leads?email=crowd')).toMatchObject({ total: 50 });
  });

  it('is refused by a frozen roster and accepted by an open one', async () => {
    const frozen = await createActive();
    const body = { people: [{ email: 'late@people.test' }] };
    expect(await send(`POST /api/campaigns/${frozen.id}/leads/enrol`, body)).toMatchObject({
      status: 400,
      body: { code: 'campaign.roster_frozen' },
    });
    const open = await createActive({ roster: 'open' });
    expect(await ok(`POST /api/campaigns/${open.id}/leads/enrol`, body)).toMatchObject({
      added: 1,
    });
  });

  it('works for lists as well', async () => {
    const { list } = await ok('POST /api/lists', { name: 'Named' });
    const { id } = list as { id: string };
    const people = [
      { email: 'a@list.test' },
      { email: 'A@list.test' },
      { x_handle: 'b_c' },
      { x_handle: 'not a handle' },
    ];
    const answer = await ok(`POST /api/lists/${id}/leads/enrol`, { people });
    expect(outcomes(answer)).toEqual([
      ['added', null],
      ['skipped', null],
      ['added', null],
      ['failed', 'invalid_identity'],
    ]);
    expect(await ok(`GET /api/lists/${id}/leads`)).toMatchObject({ total: 2 });
    expect(
      await send(`POST /api/lists/${database.workspaceId}/leads/enrol`, { people }),
    ).toMatchObject({ status: 400 });
  });
});

describe('finding one person of a campaign', () => {
  it('works by id, lead or identity in any spelling, in the own workspace only', async () => {
    const { id } = await create();
    const { results } = await ok(`POST /api/campaigns/${id}/leads/enrol`, {
      people: [{ email: 'find@people.test' }],
    });
    const [{ lead_id, prospect_id }] = results as [Result];
    for (const query of [
      `identity=FIND@people.test`,
      `lead_id=${lead_id}`,
      `prospect_id=${prospect_id}`,
    ])
      expect(await ok(`GET /api/campaigns/${id}/leads/find?${query}`)).toMatchObject({
        prospect: { id: prospect_id, lead_id },
      });
    for (const query of [
      'identity=other@people.test',
      'identity=x',
      `lead_id=${services.newId()}`,
      `prospect_id=${services.newId()}`,
    ])
      expect(await send(`GET /api/campaigns/${id}/leads/find?${query}`)).toMatchObject({
        status: 404,
        body: { code: 'prospect.not_found' },
      });
    for (const query of ['', `lead_id=${lead_id}&identity=find@people.test`])
      expect(await send(`GET /api/campaigns/${id}/leads/find?${query}`)).toMatchObject({
        status: 400,
      });
    const stranger = await as(await addWorkspace(db, services.clock.now()));
    expect(await stranger('GET /api/leads/find?identity=find@people.test')).toMatchObject({
      status: 404,
    });
  });
});

describe('revisions, pauses and pages', () => {
  it('a draft keeps its earlier sequences with keep', async () => {
    const { id } = await create();
    const revise = (body: string, keep: boolean) =>
      ok(`POST /api/campaigns/${id}/revisions`, {
        keep,
        sequence_nodes: [{ type: 'email', subject: 'Hi', body }, { type: 'end' }],
      });
    expect(await revise('one', true)).toMatchObject({ revision: 2 });
    expect(await revise('two', true)).toMatchObject({ revision: 3 });
    expect(await revise('three', false)).toMatchObject({ revision: 3 });
    expect((await ok(`GET /api/campaigns/${id}/revisions`)).revisions).toMatchObject([
      { revision: 3, current: true },
      { revision: 2, current: false },
      { revision: 1, current: false },
    ]);
    expect(await ok(`GET /api/campaigns/${id}/revisions/2`)).toMatchObject({
      sequence_nodes: [{ body: 'one' }, { type: 'end' }],
    });
    expect(await ok(`GET /api/campaigns/${id}`)).toMatchObject({
      sequence_nodes: [{ body: 'three' }, { type: 'end' }],
    });
  });

  it('a completed campaign can be paused when its roster is open', async () => {
    const frozen = await createIn('completed');
    expect(await send(`POST /api/campaigns/${frozen}/pause`)).toMatchObject({
      status: 400,
      body: { code: 'campaign.not_active' },
    });
    const id = await createIn('completed');
    await ok(`PATCH /api/campaigns/${id}`, { roster: 'open' });
    expect(await ok(`POST /api/campaigns/${id}/pause`)).toMatchObject({
      campaign: { status: 'paused' },
    });
    await ok(`POST /api/campaigns/${id}/leads/enrol`, { people: [{ email: 'waits@people.test' }] });
    expect(await ok(`GET /api/campaigns/${id}`)).toMatchObject({ campaign: { status: 'paused' } });
    expect(await ok(`POST /api/campaigns/${id}/resume`)).toMatchObject({
      campaign: { status: 'active' },
    });
  });

  it('campaigns are listed from newest to oldest, page by page', async () => {
    const all = ((await ok('GET /api/campaigns?sort=newest')).campaigns as { id: string }[]).map(
      ({ id }) => id,
    );
    expect(all).toEqual(all.toSorted().toReversed());
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Record<string, unknown> = await ok(
        `GET /api/campaigns?sort=newest&limit=3${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...(page.campaigns as { id: string }[]).map(({ id }) => id));
      cursor = page.next_cursor as string | null;
    }
    expect(seen).toEqual(all);
    expect(await send(`GET /api/campaigns?cursor=${all[0]}`)).toMatchObject({ status: 400 });
    const { campaigns } = await ok(
      'GET /api/campaigns?include=sequence,rules,automations&limit=1&sort=newest',
    );
    expect(campaigns).toMatchObject([
      {
        sequence_nodes: [{ type: 'email' }, { type: 'end' }],
        rules: { synced_list_ids: [] },
        automations: [],
      },
    ]);
    const [plain] = (await ok('GET /api/campaigns?limit=1&include=rules')).campaigns as Record<
      string,
      unknown
    >[];
    expect(plain).not.toHaveProperty('sequence_nodes');
  });

  it('members of the workspace are listed', async () => {
    expect(await ok('GET /api/members')).toMatchObject({ members: [{ id: database.memberId }] });
  });
});
