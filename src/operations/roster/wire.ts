import { z } from 'zod';
import type { ProspectRow } from '../../db/sending/profiles.ts';
import { type ZoneSource, zoneSources } from '../../domain/hours/local-zone.ts';
import { prospectStatuses } from '../../domain/people/prospect.ts';
import { customFieldsLimit, profileLimits } from '../../domain/people/prospect-input.ts';

const instant = z.iso.datetime();

export const prospectOutput = z
  .object({
    id: z.uuid(),
    campaign_id: z.uuid(),
    user_id: z.uuid(),
    status: z.enum(prospectStatuses),
    email: z.string().nullable(),
    linkedin_url: z.string().nullable(),
    x_handle: z.string().nullable().describe('On X: the handle, or the numeric user id.'),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    name: z.string().nullable(),
    company: z.string().nullable(),
    position: z.string().nullable(),
    headline: z.string().nullable(),
    custom_fields: z.record(z.string(), z.unknown()).nullable(),
    source: z
      .string()
      .describe(
        'How the person came in: api, csv, list (copied once) or rule (fed by lead rules).',
      ),
    source_ref: z.string().nullable().describe('The import or list the person came from.'),
    lead_id: z.uuid().nullable().describe('The lead the person is a copy of, if they are one.'),
    sender_id: z
      .uuid()
      .nullable()
      .describe('The sender that writes to the person, once there is one.'),
    current_node_id: z
      .uuid()
      .nullable()
      .describe('The touch the person stands before; null in the pool and at the end.'),
    local_zone: z
      .string()
      .nullable()
      .describe(
        "The zone whose clock counts for the person; null: the campaign's, as always without " +
          'local_hours.',
      ),
    local_zone_source: z
      .enum(zoneSources)
      .nullable()
      .describe(
        "field: a custom field timezone; phone: its country; cctld: the address's country; " +
          "company: its site's country.",
      ),
    hold: z.string().nullable().describe('Why nothing is due although the schedule allows it.'),
    hold_detail: z.string().nullable(),
    contacted_at: instant.nullable().describe('When the first touch went out.'),
    replied_at: instant.nullable(),
    bounced_at: instant.nullable(),
    ended_at: instant.nullable(),
    end_reason: z.string().nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'Prospect' });

/** A person as lists and searches show them. */
export const knownProspect = prospectOutput.extend({
  unknown_touches: z
    .int()
    .describe(
      'Messages to the person of which nobody can tell whether they went out: settle them with ' +
        'POST …/messages/{messageId}/resolve.',
    ),
});

const iso = (at: Date | null) => at?.toISOString() ?? null;

/** The prospect as the wire shows it; `memberId` owns the campaign. */
export function prospectOnWire(row: ProspectRow, memberId: string): z.input<typeof prospectOutput> {
  return {
    id: row.id,
    campaign_id: row.campaign_id,
    user_id: memberId,
    status: row.status as z.input<typeof prospectOutput>['status'],
    email: row.email,
    linkedin_url: row.linkedin_url,
    x_handle: row.x_handle,
    first_name: row.first_name,
    last_name: row.last_name,
    name: row.name,
    company: row.company,
    position: row.position,
    headline: row.headline,
    custom_fields: row.custom_fields,
    source: row.source,
    source_ref: row.source_ref,
    lead_id: row.lead_id,
    sender_id: row.sender_id,
    current_node_id: row.node_id,
    local_zone: row.local_zone || null,
    local_zone_source: row.local_zone_source as ZoneSource | null,
    hold: row.hold,
    hold_detail: row.hold_detail,
    contacted_at: iso(row.contacted_at),
    replied_at: iso(row.replied_at),
    bounced_at: iso(row.bounced_at),
    ended_at: iso(row.ended_at),
    end_reason: row.end_reason,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

const text = (maxLength: number) => ({ type: ['string', 'null'] as const, maxLength });

/** The JSON schema of a person that `readRosterPerson` accepts; wire.test.ts compares the two. */
export const personSchema = {
  type: 'object' as const,
  properties: {
    ...Object.fromEntries(
      Object.entries(profileLimits).map(([field, limit]) => [field, text(limit)]),
    ),
    custom_fields: {
      type: ['object', 'null'] as const,
      additionalProperties: true,
      description:
        `Free-form; rendered as %custom_fields.<key>%. At most ${customFieldsLimit} ` +
        'characters of JSON.',
    },
  },
};
