import { type Selectable, sql } from 'kysely';
import { lastId } from '../../ids.ts';
import type { Db } from '../database.ts';
import type { Schema } from '../schema.gen.ts';

/** Of `prospects p`: the columns of `Picked`. */
export const person = sql`
  p.id, p.status, p.anchor_at, p.person_key, p.identity, p.email, p.linkedin_url, p.x_handle,
  p.first_name, p.last_name, p.name, p.company, p.position, p.headline, p.custom_fields`;

/**
 * A locked prospect; `pick` is the index of its question. `anchor_at` is null in the pool;
 * `person_key` is the provider's id of the person, once a sender has found it out.
 */
export type Picked = { pick: number } & Pick<
  Selectable<Schema['prospects']>,
  | 'id'
  | 'status'
  | 'anchor_at'
  | 'person_key'
  | 'identity'
  | 'email'
  | 'linkedin_url'
  | 'x_handle'
  | 'first_name'
  | 'last_name'
  | 'name'
  | 'company'
  | 'position'
  | 'headline'
  | 'custom_fields'
>;

export type DuePick = {
  campaignId: string;
  senderId: string;
  nodeId: string;
  zone: string;
  dueBefore: Date;
  count: number;
};

/**
 * Locks prospects that are due before a touch with a sender: earliest first, then by id, as in a
 * forecast. Measured: 5 ms for 50 lanes at 5 million rows.
 */
export async function pickDue(
  db: Db,
  workspaceId: string,
  picks: readonly DuePick[],
): Promise<Picked[]> {
  if (picks.length === 0) return [];
  const { rows } = await sql<Picked>`
    select q.i::int - 1 as pick, p.*
    from unnest(${picks.map((q) => q.campaignId)}::uuid[], ${picks.map((q) => q.senderId)}::uuid[],
        ${picks.map((q) => q.nodeId)}::uuid[], ${picks.map((q) => q.dueBefore)}::timestamptz[],
        ${picks.map((q) => q.count)}::int[], ${picks.map((q) => q.zone)}::text[])
      with ordinality as q (campaign_id, sender_id, node_id, due_before, count, zone, i)
    cross join lateral (
      select ${person} from prospects p
      where p.workspace_id = ${workspaceId} and p.campaign_id = q.campaign_id
        and p.sender_id = q.sender_id and p.node_id = q.node_id and p.local_zone = q.zone
        and p.anchor_at is not null and p.hold is null and p.anchor_at <= q.due_before
      order by p.anchor_at, p.id limit q.count for update skip locked
    ) p order by q.i`.execute(db);
  return rows;
}

/** `upTo`: the last prospect that may be picked; null for all. */
export type PoolPick = { campaignId: string; zone: string; upTo: string | null; count: number };

/** Locks prospects of the pools, in the order in which they were added. */
export async function pickPool(
  db: Db,
  workspaceId: string,
  picks: readonly PoolPick[],
): Promise<Picked[]> {
  if (picks.length === 0) return [];
  const { rows } = await sql<Picked>`
    select q.i::int - 1 as pick, p.*
    from unnest(${picks.map((q) => q.campaignId)}::uuid[], ${picks.map((q) => q.count)}::int[],
        ${picks.map((q) => q.zone)}::text[], ${picks.map((q) => q.upTo ?? lastId)}::uuid[])
      with ordinality as q (campaign_id, count, zone, up_to, i)
    cross join lateral (
      select ${person} from prospects p
      where p.workspace_id = ${workspaceId} and p.campaign_id = q.campaign_id
        and p.local_zone = q.zone and p.status = 'pending' and p.sender_id is null
        and p.hold is null and p.id <= q.up_to
      order by p.id limit q.count for update skip locked
    ) p order by q.i`.execute(db);
  return rows;
}
