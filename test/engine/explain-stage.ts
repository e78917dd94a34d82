import { sql } from 'kysely';
import { addSenders } from '../../src/operations/campaigns/add-senders.ts';
import { pauseCampaign } from '../../src/operations/campaigns/pause.ts';
import { removeSenderFromCampaign } from '../../src/operations/campaigns/remove-sender.ts';
import { resumeCampaign } from '../../src/operations/campaigns/resume.ts';
import { updateCampaign } from '../../src/operations/campaigns/update.ts';
import { updateMailbox } from '../../src/operations/email/update.ts';
import { listRoster } from '../../src/operations/roster/list.ts';
import { pauseProspect } from '../../src/operations/roster/pause.ts';
import { resumeProspect } from '../../src/operations/roster/resume.ts';
import { skipAheadProspect } from '../../src/operations/roster/skip-ahead.ts';
import { createWorkspace } from '../../src/operations/workspaces/create.ts';
import { createCaller } from '../caller.ts';
import { launchIn, makeSenders, type Rehearsal, sandboxHouse, walkTo } from '../sandbox.ts';
import { type Chance, day, hour } from '../simulate/chance.ts';

const house = await sandboxHouse({ clock: '2026-03-02T09:00:00Z' });

const zones = ['UTC', 'America/New_York', 'Asia/Tokyo', 'Europe/Berlin'];
const starts = ['2026-03-06T15:00:00Z', '2026-03-27T05:00:00Z', '2026-06-01T16:30:00Z', '2026-10-30T20:00:00Z'];
export const iso = (at: number) => new Date(at).toISOString();

/** A sandbox of its own, as a seed draws it: senders, one or two campaigns that share them, and their people. */
export class Stage {
  readonly c: Chance;
  readonly house: Rehearsal;
  readonly senders: readonly string[];
  readonly campaigns: readonly string[];
  now: number;

  static async open(c: Chance): Promise<Stage> {
    const start = c.one(starts);
    const parts = { ...house.parts, newId: c.newId };
    const { workspace } = await createCaller(parts, { workspaceId: house.live, memberId: house.memberId }).call(createWorkspace, {
      name: 'Stage',
      clock: start,
    });
    const { rows } = await sql<{ id: string }>`update workspaces set time_zone = ${c.one(zones)} where id = ${workspace.id}
      returning (select m.id from members m where m.workspace_id = workspaces.id) as id`.execute(house.db);
    const caller = createCaller(parts, { workspaceId: workspace.id, memberId: rows[0]!.id, sandbox: true });
    const own = { ...house, ...caller, parts, workspaceId: workspace.id };
    const senders = await makeSenders(own, { name: 'Sam', dailyLimit: 30 }, 1 + c.upTo(3));
    for (const id of senders) await own.call(updateMailbox, { id, ...drawLimits(c, start) });
    const campaigns = [];
    for (let i = 0; i < 1 + c.upTo(2); i++) {
      const chosen = senders.filter(() => c.happens(0.7));
      campaigns.push(await launchIn(own, drawCampaign(c, `C${i}`, chosen.length > 0 ? chosen : senders, start)));
    }
    return new Stage(c, own, senders, campaigns, Date.parse(start));
  }

  constructor(c: Chance, own: Rehearsal, senders: readonly string[], campaigns: readonly string[], now: number) {
    this.c = c;
    this.house = own;
    this.senders = senders;
    this.campaigns = campaigns;
    this.now = now;
  }

  async walk(ms: number): Promise<void> {
    this.now += ms;
    await walkTo(this.house, iso(this.now), 5_000);
  }

  async sent(): Promise<Sent[]> {
    const { rows } = await sql<Sent>`select id, campaign_id, prospect_id, node_id, sender_id, sent_at as at from messages
      where workspace_id = ${this.house.workspaceId} and state = 'sent' order by sent_at, id`.execute(this.house.db);
    return rows;
  }
}

export type Sent = { id: string; campaign_id: string; prospect_id: string; node_id: string; sender_id: string; at: Date };

function drawLimits(c: Chance, start: string) {
  const started_on = iso(Date.parse(start) + (c.upTo(6) - 4) * day).slice(0, 10);
  return {
    daily_limit: c.one([1, 2, 3, 5, 30]),
    daily_window: c.one(['calendar', 'calendar', 'rolling']),
    hourly_limit: c.one([1, 2, null, null]),
    min_gap_seconds: c.one([1, 60, 1800]),
    ramp_up: c.happens(0.3) ? { start: 1, step: 1, every_days: 1 + c.upTo(2), started_on } : null,
  };
}

