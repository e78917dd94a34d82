import type { ChaosFixture } from './fixture.ts';

export type MailboxOptions = {
  port: number;
  address: string;
  sentFolder: boolean;
  imapPort?: number;
  receive?: boolean;
} & Record<string, unknown>;

/** Connects a mailbox that sends without pause unless an option says otherwise. Returns its id. */
export async function addMailbox(
  fixture: ChaosFixture,
  { port, address, sentFolder, imapPort, receive, ...more }: MailboxOptions,
): Promise<string> {
  fixture.peers?.addMailbox(address, 'secret');
  const reads = sentFolder || receive;
  const answer = await fixture.call<{ account: { id: string } }>('POST /api/email/accounts', {
    email_address: address,
    smtp: { host: '127.0.0.1', port, tls: 'none' },
    imap: reads
      ? { host: '127.0.0.1', port: imapPort ?? fixture.peers!.ports.imap, tls: 'none' }
      : null,
    password: 'secret',
    sent_copy: sentFolder ? 'server' : 'none',
    daily_limit: 1000000,
    min_gap_seconds: 0,
    ...more,
  });
  return answer.account.id;
}

/** Mailboxes of one provider, `sender0@sender.test` and on. */
export async function addMailboxes(
  fixture: ChaosFixture,
  count: number,
  options: Omit<MailboxOptions, 'address'>,
): Promise<string[]> {
  const ids: string[] = [];
  // One after another, because a scenario's deadlines also end the check of a mailbox.
  while (ids.length < count) {
    const address = `sender${ids.length}@sender.test`;
    ids.push(await addMailbox(fixture, { ...options, address } as MailboxOptions));
  }
  return ids;
}

export type CampaignOptions = {
  name: string;
  senders: readonly string[];
  people: readonly string[];
  nodes?: readonly object[];
} & Record<string, unknown>;

const hello = { type: 'email', subject: 'Hello %first_name%', body: 'Hi %first_name%.' };

/**
 * A campaign with its people, of one touch unless `nodes` says otherwise, not launched. Returns its
 * id.
 */
export async function addCampaign(
  fixture: ChaosFixture,
  { name, senders, people, nodes = [hello], ...more }: CampaignOptions,
): Promise<string> {
  const { campaign } = await fixture.call<{ campaign: { id: string } }>('POST /api/campaigns', {
    type: 'email',
    name,
    sender_account_ids: senders,
  });
  await fixture.call(`PATCH /api/campaigns/${campaign.id}`, {
    sequence_nodes: [...nodes, { type: 'end' }],
    ...more,
  });
  for (let from = 0; from < people.length; from += 1000) {
    const prospects = people
      .slice(from, from + 1000)
      .map((email) => ({ email, first_name: email.split('@')[0] }));
    await fixture.call(`POST /api/campaigns/${campaign.id}/leads`, { prospects });
  }
  return campaign.id;
}

export const launch = (fixture: ChaosFixture, campaignId: string): Promise<unknown> =>
  fixture.call(`POST /api/campaigns/${campaignId}/launch`);
export const peopleOf = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => `p${from + i}@people.test`);
