// Random senders, campaigns and people, as rows.

import {
  normaliseSequence,
  type SequenceNodeInput,
} from '../../../src/domain/sequence/sequence.ts';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import type { Chance } from '../../simulate/chance.ts';

type Row = Record<string, unknown> & { id: string };
/**
 * A draw: senders, campaigns that share them, their people, who is suppressed, and who answered a
 * campaign that is gone.
 */
export type Draw = {
  c: Chance;
  senders: Row[];
  campaigns: (Row & { nodes: object[]; senders: { id: string; limit: number | null }[] })[];
  people: (Row & { campaign_id: string })[];
  suppressions: { kind: string; value: string }[];
  answers: { kind: string; value: string }[];
};
type Owner = { workspace_id: string; member_id: string };

const iso = (at: number) => new Date(at).toISOString();
export const zones = ['UTC', 'America/New_York', 'Asia/Tokyo', 'Europe/Berlin'];

export type Channel = 'email' | 'linkedin';
/** `tag` makes the addresses of a draw its own. */
type Place = { type: Channel; tag: string; owner: Owner; start: number };

export function drawCampaigns(c: Chance, { type, tag, owner, start }: Place): Draw {
  const senders = Array.from({ length: 1 + c.upTo(2) }, (_, i) =>
    drawSender(c, { type, name: `${tag}s${i}`, start }),
  );
  const campaigns: Draw['campaigns'] = [];
  const people: Draw['people'] = [];
  for (let i = 0; i < (c.happens(0.3) ? 2 : 1); i++) {
    const chosen = senders.filter(() => c.happens(0.7));
    const campaign = drawCampaign(c, {
      name: `${tag}c${i}`,
      type,
      senders: chosen.length > 0 ? chosen : senders,
      start,
    });
    campaigns.push(campaign);
    for (let n = 0; n < 2 + c.upTo(5); n++)
      people.push(drawPerson(c, { type, name: `${tag}c${i}p${n}`, tag, campaign, start }));
  }
  const owned = <Given extends Row>(row: Given) => ({ ...owner, ...row });
  return {
    c,
    senders: senders.map(owned),
    campaigns: campaigns.map(owned),
    people,
    suppressions: drawSuppressions(c, people),
    answers: people.flatMap(({ identity }) =>
      c.happens(0.1) ? [{ kind: type, value: identity as string }] : [],
    ),
  };
}

function drawSender(
  c: Chance,
  { type, name, start }: { type: string; name: string; start: number },
): Row {
  const started_on = iso(start + (c.upTo(6) - 4) * dayMs).slice(0, 10);
  const ramp = { start: 1, step: 1, every_days: 1 + c.upTo(2), started_on };
  return {
    id: c.newId(),
    type,
    status: 'active',
    email_address: type === 'email' ? `${name}@sender.test` : null,
    first_name: c.happens(0.95) ? 'Sam' : null,
    is_premium: c.happens(0.3),
    signature: c.one([null, null, 'Sam', 'For %company%']),
    daily_limit: c.one([1, 2, 3, 5, 30]),
    daily_window: c.one(['calendar', 'calendar', 'rolling']),
    hourly_limit: c.one([1, 2, null, null]),
    min_gap_seconds: c.one([1, 60, 1800]),
    ramp_up: c.happens(0.3) ? JSON.stringify(ramp) : null,
    weekly_connection_limit: c.one([1, 3, null, null]),
    weekly_message_limit: c.one([1, 3, null, null]),
    connection: '{}',
    created_at: iso(start),
    updated_at: iso(start),
  };
}

export function drawHours(c: Chance): Record<string, object[]> | null {
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
  const days = ['1', '2', '3', '4', '5', ...(c.happens(0.3) ? ['6', '0'] : [])];
  return Object.fromEntries(days.map((weekday) => [weekday, windows]));
}

