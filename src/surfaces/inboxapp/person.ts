import { z } from 'zod';
import { identityFields } from '../../domain/identity.ts';
import { AppError } from '../../errors.ts';
import type { leadOutput } from '../../operations/leads/wire.ts';
import { findOneProspect } from '../../operations/roster/find.ts';
import type { prospectOutput } from '../../operations/roster/wire.ts';
import { bare, idOf, idOutput } from './ids.ts';
import type { OwnApi } from './route.ts';

/** Channels that Inbox names differently. */
const platforms: Readonly<Record<string, string>> = { x: 'twitter' };
const channels = new Map(
  Object.entries(platforms).map(([channel, platform]) => [platform, channel]),
);

/** Inbox's name of a channel. */
export function platformOf(channel: string): string {
  return platforms[channel] ?? channel;
}

/**
 * The field with the identity of a person on a platform.
 * @throws request.invalid when there is no such platform
 */
export function fieldOf(platform: string): 'email' | 'linkedin_url' | 'x_handle' {
  const identity = identityFields[channels.get(platform) ?? platform];
  if (!identity)
    throw new AppError('request.invalid', `platform: There is no platform "${platform}".`);
  return identity.field;
}

export const defaultPlatform = 'twitter';

const instant = z.iso.datetime().nullable();

export const personOutput = z.object({
  id: idOutput,
  externalId: idOutput,
  platform: z.string(),
  platformId: z.string().nullable(),
  username: z.string().nullable(),
  displayName: z.string().nullable(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export const targetOutput = personOutput.extend({
  status: z.string(),
  accountLinkId: idOutput.nullable(),
  data: z.record(z.string(), z.unknown()),
  contactedAt: instant,
  repliedAt: instant,
  endedAt: instant,
});

/** An identity as Inbox splits it: a number is the id on the platform, other text the name. */
export function namesOf(identity: string | null): {
  platformId: string | null;
  username: string | null;
} {
  const isNumber = identity !== null && /^\d+$/.test(identity);
  return { platformId: isNumber ? identity : null, username: isNumber ? null : identity };
}

type Prospect = z.output<typeof prospectOutput>;
type Lead = z.output<typeof leadOutput>;

/** A prospect of a campaign on this channel, in Inbox's shape. */
export function targetOf(prospect: Prospect, channel: string): z.input<typeof targetOutput> {
  const platform = platformOf(channel);
  const id = bare(prospect.lead_id ?? prospect.id);
  return {
    id,
    externalId: id,
    platform,
    ...namesOf(prospect[fieldOf(platform)]),
    displayName: prospect.name,
    firstName: prospect.first_name,
    lastName: prospect.last_name,
    status: prospect.status,
    accountLinkId: prospect.sender_id && bare(prospect.sender_id),
    data: prospect.custom_fields ?? {},
    contactedAt: prospect.contacted_at,
    repliedAt: prospect.replied_at,
    endedAt: prospect.ended_at,
    createdAt: prospect.created_at,
    updatedAt: prospect.updated_at,
  };
}

/** A lead in Inbox's shape, by its identity on X unless it has only another one. */
export function personOf(lead: Lead): z.input<typeof personOutput> {
  const identities = [
    { channel: 'x', identity: lead.xHandle },
    { channel: 'linkedin', identity: lead.linkedinUrl },
    { channel: 'email', identity: lead.email },
  ];
  const { channel, identity } = identities.find((one) => one.identity !== null) ?? identities[0]!;
  return {
    id: bare(lead.id),
    externalId: bare(lead.id),
    platform: platformOf(channel),
    ...namesOf(identity),
    displayName: lead.name.full,
    firstName: lead.name.first,
    lastName: lead.name.last,
    createdAt: lead.createdAt,
    updatedAt: lead.updatedAt,
  };
}

export const identifiedBy = z.enum(['platformId', 'username', 'externalId']).default('platformId');
type By = z.infer<typeof identifiedBy>;

/**
 * Finds a prospect of a campaign by one of Inbox's identifiers.
 * @throws campaign.not_found, prospect.not_found
 */
export async function findTarget(
  api: OwnApi,
  id: string,
  { identifier, by }: { identifier: string; by: By },
): Promise<Prospect> {
  if (by !== 'externalId')
    return (await api.call(findOneProspect, { id, identity: identifier })).prospect;
  const ownId = idOf(identifier);
  // A blank identity finds no prospect, so that the error is the usual one.
  const key = ownId === null ? { identity: ' ' } : { lead_id: ownId };
  try {
    return (await api.call(findOneProspect, { id, ...key })).prospect;
  } catch (error) {
    if (ownId === null || !(error instanceof AppError) || error.code !== 'prospect.not_found')
      throw error;
    return (await api.call(findOneProspect, { id, prospect_id: ownId })).prospect;
  }
}
