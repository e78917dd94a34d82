import type { Operation } from '../../operation.ts';
import { isRow, type Row } from './values.ts';
import { rowOf, rowsOf } from './view.ts';
import { identityOf, nameOf, participantOf } from './words.ts';

/** A thing that a word on the command line may mean. `label` is its text in a list of several. */
export type Candidate = { id: string; names: readonly string[]; label: string };

/** Calls an operation by its name; null when it answers that there is no such thing. */
export type Ask = (operation: string, input: Row) => Promise<Row | null>;

/** The campaign that the command names, for things that belong to one. */
export type Place = { campaignId: string | null };

export type Kind = keyof typeof kinds;

/** Members of an input that hold ids, and the kinds that these ids name. */
const memberKinds: readonly (readonly [RegExp, Kind])[] = [
  [/^campaign_?id$/i, 'campaign'],
  [/^(sender_?id|account_id|sender_account_ids)$/i, 'sender'],
  [/^prospect_?ids?$/i, 'person'],
  [/^lead_?ids?$/i, 'lead'],
  [/^(synced_|excluded_)?list_?ids?$/i, 'list'],
  [/^status_?id$/i, 'status'],
  [/^(tag_?id|addTags|removeTags)$/i, 'tag'],
  [/^node_?id$/i, 'step'],
  [/^message_?id$/i, 'message'],
  [/^columnId$/, 'column'],
  [/^automationId$/, 'automation'],
];

/** The kind that an operation's own `id` names, by the first word of its path. */
const pathKinds: Readonly<Record<string, Kind>> = {
  campaigns: 'campaign',
  senders: 'sender',
  accounts: 'sender',
  email: 'sender',
  unipile: 'sender',
  x: 'sender',
  lists: 'list',
  leads: 'lead',
  statuses: 'status',
  tags: 'tag',
  keys: 'key',
  members: 'member',
  links: 'link',
  threads: 'thread',
};

/** What a member of an operation's input is the id of; null when it is none, or cannot be named. */
export function kindOf(operation: Operation, member: string): Kind | null {
  if (member === 'id') return pathKinds[operation.route.split('/')[2] ?? ''] ?? null;
  const kind = memberKinds.find(([form]) => form.test(member))?.[1] ?? null;
  // A message of a thread may be of no campaign, in which a name would be looked for.
  return kind === 'message' && operation.route.includes('/api/threads/') ? null : kind;
}

/** People and rows that are looked through at most. */
const maxPages = 5;

const named = (row: Row, label = ''): Candidate => {
  const names = [row.name, row.display_name, identityOf(row)].filter(
    (name): name is string => typeof name === 'string' && name !== '',
  );
  const full = rowOf(row.name).full;
  const all = typeof full === 'string' ? [full, ...names] : names;
  return { id: String(row.id), names: all, label: [...new Set([...all, label])].join('  ').trim() };
};

/** Lists of things with names, read in one call. */
const whole = (operation: string, member: string, input: Row = {}) => {
  return async (ask: Ask): Promise<Candidate[]> =>
    rowsOf((await ask(operation, input))?.[member]).map((row) => named(row));
};

async function findCampaigns(ask: Ask, given: string): Promise<Candidate[]> {
  const read = async (input: Row) => rowsOf((await ask('campaign.list', input))?.campaigns);
  const byName = await read({ q: given });
  const rows = byName.length > 0 ? byName : await read({ sort: 'newest', limit: 1000 });
  return rows.map((row) => named(row, String(row.status)));
}

async function findPeople(ask: Ask, given: string, place: Place): Promise<Candidate[]> {
  const id = place.campaignId;
  if (id === null) return [];
  const found = await ask('campaign_lead.find', { id, identity: given });
  if (isRow(found?.prospect)) return [{ ...person(found.prospect), names: [given] }];
  const started = await ask('campaign_lead.list', { id, q: given, limit: 20 });
  const rows = rowsOf(started?.prospects);
  let cursor: unknown = null;
  for (let page = 0; rows.length === 0 || page > 0; page += 1) {
    const listed = await ask('campaign_lead.list', {
      id,
      limit: 200,
      ...(cursor ? { cursor } : {}),
    });
    rows.push(...rowsOf(listed?.prospects));
    cursor = listed?.next_cursor;
    if (!cursor || page + 1 >= maxPages) break;
  }
  return rows.map(person);
}

const person = (row: Row): Candidate => ({
  id: String(row.id),
  names: [nameOf(row), identityOf(row)],
  label: [...new Set([nameOf(row), identityOf(row), String(row.status)])].join('  '),
});

