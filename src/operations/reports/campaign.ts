import { z } from 'zod';
import { listCampaignSenders } from '../../db/campaigns/campaign-senders.ts';
import { type CampaignRow, getCampaign } from '../../db/campaigns/campaigns.ts';
import { countForReport, type ReportCount } from '../../db/campaigns/report.ts';
import { readNodes } from '../../db/campaigns/sequences.ts';
import { readTimeZone } from '../../db/settings.ts';
import { defaultTimeZone } from '../../domain/sequence/campaign.ts';
import { uuid } from '../../domain/text.ts';
import { Turns } from '../../engine/turns.ts';
import { nilId } from '../../ids.ts';
import { defineOperation } from '../../operation.ts';
import { invalidRequest } from '../refusals.ts';

const maxDays = 366;
/** A report of more days goes by weeks unless told. */
const maxDaysByDay = 31;
/** It reads all of a campaign's messages: a workspace makes one at a time. */
const turns = new Turns(4);

const rate = z.number().nullable();
const figures = {
  sent: z.int().describe('Messages that went out.'),
  contacted: z.int().describe('People who got their first message.'),
  replied: z.int().describe('People who replied.'),
  bounced: z.int().describe('People whose message came back.'),
  unsubscribed: z.int(),
};
const rated = {
  ...figures,
  reply_rate: rate.describe('Replied of contacted, of sent for a step; 0 to 1; null for none.'),
  bounce_rate: rate,
};

export const reportCampaign = defineOperation({
  name: 'campaign.report',
  route: 'GET /api/campaigns/{id}/report',
  cli: 'campaign report',
  summary: 'Report what a campaign has achieved, by step, sender and day or week',
  description:
    'From the launch until now unless told, at most 366 days. Everything counts when it ' +
    'happened; a reply, bounce or unsubscribing counts for the last step before it and for ' +
    "the sender of that step. Days are those of the campaign's zone, weeks begin on Monday.",
  scope: 'read',
  input: z.object({
    id: uuid.describe('Campaign'),
    from: z.iso.date().optional().describe('First day.'),
    to: z.iso.date().optional().describe('Last day.'),
    by: z.enum(['day', 'week']).optional().describe('day by default, week for over 31 days.'),
  }),
  output: z.object({
    campaign_id: z.uuid(),
    name: z.string(),
    from: z.iso.date(),
    to: z.iso.date(),
    by: z.enum(['day', 'week']),
    timezone: z.string(),
    totals: z.object(rated),
    steps: z.array(
      z.object({
        node_id: z.uuid(),
        position: z.int().nullable().describe('Null when the sequence has it no more.'),
        type: z.string().nullable(),
        subject: z.string().nullable(),
        ...rated,
      }),
    ),
    senders: z.array(z.object({ sender_id: z.uuid(), name: z.string().nullable(), ...rated })),
    periods: z
      .array(z.object({ from: z.iso.date(), ...figures }))
      .describe('Days, or weeks from Monday, in which anything happened.'),
  }),
  errors: ['campaign.not_found'],
  async run({ db, workspaceId, now, signal }, { id, ...asked }) {
    const row = await getCampaign(db, { workspaceId, campaignId: id });
    const zone = row.time_zone ?? (await readTimeZone(db, workspaceId)) ?? defaultTimeZone;
    const { from, to, by } = periodOf(asked, { row, zone, now });
    const instant = (day: Temporal.PlainDate) =>
      new Date(day.toZonedDateTime(zone).epochMilliseconds);
    const query = {
      ...{ workspaceId, campaignId: id, timeZone: zone, unit: by },
      ...{ from: instant(from), to: instant(to.add({ days: 1 })) },
    };
    const counts = await turns.take(workspaceId, signal, () => countForReport(db, query));
    const nodes = await readNodes(db, row);
    const senders = await listCampaignSenders(db, { workspaceId, campaignIds: [id] });
    const byNode = Map.groupBy(counts, ({ node_id }) => node_id ?? '');
    const bySender = Map.groupBy(counts, ({ sender_id }) => sender_id ?? '');
    const steps = [...byNode].flatMap(([nodeId, ofNode]) => {
      if (nodeId === '' || nodeId === nilId) return [];
      const node = nodes.find((one) => one.id === nodeId);
      const { position = null, type = null, subject = null } = node ?? {};
      return [{ node_id: nodeId, position, type, subject, ...rates(sum(ofNode), 'sent') }];
    });
    const perSender = [...bySender].flatMap(([senderId, ofSender]) => {
      if (senderId === '' || senderId === nilId) return [];
      const sender = senders.find((one) => one.id === senderId);
      const name = sender?.email_address ?? sender?.display_name ?? null;
      return [{ sender_id: senderId, name, ...rates(sum(ofSender), 'contacted') }];
    });
    const total = counts.filter((one) => !(one.period ?? one.node_id ?? one.sender_id));
    const periods = Map.groupBy(
      counts.filter(({ period }) => period !== null),
      ({ period }) => period!,
    );
    return {
      campaign_id: id,
      name: row.name,
      from: from.toString(),
      to: to.toString(),
      by,
      timezone: zone,
      totals: rates(sum(total), 'contacted'),
      steps: steps.sort((a, b) => (a.position ?? Infinity) - (b.position ?? Infinity)),
      senders: perSender.sort((a, b) => b.sent - a.sent),
      periods: [...periods]
        .map(([day, ofPeriod]) => ({ from: day, ...sum(ofPeriod) }))
        .sort((a, b) => a.from.localeCompare(b.from)),
    };
  },
});

