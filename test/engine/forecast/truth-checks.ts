import { sql } from 'kysely';
import {
  type ForecastSend,
  type ForecastStop,
  forecast,
} from '../../../src/domain/forecast/forecast.ts';
import { readForecastInput } from '../../../src/engine/forecast/forecast-input.ts';
import { explainOneCampaign } from '../../../src/operations/explanations/campaign.ts';
import { explainOneProspect } from '../../../src/operations/explanations/prospect.ts';
import { explainOneSender } from '../../../src/operations/explanations/sender.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { getSenderSchedule } from '../../../src/operations/senders/schedule.ts';
import type { Draw } from './truth-draw.ts';
import { iso, type Sent, type TruthStage } from './truth-stage.ts';

type Told = Awaited<ReturnType<typeof ask>>;

/**
 * What is told of a draw at this instant: everybody in the lists, the sends and stops of the
 * forecast up to `until`, and of some people, campaigns and senders the explanation.
 */
export async function ask(stage: TruthStage, draw: Draw, until: number) {
  const { call } = stage.fixture;
  const { c } = draw;
  const people = [];
  const campaigns = [];
  for (const { id } of draw.campaigns) {
    const { prospects } = await call(listRoster, { id });
    const one = c.happens(0.3) ? c.one(prospects) : null;
    const explained = one && (await call(explainOneProspect, { id, prospectId: one.id }));
    for (const listed of prospects)
      people.push({ id, listed, explained: listed === one ? explained : null });
    if (c.happens(0.5)) campaigns.push(await call(explainOneCampaign, { id }));
  }
  const lanes = [];
  for (const { id } of draw.senders.filter(() => c.happens(0.5)))
    lanes.push({
      ...(await call(explainOneSender, { id })),
      schedule: c.happens(0.2) ? await call(getSenderSchedule, { id }) : null,
    });
  return { now: stage.now, people, campaigns, lanes, ...(await readForecasts(stage, draw, until)) };
}

/** The sends and the stops that are forecast for a draw. */
async function readForecasts({ fixture, now }: TruthStage, draw: Draw, until: number) {
  const { db, workspaceId } = fixture;
  const sends: string[] = [];
  const stops: ForecastStop[] = [];
  const known = new Set<string>();
  const { rows } = await sql<{ id: string }>`select id from campaigns where status = 'active'
    and id = any(${draw.campaigns.map(({ id }) => id)}::uuid[]) order by id`.execute(db);
  for (const { id } of rows) {
    if (known.has(id)) continue;
    const request = { workspaceId, campaignId: id, changes: {}, now: new Date(now) };
    const input = await readForecastInput(db, request);
    for (const one of input.campaigns) known.add(one.campaignId);
    const onSend = ({ at, campaign, touch, lane, person }: ForecastSend) => {
      const { nodeId } = input.campaigns[campaign]!.touches[touch]!;
      sends.push(`${person} ${iso(at)} ${nodeId} ${input.lanes[lane]!.senderId}`);
      return undefined;
    };
    forecast({ ...input, now, until }, onSend, (stop) => stops.push(stop));
  }
  return { sends, stops };
}

const json = (value: unknown) => JSON.stringify(value);

