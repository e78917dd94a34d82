import { createHash, randomBytes } from 'node:crypto';
import type { Account, Login, Owner } from '../../channels/channel.ts';
import { dropAbandoned, findByAccount, insertLogin, takeLogin } from '../../db/accounts/logins.ts';
import {
  findSender,
  insertSender,
  type SenderId,
  type SenderRow,
  updateSender,
} from '../../db/accounts/senders.ts';
import { type Db, transact } from '../../db/database.ts';
import { advanceInbox } from '../../db/inbound/inboxes.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { releaseForSender } from '../../db/sending/sender-holds.ts';
import { findWorkspace } from '../../db/workspaces.ts';
import { startLimits } from '../../domain/sending/sender-limit.ts';
import { hourMs } from '../../domain/time.ts';
import type { Services } from '../../operation.ts';
import { resumeWithSenders } from '../campaigns/guard.ts';
import { withDeadline } from '../channel-calls.ts';
import { readInboxCursor, sealSecrets } from './mailboxes.ts';

/** Time that a person has to finish a login. */
const loginMs = hourMs;

type Member = { workspaceId: string; memberId: string };
export type BegunLogin = { url: string; senderId: string; expiresAt: Date };

/**
 * Begins the login of a sender in the caller's transaction; makes the sender unless one is given.
 * Returns the provider's page on which the owner of the account allows it. Until then a new sender
 * is `connecting`; one that is given keeps its status.
 */
export async function beginLogin(
  services: Services,
  login: Login,
  { member, type, sender }: { member: Member; type: string; sender: SenderRow | null },
): Promise<BegunLogin> {
  const { db } = services;
  const { workspaceId, memberId } = member;
  const now = services.clock.now();
  const senderId = sender?.id ?? services.newId();
  const values = {
    workspace_id: workspaceId,
    id: senderId,
    member_id: memberId,
    type,
    status: 'connecting',
    connection: '{}',
  };
  if (!sender)
    await insertSender(db, { ...startLimits(type), ...values, created_at: now, updated_at: now });
  const state = randomBytes(32).toString('base64url');
  const verifier = randomBytes(32).toString('base64url');
  const stateHash = hashOf(state);
  const expiresAt = new Date(now.getTime() + loginMs);
  await insertLogin(db, {
    stateHash,
    workspaceId,
    senderId,
    verifier: services.vault.seal(verifier, aadOf(stateHash)),
    expiresAt,
  });
  await dropAbandoned(db, { workspaceId, type, now });
  return { url: login.begin({ state, verifier }), senderId, expiresAt };
}

const hashOf = (state: string): Buffer => createHash('sha256').update(state).digest();
const aadOf = (stateHash: Buffer): string => `login:${stateHash.toString('hex')}`;

/** How long the owner of an account may take to read which workspace asks. */
const confirmMs = hourMs / 4;

/** Why a login could not go on, in words for the visitor's page. */
type LoginFailure = { ok: false; status: number; reason: string };

const unknown: LoginFailure = {
  ok: false,
  status: 404,
  reason:
    'This login is unknown, was finished before, or took longer than an hour. Begin a new one.',
};

/**
 * Reads the account that a visitor returns from the provider with: with a code, or with null when
 * access was not allowed. Nothing is connected before `confirmLogin` gets the token: its link may
 * have been sent to a stranger, who must see which workspace asks. Works once.
 */
export async function returnFromLogin(
  services: Services,
  type: string,
  visit: { state: string; code: string | null },
): Promise<{ ok: true; name: string; workspace: string; token: string } | LoginFailure> {
  const { db, vault, clock } = services;
  const stateHash = hashOf(visit.state);
  const begun = await takeLogin(db, stateHash, clock.now());
  const channel = services.channels.get(type);
  const login = channel?.login;
  if (!begun || !login) return unknown;
  const { workspaceId, senderId } = begun;
  const verifier = vault.open(begun.verifier, aadOf(stateHash));
  const { code } = visit;
  const limit = { channel, accountId: senderId, ms: services.config.sendMs / 2 };
  const owner =
    code === null
      ? 'Access was not allowed.'
      : await withDeadline(limit, () => login.finish(code, verifier)).catch(
          (error: Error) => error.message,
        );
  if (typeof owner === 'string' || 'kind' in owner) {
    const reason = typeof owner === 'string' ? owner : owner.detail;
    await noteFailure(services, begun, reason);
    return { ok: false, status: 422, reason };
  }
  const token = randomBytes(32).toString('base64url');
  const tokenHash = hashOf(`confirm ${token}`);
  await insertLogin(db, {
    stateHash: tokenHash,
    workspaceId,
    senderId,
    verifier: vault.seal(JSON.stringify(owner), aadOf(tokenHash)),
    expiresAt: new Date(clock.now().getTime() + confirmMs),
  });
  const workspace = (await findWorkspace(db, workspaceId))!.name;
  return { ok: true, name: owner.displayName, workspace, token };
}

