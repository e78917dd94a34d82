import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { listMembers } from '../../operations/members/list.ts';
import { listSenders } from '../../operations/senders/list.ts';
import { listWorkspaces } from '../../operations/workspaces/list.ts';
import { bare, idOutput, pathId } from './ids.ts';
import { namesOf, platformOf } from './person.ts';
import { defineRoute, type OutputOf, type OwnApi } from './route.ts';

const accountOutput = z.object({
  id: idOutput,
  platform: z.string(),
  platformId: z.string().nullable(),
  name: z.string().nullable(),
  username: z.string().nullable(),
  image: z.null(),
  createdAt: z.iso.datetime(),
  status: z.enum(['active', 'offline', 'paused']),
  syncedAt: z.null(),
});
type Account = OutputOf<typeof listSenders>['accounts'][number];

/** Statuses of accounts that can send. An account with any other is offline. */
const statuses: Readonly<Record<string, 'active' | 'paused'>> = {
  active: 'active',
  connected: 'active',
  paused: 'paused',
};

function accountOf(
  account: Account,
  { isSandbox }: { isSandbox: boolean },
): z.input<typeof accountOutput> {
  const { provider_account_id: platformId, email_address: address, profile_url: url } = account;
  return {
    id: bare(account.id),
    platform: isSandbox ? 'sandbox' : platformOf(account.type),
    platformId: platformId ?? address,
    name: account.display_name,
    username: namesOf(url?.replace(/^https:\/\/(?:x|twitter)\.com\//, '') ?? address).username,
    image: null,
    createdAt: account.created_at,
    status: statuses[account.status] ?? 'offline',
    syncedAt: null,
  };
}

/** Every account, read page by page. */
export async function allSenders(api: OwnApi): Promise<Account[]> {
  const all: Account[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await api.call(listSenders, cursor ? { cursor } : {});
    all.push(...page.accounts);
    cursor = page.next_cursor;
  }
  return all;
}

const accounts = defineRoute({
  route: 'GET /account-links',
  summary: 'List account links',
  scope: 'read',
  input: z.strictObject({}),
  output: z.array(accountOutput),
  async run(api) {
    const all = await allSenders(api);
    const isSandbox = api.context.sandbox === true;
    return all.map((account) => accountOf(account, { isSandbox }));
  },
});

const memberOutput = z.object({
  id: idOutput,
  userId: idOutput,
  name: z.string(),
  email: z.null(),
  image: z.null(),
  role: z.enum(['owner', 'admin', 'user']),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

/** Inbox has roles, we have the scopes of keys: the first member is the owner, the others users. */
async function readMembers(api: OwnApi): Promise<z.input<typeof memberOutput>[]> {
  const { members: all } = await api.call(listMembers, {});
  return all.map(({ id, name, created_at }, index) => ({
    id: bare(id),
    userId: bare(id),
    name,
    email: null,
    image: null,
    role: index === 0 ? 'owner' : 'user',
    createdAt: created_at,
    updatedAt: created_at,
  }));
}

const members = defineRoute({
  route: 'GET /members',
  summary: 'List members',
  scope: 'read',
  input: z.strictObject({}),
  output: z.array(memberOutput),
  run: readMembers,
});

const member = defineRoute({
  route: 'GET /members/{memberId}',
  summary: 'Get member',
  scope: 'read',
  input: z.strictObject({ memberId: pathId }),
  output: memberOutput,
  async run(api, { memberId }) {
    const found = (await readMembers(api)).find(({ id }) => id === bare(memberId));
    if (!found) throw new AppError('member.not_found');
    return found;
  },
});

const team = defineRoute({
  route: 'GET /team',
  summary: 'Get team',
  scope: 'read',
  input: z.strictObject({}),
  output: z.object({
    id: idOutput,
    name: z.string(),
    slug: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    currency: z.null(),
    allowSupportAccess: z.literal(false),
  }),
  async run(api) {
    const { id, name, created_at: createdAt } = (await api.call(listWorkspaces, {})).workspaces[0]!;
    const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
    return {
      id: bare(id),
      name,
      slug: words.join('-'),
      createdAt,
      updatedAt: createdAt,
      currency: null,
      allowSupportAccess: false as const,
    };
  },
});

export const teamRoutes = [accounts, members, member, team];