/** Contradictions within what is told. */
export function findContradictions({ now, people, campaigns, lanes, sends }: Told): string[] {
  const wrong: string[] = [];
  const firstOf = (match: (send: string) => boolean) => sends.find(match) ?? null;
  for (const { listed, explained } of people) {
    const { because, next_touch_at: from, expected_at: expected, hold, ended_at } = listed;
    const say = (what: string) =>
      wrong.push(`${listed.id} ${what}: ${json({ now: iso(now), hold, because, from, expected })}`);
    if ((because === null) !== (ended_at !== null)) say('ended, or not');
    if (from !== null && Date.parse(from) < now) say('the list says a time in the past');
    if (from && expected && from > expected) say('may go after its touch');
    if (expected && from === null && hold !== 'awaiting_connection') say('never, and expected');
    if (!explained) continue;
    const { binding, constraints, next_touch: next } = explained;
    const code = ended_at ? null : binding.code;
    if (code !== because) say(`the explanation says ${json(binding)}`);
    if (hold !== 'awaiting_connection' && binding.opens_at !== from)
      say(`the explanation opens ${json(binding)}`);
    if ((next?.expected_at ?? null) !== expected) say(`the explanation expects ${json(next)}`);
    const weighed = constraints.find((one) => one.code === binding.code);
    if (weighed?.open && !hold) say('what binds is open');
    if (binding.code === 'due' && constraints.some(({ open }) => !open)) say('due, and closed');
  }
  for (const { campaign_id: id, expected_at, binding } of campaigns) {
    if (expected_at && (binding.opens_at ?? '') > expected_at)
      wrong.push(`the campaign opens after its touch: ${json(binding)}`);
    const own = people.flatMap((one) => (one.id === id ? (one.listed.expected_at ?? []) : []));
    const first = own.toSorted()[0] ?? null;
    if (first !== expected_at) wrong.push(`the campaign expects ${expected_at}, people ${first}`);
  }
  for (const { sender_id, binding, expected_at, schedule } of lanes) {
    const say = (what: string) => wrong.push(`sender ${sender_id} ${what} ${json(binding)}`);
    if (schedule && (schedule.next_at !== expected_at || schedule.because !== binding.code))
      say(`is scheduled otherwise: ${json(schedule.because)}`);
    if (expected_at && (binding.opens_at ?? '~') > expected_at) say('opens after its touch');
    const first = firstOf((send) => send.endsWith(sender_id));
    const due = first?.split(' ')[1] ?? null;
    if (due && due < (expected_at ?? '~')) say(`sends at ${due}, expected at ${expected_at}`);
  }
  return wrong;
}

/** What came otherwise than it was told. */
export async function findDeviations(
  { fixture: { db }, now: until }: TruthStage,
  told: Told,
  fresh: readonly Sent[],
): Promise<string[]> {
  const wrong: string[] = [];
  const campaigns = new Set(told.people.map(({ id }) => id));
  const came = fresh
    .filter(({ campaign_id }) => campaigns.has(campaign_id))
    .map((one) => `${one.prospect_id} ${one.at.toISOString()} ${one.node_id} ${one.sender_id}`);
  const missing = told.sends.filter((send) => !came.includes(send));
  const unforeseen = came.filter((send) => !told.sends.includes(send));
  for (const send of missing) wrong.push(`forecast, and did not come: ${send}`);
  for (const send of unforeseen) wrong.push(`came, and was not forecast: ${send}`);
  for (const { listed } of told.people) {
    const first = came.find((send) => send.startsWith(listed.id));
    const isDue = listed.expected_at !== null && Date.parse(listed.expected_at) <= until;
    const said = isDue ? listed.expected_at : null;
    if (said !== (first?.split(' ')[1] ?? null))
      wrong.push(`${listed.id} was told ${said}, came ${first ?? 'nothing'}: ${listed.because}`);
  }
  for (const { sender_id, expected_at } of told.lanes) {
    const first = came.find((send) => send.endsWith(sender_id))?.split(' ')[1] ?? null;
    const said = expected_at && Date.parse(expected_at) <= until ? expected_at : null;
    if (said !== first) wrong.push(`sender ${sender_id} was told ${said}, sent ${first}`);
  }
  const stopped = await readStopped(db, told);
  const foretold = told.stops.map(({ person, fate }) => `${person} ${fate.act}`).sort();
  if (json(stopped) !== json(foretold))
    wrong.push(`stopped ${json(stopped)}, told ${json(foretold)}`);
  return wrong.map((one) => `${iso(told.now)} ${one}`);
}

/** The people who were skipped or held for a text since. */
async function readStopped(
  db: TruthStage['fixture']['db'],
  { now, people }: Told,
): Promise<string[]> {
  const before = new Set(
    people.flatMap(({ listed }) =>
      listed.ended_at || listed.hold === 'missing_variable' ? listed.id : [],
    ),
  );
  const ids = people.map(({ listed }) => listed.id).filter((id) => !before.has(id));
  const { rows } = await sql<{ id: string; act: string }>`
    select id, case when status = 'skipped' then 'skip' else 'hold' end as act from prospects
    where id = any(${ids}::uuid[]) and updated_at >= ${iso(now)}
      and (status = 'skipped' or hold = 'missing_variable')`.execute(db);
  return rows.map(({ id, act }) => `${id} ${act}`).sort();
}