/** Connects the account that `returnFromLogin` has read, as its owner asks. Works once. */
export async function confirmLogin(
  services: Services,
  type: string,
  token: string,
): Promise<{ ok: true; name: string } | LoginFailure> {
  const { db, vault, clock } = services;
  const tokenHash = hashOf(`confirm ${token}`);
  const begun = await takeLogin(db, tokenHash, clock.now());
  if (!begun) return unknown;
  const owner = JSON.parse(vault.open(begun.verifier, aadOf(tokenHash))) as Owner;
  const cursor = await readInboxCursor(services, type, accountFor(begun.senderId, owner));
  const connected = await transact(db, (transaction) =>
    connect({ ...services, db: transaction }, begun, { type, owner, cursor }),
  );
  if (!connected.ok) return { ok: false, status: 409, reason: connected.reason };
  await resumeWithSenders(db, {
    workspaceId: begun.workspaceId,
    senderId: connected.senderId,
    now: clock.now(),
  });
  return { ok: true, name: owner.displayName };
}

/** Gives the reason to a sender that is still `connecting`; any other stays as it was. */
async function noteFailure(
  { db, clock }: Services,
  sender: SenderId,
  reason: string,
): Promise<void> {
  const row = await findSender(db, sender);
  if (row?.status === 'connecting')
    await updateSender(db, sender, { status_reason: reason, updated_at: clock.now() });
}

function accountFor(id: string, { providerAccountId, secrets }: Owner): Account {
  const names = { emailAddress: null, displayName: null, firstName: null, lastName: null };
  return { id, providerAccountId, isPremium: false, ...names, connection: {}, secrets };
}

type LoggedIn = { type: string; owner: Owner; cursor: unknown };

/** Activates the account's sender: the one it has already, else the one the login was begun for. */
async function connect(
  services: Services,
  begun: SenderId,
  { type, owner, cursor }: LoggedIn,
): Promise<{ ok: true; senderId: string } | { ok: false; reason: string }> {
  const { db, clock } = services;
  const { workspaceId } = begun;
  const now = clock.now();
  const row = await findSender(db, begun);
  if (!row) return { ok: false, reason: 'The sender was deleted meanwhile.' };
  if (row.provider_account_id !== null && row.provider_account_id !== owner.providerAccountId) {
    const { displayName } = owner;
    const reason = `You are logged in as ${displayName}, and this sender is ${row.display_name}.`;
    return { ok: false, reason: `${reason} Log in as that account and begin again.` };
  }
  const twin = await findByAccount(db, { workspaceId, type, accountId: owner.providerAccountId });
  const sender = { workspaceId, senderId: twin ?? row.id };
  if (twin && twin !== row.id) await retire(db, begun, now);
  const before = (await findSender(db, sender))!;
  await updateSender(db, sender, {
    status: before.status === 'paused' ? 'paused' : 'active',
    status_reason: null,
    provider_account_id: owner.providerAccountId,
    profile_url: owner.profileUrl,
    display_name: before.display_name ?? owner.displayName,
    credentials: sealSecrets(services, {
      workspaceId,
      id: sender.senderId,
      secrets: owner.secrets,
    }),
    updated_at: now,
  });
  // Only for a new account: an account that was away has messages that are still to be read.
  if (before.provider_account_id === null && cursor !== null)
    await advanceInbox(db, { ...sender, cursor, now });
  await releaseForSender(db, sender, now);
  await wakeSender(db, { ...sender, now });
  return { ok: true, senderId: sender.senderId };
}

/** Retires the sender that a login made for an account which has a sender already. */
async function retire(db: Db, sender: SenderId, now: Date): Promise<void> {
  await updateSender(db, sender, {
    status: 'disconnected',
    status_reason: 'The account belongs to another sender already.',
    removed_at: now,
    updated_at: now,
  });
}
