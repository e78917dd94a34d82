import { type Selectable, sql } from 'kysely';
import type { Db } from '../database.ts';
import { camelRows } from '../rows.ts';
import type { Schema } from '../schema.gen.ts';
import type { CampaignId } from '../scope.ts';
import { type Picked, person } from '../sending/picks.ts';

export type PreviewSender = { senderId: string } & Pick<
  Selectable<Schema['senders']>,
  'type' | 'email_address' | 'display_name' | 'first_name' | 'last_name' | 'signature'
>;

export type PreviewRow = {
  state: string;
  nodeId: string;
  reservedAt: Date | null;
  person: Omit<Picked, 'pick' | 'anchor_at'>;
  sender: PreviewSender | null;
};

/**
 * A message of a campaign with its prospect and its sender as they are now; null when the campaign
 * has no such message.
 */
export async function findPreview(
  db: Db,
  { workspaceId, campaignId, messageId }: CampaignId & { messageId: string },
): Promise<PreviewRow | null> {
  const rows = await camelRows<PreviewRow>(
    db,
    sql`
    select m.state, m.node_id, m.reserved_at,
      jsonb_build_object('id', p.id, 'status', p.status, 'person_key', p.person_key,
        'identity', p.identity, 'email', p.email,
        'linkedin_url', p.linkedin_url, 'x_handle', p.x_handle, 'first_name', p.first_name,
        'last_name', p.last_name, 'name', p.name, 'company', p.company, 'position', p.position,
        'headline', p.headline, 'custom_fields', p.custom_fields) as person,
      case when s.id is not null then jsonb_build_object('senderId', s.id, 'type', s.type,
        'email_address', s.email_address, 'display_name', s.display_name,
        'first_name', s.first_name, 'last_name', s.last_name, 'signature', s.signature) end
        as sender
    from messages m join prospects p on p.workspace_id = m.workspace_id and p.id = m.prospect_id
    left join senders s on s.workspace_id = m.workspace_id and s.id = m.sender_id
    where m.workspace_id = ${workspaceId} and m.campaign_id = ${campaignId}
      and m.id = ${messageId}`,
  );
  return rows[0] ?? null;
}

export type MessageSenderName = { name: string | null; address: string | null };

/** The name and the address of a message's sender; null when there is no such message or sender. */
export async function senderOfMessage(
  db: Db,
  workspaceId: string,
  messageId: string,
): Promise<MessageSenderName | null> {
  const { rows } = await sql<MessageSenderName>`
    select coalesce(nullif(s.display_name, ''), nullif(concat_ws(' ', s.first_name, s.last_name), '')) as name,
      s.email_address as address
    from messages m join senders s on s.workspace_id = m.workspace_id and s.id = m.sender_id
    where m.workspace_id = ${workspaceId} and m.id = ${messageId}`.execute(db);
  return rows[0] ?? null;
}

export type PreviewPerson = Omit<Picked, 'pick' | 'anchor_at'>;

/** A person of a campaign, the first one where no id is given; null when there is none. */
export async function findPerson(
  db: Db,
  { workspaceId, campaignId, prospectId }: CampaignId & { prospectId: string | null },
): Promise<PreviewPerson | null> {
  const { rows } = await sql<PreviewPerson>`
    select ${person} from prospects p where p.workspace_id = ${workspaceId} and p.campaign_id = ${campaignId}
      and (${prospectId}::uuid is null or p.id = ${prospectId}) order by p.id limit 1`.execute(db);
  return rows[0] ?? null;
}
