// Brings contacts of a CRM into a list and a campaign, and writes a table of how they stand there.
// Usage: crm-sync.ts <campaign id> [contacts.json] [result.csv]
// Run it as often as you like: contacts that are in the list and the campaign already stay as they
// are. The campaign must be a draft, or have "roster": "open" as first-campaign.ts makes it.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { api } from './api.ts';

type Contact = { id: string; email: string; first_name: string; company: string };
type Prospect = {
  id: string;
  email: string;
  status: string;
  contacted_at: string | null;
  replied_at: string | null;
  custom_fields: { crm_id?: string } | null;
};
type Message = { direction: 'inbound' | 'outbound'; body_text: string | null };

const [
  campaignId,
  contactsFile = path.join(import.meta.dirname, 'contacts.json'),
  resultFile = 'result.csv',
] = process.argv.slice(2);
if (!campaignId) throw new Error('Usage: crm-sync.ts <campaign id> [contacts.json] [result.csv]');
const listName = 'From the CRM';

/** The list of our name, made when it is missing. Returns its id. */
async function ensureList(): Promise<string> {
  const { lists } = await api<{ lists: { id: string; name: string }[] }>('GET /lists');
  const known = lists.find(({ name }) => name === listName);
  if (known) return known.id;
  const { list } = await api<{ list: { id: string } }>('POST /lists', { name: listName });
  return list.id;
}

/** Adds contacts as leads; their CRM id goes along as an attribute. One call takes 500. */
async function pushLeads(listId: string, contacts: readonly Contact[]): Promise<void> {
  const leads = contacts.map(({ id, email, first_name, company }) => {
    return { email, name: { first: first_name }, company, attributes: { crm_id: id } };
  });
  type Pushed = { imported: number; existing: number; errors: { index: number; field: string }[] };
  const pushed = await api<Pushed>('POST /lists/import', { listId, leads });
  console.log(`leads: ${pushed.imported} new, ${pushed.existing} known`);
  for (const { index, field } of pushed.errors)
    console.log(`contact ${contacts[index]!.id} is left out: its ${field} is not valid`);
}

/** Copies leads into the campaign, attributes included. The answer counts how each one went. */
async function enrol(contacts: readonly Contact[]): Promise<void> {
  const people = contacts.map(({ email }) => ({ email }));
  type Enrolled = { added: number; skipped: number; failed: number };
  const route = `POST /campaigns/${campaignId}/leads/enrol`;
  const { added, skipped, failed } = await api<Enrolled>(route, { people });
  console.log(`campaign: ${added} added, ${skipped} there already, ${failed} refused`);
}

/** All prospects of the campaign, page by page. */
async function* readRoster(): AsyncGenerator<Prospect> {
  type Page = { prospects: Prospect[]; next_cursor: string | null };
  for (let cursor: string | null = ''; cursor !== null; ) {
    const after: string = cursor && `&cursor=${cursor}`;
    const page: Page = await api(`GET /campaigns/${campaignId}/leads?limit=200${after}`);
    yield* page.prospects;
    cursor = page.next_cursor;
  }
}

/** The text of a prospect's replies, the oldest first. */
async function readReplies(prospectId: string): Promise<string> {
  const query = `status=sent&prospect_id=${prospectId}`;
  const route = `GET /campaigns/${campaignId}/generate-messages?${query}`;
  const { messages } = await api<{ messages: Message[] }>(route);
  const replies = messages.filter(({ direction }) => direction === 'inbound');
  return replies.map(({ body_text }) => body_text?.trim() ?? '').join('\n\n');
}

/** A cell of CSV. A reply must not become a formula in a spreadsheet. */
const toCell = (text: string): string =>
  `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
const toCsv = (cells: readonly string[]): string => `${cells.map(toCell).join(',')}\n`;

const contacts = JSON.parse(readFileSync(contactsFile, 'utf8')) as Contact[];
const listId = await ensureList();
for (let from = 0; from < contacts.length; from += 500) {
  const some = contacts.slice(from, from + 500);
  await pushLeads(listId, some);
  await enrol(some);
}
let table = toCsv(['crm_id', 'email', 'status', 'contacted_at', 'replied_at', 'replies']);
for await (const { id, custom_fields, email, status, contacted_at, replied_at } of readRoster()) {
  if (!custom_fields?.crm_id) continue;
  const replies = replied_at ? await readReplies(id) : '';
  const instants = [contacted_at ?? '', replied_at ?? ''];
  table += toCsv([custom_fields.crm_id, email, status, ...instants, replies]);
}
writeFileSync(resultFile, table);
console.log(`wrote ${resultFile}`);
