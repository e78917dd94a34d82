import { sql } from 'kysely';
import { addCounters } from '../../../src/db/counters.ts';
import type { Db } from '../../../src/db/database.ts';
import { answeredInboxes } from '../../../src/db/forecast/sandbox-mail.ts';
import type { Schema } from '../../../src/db/schema.gen.ts';
import { hourMs } from '../../../src/domain/time.ts';
import { ManualClock } from '../../../src/engine/clock.ts';
import { advance } from '../../../src/engine/forecast/advance.ts';
import { Inboxes } from '../../../src/engine/inbound/inboxes.ts';
import { inSandbox } from '../../../src/engine/sandbox.ts';
import { createWorkspace } from '../../../src/operations/workspaces/create.ts';
import { createCaller } from '../../fixtures/caller.ts';
import type { SandboxFixture } from '../../fixtures/sandbox.ts';
import { type Chance, chance } from '../../simulate/chance.ts';
import { type Channel, type Draw, drawCampaigns, zones } from './truth-draw.ts';

export const iso = (at: number) => new Date(at).toISOString();
const starts = [
  '2026-03-06T15:00:00Z',
  '2026-03-27T05:00:00Z',
  '2026-06-01T16:30:00Z',
  '2026-10-30T20:00:00Z',
];

export type Sent = {
  id: string;
  campaign_id: string;
  prospect_id: string;
  node_id: string;
  sender_id: string;
  at: Date;
};

/** A sandbox with many draws in it, which know nothing of each other but the clock. */
export class TruthStage {
  readonly c: Chance;
  readonly fixture: SandboxFixture;
  readonly draws: readonly Draw[];
  now: number;

  static async open(
    fixture: SandboxFixture,
    { seed, type, size }: { seed: string; type: Channel; size: number },
  ): Promise<TruthStage> {
    const c = chance(seed);
    const start = c.one(starts);
    const services = { ...fixture.services, newId: c.newId };
    const live = { workspaceId: fixture.live, memberId: fixture.memberId };
    const { workspace } = await createCaller(services, live).call(createWorkspace, {
      name: 'Stage',
      clock: start,
    });
    const { rows } = await sql<{ id: string }>`
      update workspaces set time_zone = ${c.one(zones)} where id = ${workspace.id}
      returning (select m.id from members m where m.workspace_id = workspaces.id) as id`.execute(
      fixture.db,
    );
    const place = { workspaceId: workspace.id, memberId: rows[0]!.id, sandbox: true };
    const own = { ...fixture, ...createCaller(services, place), ...place, services };
    const owner = { workspace_id: place.workspaceId, member_id: place.memberId };
    const draws = Array.from({ length: size }, (_, i) =>
      drawCampaigns(chance(`${seed} ${i}`), {
        type,
        tag: `g${i}`,
        owner,
        start: Date.parse(start),
      }),
    );
    await insertDraws(fixture.db, place.workspaceId, { draws, start });
    return new TruthStage(c, own, draws, Date.parse(start));
  }

  constructor(c: Chance, fixture: SandboxFixture, draws: readonly Draw[], now: number) {
    this.c = c;
    this.fixture = fixture;
    this.draws = draws;
    this.now = now;
  }

  async walk(ms: number): Promise<void> {
    this.now += ms;
    const { services, workspaceId } = this.fixture;
    const target = () => new Date(this.now);
    for (let reached = false; !reached; ) {
      const request = { workspaceId, timeZone: 'UTC', target, budgetMs: 5_000 };
      reached = (await advance(services, request))?.reached ?? false;
    }
  }

  /**
   * Two hours pass as without a worker: the sandbox is a live workspace meanwhile, and nobody
   * serves it. `ask` is called with that at the beginning.
   */
  async withoutWorker<T>(ask: (unserved: TruthStage) => Promise<T>): Promise<T> {
    const { db, services, workspaceId, memberId } = this.fixture;
    const clock = new ManualClock(iso(this.now));
    const live = createCaller({ ...services, clock }, { workspaceId, memberId });
    const unserved = new TruthStage(this.c, { ...this.fixture, ...live }, this.draws, this.now);
    await sql`update workspaces set mode = 'live', clock_at = null, clock_set_at = null
      where id = ${workspaceId}`.execute(db);
    const answer = await ask(unserved);
    const after = new Date(this.now);
    this.now += 2 * hourMs;
    await sql`update workspaces set mode = 'sandbox', clock_at = ${iso(this.now)},
      clock_set_at = clock_timestamp() where id = ${workspaceId}`.execute(db);
    // A worker that starts reads the inboxes first.
    const upTo = new Date(this.now);
    const inboxes = new Inboxes(
      inSandbox(services, workspaceId, new ManualClock(upTo)),
      workspaceId,
    );
    for (const inbox of await answeredInboxes(db, { workspaceId, after, upTo }))
      await inboxes.look(inbox);
    return answer;
  }

  async sent(): Promise<Sent[]> {
    const { rows } = await sql<Sent>`
      select id, campaign_id, prospect_id, node_id, sender_id, sent_at as at from messages
      where workspace_id = ${this.fixture.workspaceId} and state = 'sent'
      order by sent_at, id`.execute(this.fixture.db);
    return rows;
  }
}

async function insertDraws(
  db: Db,
  workspace_id: string,
  { draws, start }: { draws: readonly Draw[]; start: string },
): Promise<void> {
  const senders = draws.flatMap((draw) => draw.senders);
  const campaigns = draws.flatMap((draw) => draw.campaigns);
  const people = draws.flatMap((draw) => draw.people);
  const put = (table: keyof Schema, rows: readonly object[]) =>
    db
      .insertInto(table)
      .values(rows as never)
      .execute();
  await put('senders', senders);
  const place = (sender: { id: string }) => ({ workspace_id, sender_id: sender.id });
  await put(
    'lanes',
    senders.map((sender) => ({ ...place(sender), next_at: start, because: 'planning' })),
  );
  await put(
    'inboxes',
    senders.map((sender) => ({ ...place(sender), next_poll_at: start })),
  );
  await put(
    'campaigns',
    campaigns.map(({ nodes: _nodes, senders: _senders, ...row }) => row),
  );
  await put(
    'sequences',
    campaigns.map(({ id, nodes }) => ({
      workspace_id,
      campaign_id: id,
      revision: 1,
      nodes: JSON.stringify(nodes),
      created_at: start,
    })),
  );
  await put(
    'campaign_senders',
    campaigns.flatMap(({ id, senders: own }) =>
      own.map((sender, position) => ({
        workspace_id,
        campaign_id: id,
        sender_id: sender.id,
        position,
        daily_limit: sender.limit,
      })),
    ),
  );
  await put(
    'prospects',
    people.map((person) => ({ workspace_id, ...person })),
  );
  const suppressions = new Map(
    draws.flatMap((draw) => draw.suppressions).map((one) => [one.value, one]),
  );
  if (suppressions.size > 0)
    await put(
      'suppressions',
      [...suppressions.values()].map((one) => ({
        workspace_id,
        ...one,
        reason: 'drawn',
        created_at: start,
      })),
    );
  const answers = draws.flatMap((draw) => draw.answers);
  if (answers.length > 0)
    await put(
      'past_answers',
      answers.map((one) => ({ workspace_id, ...one, how: 'replied' })),
    );
  const counted = Map.groupBy(people, (person) => person.campaign_id);
  await addCounters(
    db,
    workspace_id,
    [...counted].map(([campaignId, own]) => ({ campaignId, name: 'pending', n: own.length })),
  );
}