function drawCampaign(
  c: Chance,
  { name, type, senders, start }: { name: string; type: string; senders: Row[]; start: number },
): Draw['campaigns'][number] {
  const hours = drawHours(c);
  const holidays = { dates: [iso(start + c.upTo(4) * dayMs).slice(0, 10)], countries: [] };
  return {
    id: c.newId(),
    name,
    type,
    status: 'active',
    roster: 'open',
    operating_hours: hours && JSON.stringify(hours),
    time_zone: c.one([null, ...zones]),
    holidays: c.happens(0.4) ? JSON.stringify(holidays) : null,
    local_hours: c.happens(0.4),
    signature: c.happens(0.2) ? 'Best, %sender_first%' : null,
    daily_limit: c.one([1, 3, 5, null]),
    hourly_limit: c.one([1, 2, null, null]),
    domain_daily_limit: c.one([1, 2, null, null]),
    company_daily_limit: c.one([1, 2, null, null]),
    connection_timeout_days: c.one([null, 1, 3]),
    exclude_replied: c.happens(0.7),
    starts_at: c.happens(0.2) ? iso(start + c.upTo(60) * hourMs) : null,
    created_at: iso(start),
    updated_at: iso(start),
    launched_at: iso(start),
    last_started_at: iso(start),
    nodes: normaliseSequence(drawNodes(c, type), [], type, c.newId).nodes,
    senders: senders.map(({ id }) => ({ id, limit: c.happens(0.2) ? 1 + c.upTo(2) : null })),
  };
}

function drawNodes(c: Chance, type: string): SequenceNodeInput[] {
  const delay = () => ({ type: 'delay', delay_hours: c.one([1, 5, 24, 49]) });
  const text = () =>
    c.one([
      'Hi.',
      'Hi %first_name%.',
      'Hi %first_name|there%, %company% is fine.',
      'I am %sender_first%. %pick%Well?%or%Is %custom_fields.city% nice?%end%',
    ]);
  const later = () =>
    type === 'email'
      ? {
          type,
          is_reply: c.happens(0.8),
          subject: c.one(['', 'Again', 'For %company|%']),
          body: text(),
        }
      : { type: 'message', body: text() };
  const note = c.one(['', 'Shall we, %first_name%?', `%custom_fields.long|%${'x'.repeat(150)}`]);
  const first =
    type === 'email'
      ? { type, subject: c.one(['Hello', 'Hello %first_name|you%']), body: text() }
      : { type: 'connection_request', body: note, include_message: note !== '' && c.happens(0.8) };
  return [
    ...(c.happens(0.2) ? [delay()] : []),
    first,
    ...(c.happens(0.7) ? [delay(), later()] : []),
    ...(c.happens(0.3) ? [delay(), later()] : []),
    { type: 'end' },
  ] as SequenceNodeInput[];
}

type PersonPlace = { type: string; name: string; tag: string; campaign: Row; start: number };

function drawPerson(
  c: Chance,
  { type, name, tag, campaign, start }: PersonPlace,
): Draw['people'][number] {
  const domain = c.one([`crowd-${tag}.com`, `acme-${tag}.de`, `eu.firm-${tag}.it`]);
  const email = type === 'email' || c.happens(0.2) ? `${name}@${domain}` : null;
  const linkedin_url = type === 'linkedin' ? `https://www.linkedin.com/in/${name}` : null;
  const fields = {
    ...(c.happens(0.7) ? { city: c.one(['Rome', ' ', 7, null]) } : {}),
    ...(c.happens(0.3) ? { long: 'y'.repeat(100) } : {}),
  };
  const hold = c.happens(0.12) ? c.one(['paused', 'until']) : null;
  return {
    id: c.newId(),
    campaign_id: campaign.id,
    identity: type === 'email' ? email : linkedin_url,
    email,
    linkedin_url,
    first_name: c.one(['P', 'P', 'P', 'P', null, 'Two\nlines']),
    company: c.one(['Acme', ' acme', 'Firm', null]),
    custom_fields: JSON.stringify(fields),
    local_zone: campaign.local_hours ? c.one(['', 'Europe/Berlin', 'Asia/Tokyo']) : '',
    source: 'api',
    hold: hold && 'paused',
    hold_until: hold === 'until' ? iso(start + (1 + c.upTo(60)) * hourMs) : null,
    created_at: iso(start),
    updated_at: iso(start),
  };
}

function drawSuppressions(c: Chance, people: Draw['people']): Draw['suppressions'] {
  return people.flatMap(({ email, linkedin_url }) => {
    if (!c.happens(0.12)) return [];
    if (!email) return [{ kind: 'linkedin', value: linkedin_url as string }];
    const host = (email as string).slice((email as string).indexOf('@') + 1);
    return [
      c.one([
        { kind: 'email', value: email as string },
        { kind: 'domain', value: host.split('.').slice(-2).join('.') },
      ]),
    ];
  });
}
