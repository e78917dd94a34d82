import type { ColumnType } from 'kysely';
import type { Pause } from '../domain/hours/delay.ts';
import type { Holidays } from '../domain/hours/holidays.ts';
import type { RampUp } from '../domain/sending/limit.ts';
import type { Rests } from '../domain/sending/rest.ts';
import type { RemovedTouches } from '../domain/sequence/revision.ts';
import type { SequenceNode } from '../domain/sequence/sequence.ts';

/** A jsonb column: read as its value, written as JSON text. */
export type Json<T> = ColumnType<T, string | null | undefined, string | null>;

/**
 * The values that jsonb columns hold, by table: PostgreSQL knows no more of them than that they are
 * JSON.
 */
export type JsonColumns = {
  campaigns: {
    guard_from: { contacted: number; bounced: number };
    holidays: Holidays | null;
    operating_hours: Record<string, unknown> | null;
    pauses: Pause[];
  };
  events: {
    data: Record<string, unknown>;
  };
  forecasts: {
    changes: unknown;
    result: unknown;
  };
  idempotency_keys: {
    body: Record<string, unknown> | null;
  };
  imports: {
    mapping: Record<string, unknown> | null;
  };
  inbound_messages: {
    facts: Record<string, unknown>;
    headers: Record<string, unknown>;
  };
  inboxes: {
    cursor: Record<string, unknown> | null;
  };
  lanes: {
    rests: Rests;
  };
  leads: {
    attributes: Record<string, unknown>;
    contacts: unknown[];
    location: Record<string, unknown>;
    raw: Record<string, unknown>;
    socials: unknown[];
    sources: unknown[];
  };
  list_imports: {
    mapping: { column: string; field: string }[];
    rejects: { row: number; reason: string }[];
  };
  messages: {
    reach: Record<string, string> | null;
    written: Record<string, unknown> | null;
  };
  prospects: {
    custom_fields: Record<string, unknown> | null;
  };
  rule_lists: {
    column_mapping: Record<string, string>;
  };
  senders: {
    connection: Record<string, unknown>;
    ramp_up: RampUp | null;
  };
  sequences: {
    nodes: SequenceNode[];
    removed_touches: RemovedTouches;
  };
};