async function findLeads(ask: Ask, given: string): Promise<Candidate[]> {
  const found = await ask('lead.find', { identity: given });
  if (isRow(found?.lead)) return [{ ...named(found.lead), names: [given] }];
  const byText = rowsOf((await ask('lead.list', { q: given, limit: 50 }))?.leads);
  const rows = byText.length > 0 ? byText : rowsOf((await ask('lead.list', { limit: 500 }))?.leads);
  return rows.map((row) => named(row));
}

/** Conversations by the person, else by words of their messages. */
async function findThreads(ask: Ask, given: string): Promise<Candidate[]> {
  const read = async (input: Row) =>
    rowsOf((await ask('thread.list', { view: 'all', ...input }))?.threads);
  const byPerson = await read({ participant: given });
  const rows = byPerson.length > 0 ? byPerson : await read({ search: given });
  return rows.map((row) => ({
    id: String(row.id),
    names: [
      ...(byPerson.length > 0 ? [given] : []),
      String(row.participant_name ?? ''),
      participantOf(row),
    ],
    label: `${row.participant_name ?? participantOf(row)}  ${row.account_name ?? ''}`.trim(),
  }));
}

async function findSteps(ask: Ask, _given: string, place: Place): Promise<Candidate[]> {
  const shown = await ask('campaign.get', { id: place.campaignId });
  return rowsOf(shown?.sequence_nodes).map((node) => ({
    id: String(node.id),
    names: [String(node.position), String(node.type), String(node.subject ?? '')],
    label: `${node.position}  ${node.type}  ${node.subject ?? ''}`.trim(),
  }));
}

/** Messages by the person they go to. */
async function findMessages(ask: Ask, given: string, place: Place): Promise<Candidate[]> {
  const id = place.campaignId;
  const found = await ask('campaign_lead.find', { id, identity: given });
  const prospect = isRow(found?.prospect) ? { prospect_id: found.prospect.id } : {};
  const listed = await ask('message.list', { id, status: 'all', ...prospect });
  return rowsOf(listed?.messages)
    .filter((row) => row.direction === 'outbound')
    .map((row) => ({
      id: String(row.id),
      names: [...(found ? [given] : []), String(row.subject ?? '')],
      label: `${row.status}  ${row.subject ?? ''}`,
    }));
}

async function findAutomations(ask: Ask, _given: string, place: Place): Promise<Candidate[]> {
  const listed = await ask('automation.list', { id: place.campaignId });
  return rowsOf(listed?.automations).map((row) => ({
    id: String(row.id),
    names: [`${row.event} ${row.action}`, String(row.event), String(row.action)],
    label: `${row.event} ${row.action}`,
  }));
}

/**
 * Kinds of things: the name of one, the command that lists them, and the candidates for a word.
 * Each look-up makes a few calls and reads a bounded number of rows.
 */
export const kinds = {
  campaign: { one: 'campaign', list: 'campaign', find: findCampaigns },
  sender: { one: 'sender', list: 'sender', find: whole('sender.list', 'accounts') },
  person: { one: 'person', list: 'campaign lead --id <campaign>', find: findPeople },
  lead: { one: 'lead', list: 'lead', find: findLeads },
  list: { one: 'list', list: 'list', find: whole('list.list', 'lists') },
  status: { one: 'lead status', list: 'status', find: whole('status.list', 'statuses') },
  tag: { one: 'tag', list: 'tag', find: whole('tag.list', 'tags') },
  member: { one: 'member', list: 'member', find: whole('member.list', 'members') },
  link: { one: 'link', list: 'link list', find: whole('link.list', 'links') },
  thread: { one: 'thread', list: 'thread --view all', find: findThreads },
  key: { one: 'API key', list: 'key', find: whole('key.list', 'keys') },
  step: { one: 'step', list: 'campaign --id <campaign>', find: findSteps },
  message: {
    one: 'message',
    list: 'campaign generate-message list --id <campaign>',
    find: findMessages,
  },
  column: {
    one: 'column',
    list: 'campaign column --id <campaign>',
    find: async (ask: Ask, _given: string, { campaignId }: Place) =>
      whole('campaign_column.list', 'columns', { id: campaignId })(ask),
  },
  automation: {
    one: 'automation',
    list: 'campaign automation --id <campaign>',
    find: findAutomations,
  },
} satisfies Record<
  string,
  {
    one: string;
    list: string;
    find: (ask: Ask, given: string, place: Place) => Promise<Candidate[]>;
  }
>;
