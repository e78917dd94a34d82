import { sql } from 'kysely';
import type { Simulation } from './simulation.ts';

type Row = { id: string; identity: string; status: string; asked: boolean; tries: number };

const maxTries = 5;

/**
 * Finds invitations whose state at LinkedIn contradicts the status of the prospect, a line each.
 */
export async function findStrayInvitations({ provider, test }: Simulation): Promise<string[]> {
  const { pending, withdrawn } = provider.network;
  const read = async (keys: readonly string[]) => {
    const { rows } = await sql<Row>`
      select p.id, p.identity, p.status, m.withdrawn_at is not null as asked, m.withdraw_tries as tries
      from messages m join prospects p on p.workspace_id = m.workspace_id and p.id = m.prospect_id
      where m.workspace_id = ${test.workspaceId} and m.id = any(${keys.map((key) => key.slice(0, 36))}::uuid[]) order by m.id`.execute(
      test.db,
    );
    return rows;
  };
  const out = (await read(pending.map(({ key }) => key))).filter(
    ({ status, asked, tries }) => asked || (status === 'timed_out' && tries < maxTries),
  );
  const back = (await read([...withdrawn])).filter(({ status }) =>
    ['connection_sent', 'connected', 'message_sent'].includes(status),
  );
  return [
    ...out.map((row) => `an invitation is out that was to be taken back: ${JSON.stringify(row)}`),
    ...back.map(
      (row) => `an invitation was taken back of somebody who goes on: ${JSON.stringify(row)}`,
    ),
  ];
}

/**
 * Finds touches of campaigns with `exclude_replied` that were reserved after the person had
 * replied to, or unsubscribed from, another campaign, a line each.
 */
export async function findPestered({ test }: Simulation): Promise<string[]> {
  const { rows } = await sql`
    select p.identity, p.campaign_id, m.reserved_at, q.campaign_id as other, q.status, q.replied_at
    from campaigns mine join prospects p on p.workspace_id = mine.workspace_id and p.campaign_id = mine.id
    join messages m on m.workspace_id = p.workspace_id and m.prospect_id = p.id and m.state <> 'draft'
    join prospects q on q.workspace_id = p.workspace_id and q.identity = p.identity and q.campaign_id <> p.campaign_id
      and least(q.replied_at, case when q.status = 'unsubscribed' then q.ended_at end) < m.reserved_at
    where mine.workspace_id = ${test.workspaceId} and mine.exclude_replied order by p.id`.execute(
    test.db,
  );
  return rows.map((row) => `written to after an answer elsewhere: ${JSON.stringify(row)}`);
}

/**
 * Finds prospects that a campaign with `skip_other_campaigns` contacted while another campaign was
 * active on them, a line each. Replied, bounced and unsubscribed prospects are left out, because a
 * late answer may hide when the other campaign ended.
 */
export async function findPoached({ test }: Simulation): Promise<string[]> {
  const { rows } = await sql`
    select p.identity, p.campaign_id, f.at, q.campaign_id as other, q.contacted_at, q.ended_at
    from campaigns mine join prospects p on p.workspace_id = mine.workspace_id and p.campaign_id = mine.id
    cross join lateral (select min(m.reserved_at) as at from messages m where m.workspace_id = p.workspace_id and m.prospect_id = p.id and m.state <> 'draft') f
    join campaigns c on c.workspace_id = mine.workspace_id and c.type = mine.type and c.id <> mine.id and not c.dry_run
    join prospects q on q.workspace_id = c.workspace_id and q.campaign_id = c.id and q.identity = p.identity and q.contacted_at < f.at and (q.ended_at is null or q.ended_at > f.at)
        and q.status not in ('replied', 'bounced', 'unsubscribed')
    where mine.workspace_id = ${test.workspaceId} and mine.skip_other_campaigns and not mine.dry_run order by p.id`.execute(
    test.db,
  );
  return rows.map((row) => `two campaigns were at them: ${JSON.stringify(row)}`);
}
