import { sql } from 'kysely';
import { nilId } from '../../ids.ts';
import type { Db } from '../database.ts';
import type { CampaignId } from '../scope.ts';

/** The facts that a report counts, each at the instant it happened. */
export type ReportFact = 'sent' | 'contacted' | 'replied' | 'bounced' | 'unsubscribed';

/**
 * How often a fact happened: in a period (its first day), after a touch, with a sender, or in all
 * (three nulls).
 */
export type ReportCount = {
  kind: ReportFact;
  period: string | null;
  node_id: string | null;
  sender_id: string | null;
  n: number;
};

export type ReportQuery = CampaignId & {
  from: Date;
  /** Excluded. */
  to: Date;
  unit: 'day' | 'week';
  timeZone: string;
};

/**
 * Counts the events of a campaign from one instant to another, by period, touch and sender. A
 * reply, bounce or wish to be left alone counts for the last touch before it; `nilId` stands for
 * one that is not known.
 */
export async function countForReport(
  db: Db,
  { workspaceId, campaignId, from, to, unit, timeZone }: ReportQuery,
): Promise<ReportCount[]> {
  const { rows } = await sql<ReportCount>`
    select kind, period, node_id, sender_id, count(*)::int as n
    from (
      select kind, node_id, sender_id,
        to_char(date_trunc(${unit}, at at time zone ${timeZone}), 'YYYY-MM-DD') as period
      from (
        select 'sent' as kind, sent_at as at, node_id, sender_id from messages
        where workspace_id = ${workspaceId} and campaign_id = ${campaignId} and state = 'sent'
          and sent_at >= ${from} and sent_at < ${to}
        union all
        select happened.kind, happened.at, coalesce(last.node_id, ${nilId}),
          coalesce(last.sender_id, p.sender_id, ${nilId})
        from prospects p
        cross join lateral (values ('contacted', p.contacted_at), ('replied', p.replied_at),
          ('bounced', p.bounced_at),
          ('unsubscribed', case when p.status = 'unsubscribed' then p.ended_at end)
        ) as happened (kind, at)
        left join lateral (
          select m.node_id, m.sender_id from messages m
          where m.workspace_id = ${workspaceId} and m.prospect_id = p.id and m.state in ('sent', 'failed')
            and coalesce(m.sent_at, m.updated_at) <= happened.at
          order by coalesce(m.sent_at, m.updated_at) desc limit 1) as last on true
        where p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId}
          and happened.at >= ${from} and happened.at < ${to}
      ) as facts
    ) as placed
    group by grouping sets ((kind, period), (kind, node_id), (kind, sender_id), (kind))`.execute(
    db,
  );
  return rows;
}