function drawHours(c: Chance) {
  if (c.happens(0.3)) return null;
  const windows = c.one([
    [{ start: 540, end: 1020 }],
    [
      { start: 480, end: 600 },
      { start: 840, end: 1080 },
    ],
    [
      { start: 0, end: 120 },
      { start: 1200, end: 1440 },
    ],
  ]);
  return Object.fromEntries(['1', '2', '3', '4', '5', ...(c.happens(0.3) ? ['6', '0'] : [])].map((weekday) => [weekday, windows]));
}

function drawCampaign(c: Chance, name: string, senders: readonly string[], start: string) {
  const delay = () => ({ type: 'delay', delay_hours: c.one([1, 5, 24, 49]) });
  const again = { type: 'email', is_reply: true, subject: 'Again', body: 'Again, %first_name%.' };
  const domains = ['crowd.com', 'acme.de', 'firm.it', 'acme.co.jp'];
  return {
    name,
    senders,
    dailyLimit: 30,
    nodes: [
      ...(c.happens(0.2) ? [delay()] : []),
      { type: 'email', subject: 'Hello', body: 'Hi %first_name%.' },
      ...(c.happens(0.8) ? [delay(), again] : []),
      ...(c.happens(0.4) ? [delay(), again] : []),
    ],
    people: Array.from({ length: 4 + c.upTo(6) }, (_, i) => ({
      email: `${name.toLowerCase()}p${i}@${c.one(domains)}`,
      first_name: 'P',
      company: c.one(['Acme', ' acme', 'Firm', null]),
    })),
    settings: {
      operating_hours: drawHours(c),
      timezone: c.one([null, ...zones]),
      holidays: c.happens(0.4) ? { dates: [iso(Date.parse(start) + c.upTo(4) * day).slice(0, 10)], countries: [] } : null,
      local_hours: c.happens(0.4),
      daily_limit: c.one([1, 3, 5, null]),
      hourly_limit: c.one([1, 2, null, null]),
      domain_daily_limit: c.one([1, 2, null, null]),
      company_daily_limit: c.one([1, 2, null, null]),
      account_limits: c.happens(0.3) ? [{ account_id: senders[0], daily_limit: 1 + c.upTo(2) }] : [],
    },
  };
}

/** What somebody does, and what undoes it. */
export async function act({ c, house: { call, db }, senders, campaigns, now }: Stage): Promise<() => Promise<unknown>> {
  const id = c.one(campaigns);
  const { prospects } = await call(listRoster, { id });
  const going = prospects.filter(({ ended_at }) => !ended_at);
  const prospectId = going.length > 0 ? c.one(going).id : null;
  const senderId = c.one(senders);
  const nothing = async () => {};
  const sendersOf = async () => {
    const { rows: own } = await sql<{ id: string }>`
      select sender_id as id from campaign_senders where campaign_id = ${id} and removed_at is null`.execute(db);
    return own.map((sender) => sender.id);
  };
  const deeds: (() => Promise<() => Promise<unknown>>)[] = [
    async () => {
      await call(updateMailbox, { id: senderId, status: 'paused' });
      return () => call(updateMailbox, { id: senderId, status: 'active' });
    },
    async () => {
      if (!(await sendersOf()).includes(senderId)) return nothing;
      await call(removeSenderFromCampaign, { id, senderId });
      return () => call(addSenders, { id, sender_account_ids: [senderId] });
    },
    async () => {
      await call(updateCampaign, { id, operating_hours: drawHours(c), daily_limit: c.one([1, 4, null]) });
      return nothing;
    },
  ];
  const { rows } = await sql<{ status: string }>`select status from campaigns where id = ${id}`.execute(db);
  if (rows[0]!.status === 'active')
    deeds.push(async () => {
      await call(pauseCampaign, { id });
      return () => call(resumeCampaign, { id, policy: c.one(['shift', 'spread', 'drop_overdue']) });
    });
  if (prospectId) {
    const pause = (until: string | null) => async () => {
      await call(pauseProspect, { id, prospectId, until });
      // They may have ended meanwhile.
      return () => call(resumeProspect, { id, prospectId }).catch(() => null);
    };
    deeds.push(pause(null), pause(iso(now + (1 + c.upTo(60)) * hour)));
    if (rows[0]!.status === 'active')
      deeds.push(async () => {
        if ((await sendersOf()).length > 0) await call(skipAheadProspect, { id, prospectId, skip: 'delay' });
        return nothing;
      });
  }
  return c.one(deeds)();
}