type Asked = {
  from?: string | undefined;
  to?: string | undefined;
  by?: 'day' | 'week' | undefined;
};

/** The days of the report. @throws request.invalid for the wrong way round, and for too many */
function periodOf(asked: Asked, { row, zone, now }: { row: CampaignRow; zone: string; now: Date }) {
  const dayOf = (at: Date) =>
    Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  const later = (a: Temporal.PlainDate, b: Temporal.PlainDate) =>
    Temporal.PlainDate.compare(a, b) < 0 ? b : a;
  const to = asked.to ? Temporal.PlainDate.from(asked.to) : dayOf(now);
  const earliest = to.subtract({ days: maxDays - 1 });
  const launched = dayOf(row.launched_at ?? row.created_at);
  const usual = Temporal.PlainDate.compare(launched, to) > 0 ? to : later(launched, earliest);
  const from = asked.from ? Temporal.PlainDate.from(asked.from) : usual;
  const days = from.until(to, { largestUnit: 'days' }).days + 1;
  if (days < 1 || days > maxDays) {
    const message =
      days < 1 ? 'Must not lie after `to`.' : `A report covers ${maxDays} days at most.`;
    throw invalidRequest([{ pointer: '/from', code: 'invalid', message }]);
  }
  return { from, to, by: asked.by ?? (days > maxDaysByDay ? ('week' as const) : ('day' as const)) };
}

type Figures = Record<ReportCount['kind'], number>;

function sum(counts: readonly ReportCount[]): Figures {
  const figure = (kind: ReportCount['kind']) =>
    counts.filter((one) => one.kind === kind).reduce((total, { n }) => total + n, 0);
  return {
    sent: figure('sent'),
    contacted: figure('contacted'),
    replied: figure('replied'),
    bounced: figure('bounced'),
    unsubscribed: figure('unsubscribed'),
  };
}

/** Shares of a figure; at most 1, as answers of a period may belong to touches before it. */
function rates(counted: Figures, of: 'sent' | 'contacted') {
  const share = (n: number) => (counted[of] === 0 ? null : Math.min(1, n / counted[of]));
  return { ...counted, reply_rate: share(counted.replied), bounce_rate: share(counted.bounced) };
}
