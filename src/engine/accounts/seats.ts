import { createHash, timingSafeEqual } from 'node:crypto';
import { type Client, createClient } from '../../channels/linkedin/client.ts';
import { lateMs, subscribe } from '../../channels/linkedin/hosted.ts';
import { profileUrl } from '../../channels/linkedin/profile.ts';
import { listSeats, readSeat, type Seat } from '../../channels/linkedin/seat.ts';
import {
  deleteSeatLink,
  findSeatLink,
  lockSeatLink,
  noteSeat,
  type SeatLink,
  unboundSeatLinks,
} from '../../db/accounts/seat-links.ts';
import { ownedSeats, seatsOfProfile } from '../../db/accounts/seats.ts';
import { findSender, insertSender, updateSender } from '../../db/accounts/senders.ts';
import { type Db, transact } from '../../db/database.ts';
import { advanceInbox, pokeInbox } from '../../db/inbound/inboxes.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { releaseForSender } from '../../db/sending/sender-holds.ts';
import { startLimits } from '../../domain/sending/sender-limit.ts';
import { minuteMs } from '../../domain/time.ts';
import type { Services } from '../../operation.ts';
import type { Vault } from '../../vault.ts';
import { resumeSenderless } from '../campaigns/guard.ts';
import { setHealth } from './health.ts';
import { markInbox } from './mailboxes.ts';

const type = 'linkedin';
const answerMs = 20_000;
const skewMs = minuteMs;

type Served = Pick<Services, 'config'>;

/** Unipile as this server may ask it; null when it is not set up. */
export function unipileOf({ config }: Served): Client | null {
  return config.unipile && createClient(config.unipile, answerMs);
}

/** What Unipile's webhooks must carry. */
export const hookSecret = (vault: Vault): string =>
  vault.sign('unipile webhooks').toString('base64url');

/** Whether a secret is the one this server has given to Unipile. */
export function isHookSecret(vault: Vault, given: unknown): boolean {
  const [ours, theirs] = [hookSecret(vault), typeof given === 'string' ? given : ''].map((text) =>
    createHash('sha256').update(text).digest(),
  );
  return timingSafeEqual(ours!, theirs!);
}

export const hashName = (name: string): Buffer => createHash('sha256').update(name).digest();

/** Has Unipile tell this server what happens, when it can be reached from outside. A failure is logged: polling hears all the same. */
export async function listenToUnipile(
  services: Pick<Services, 'config' | 'vault' | 'log'>,
): Promise<void> {
  const client = unipileOf(services);
  const { publicUrl } = services.config;
  if (!client || !publicUrl) return;
  const secret = hookSecret(services.vault);
  const name = `Postrider ${hashName(secret).toString('hex', 0, 4)}`;
  try {
    await subscribe(client, { url: `${publicUrl}/unipile/news`, secret, name });
  } catch (error) {
    services.log.warn(
      { err: error },
      'Unipile could not be asked to tell what happens; it is polled',
    );
  }
}

/** Keeps what Unipile says of a login, and makes the seat a sender's; should that fail, it is tried again. False when there is no such login. */
export async function landSeat(
  services: Services,
  said: { name: string; providerAccountId: string },
): Promise<boolean> {
  const { db, clock, log } = services;
  const link = await findSeatLink(db, hashName(said.name), clock.now());
  if (!link) return false;
  await noteSeat(db, link, said);
  await bindOne(services, unipileOf(services), {
    ...link,
    provider_account_id: said.providerAccountId,
  }).catch((error: unknown) =>
    log.warn({ err: error }, 'a seat could not be made a sender yet; trying again'),
  );
  return true;
}

/**
 * Finishes logins that are under way: those that Unipile told of, and, where it cannot reach this server, by looking for the seat
 * that came to be. Returns how many were finished.
 */
export async function bindSeats(services: Services): Promise<number> {
  const client = unipileOf(services);
  const links = client
    ? await unboundSeatLinks(services.db, new Date(services.clock.now().getTime() - lateMs))
    : [];
  if (!client || links.length === 0) return 0;
  let finished = 0;
  for (const link of links) {
    try {
      const found =
        link.provider_account_id ??
        (services.config.publicUrl ? null : await lookForSeat(services, client, link));
      if (found && (await bindOne(services, client, { ...link, provider_account_id: found })))
        finished += 1;
    } catch (error) {
      services.log.warn(
        { err: error, workspaceId: link.workspace_id },
        'a seat could not be made a sender yet; trying again',
      );
    }
  }
  return finished;
}

/** The seat that a login made, by looking: only one login for a new seat can be under way then. Null while there is none, or more than one. */
async function lookForSeat(
  services: Services,
  client: Client,
  link: SeatLink,
): Promise<string | null> {
  if (link.sender_id) {
    const sender = await findSender(services.db, {
      workspaceId: link.workspace_id,
      senderId: link.sender_id,
    });
    const known = sender?.provider_account_id;
    return known && (await readSeat(client, known)).health.status === 'active' ? known : null;
  }
  const since = link.created_at.getTime() - skewMs;
  const fresh = (await listSeats(client)).filter(
    ({ createdAt }) => (createdAt?.getTime() ?? 0) >= since,
  );
  const ids = fresh.map(({ providerAccountId }) => providerAccountId);
  const owned = await ownedSeats(services.db, type, ids);
  const free = ids.filter((id) => !owned.has(id));
  return free.length === 1 ? free[0]! : null;
}

/** Makes a seat the sender of the workspace whose login it was. Returns whether it is one now. @throws UnipileError, Unanswered */
async function bindOne(
  services: Services,
  client: Client | null,
  link: SeatLink,
): Promise<boolean> {
  if (!client || !link.provider_account_id) return false;
  const seat = await readSeat(client, link.provider_account_id);
  const id = services.newId();
  const account = {
    ...blank,
    id,
    providerAccountId: seat.providerAccountId,
    isPremium: seat.isPremium,
  };
  const cursor = await markInbox(services, type, account);
  const now = services.clock.now();
  const senderId = await transact(services.db, async (db) => {
    if (!(await lockSeatLink(db, link))) return null;
    const target = await chooseSender(db, link, seat);
    if ('refusal' in target) {
      await noteSeat(db, link, { error: target.refusal });
      return null;
    }
    const bound = target.senderId
      ? await rebind(db, { link, seat, senderId: target.senderId, now })
      : await bindNew(db, { link, seat, id, now });
    if (!target.senderId && cursor !== null)
      await advanceInbox(db, { workspaceId: link.workspace_id, senderId: id, cursor, now });
    await deleteSeatLink(db, link);
    await pokeInbox(db, { workspaceId: link.workspace_id, senderId: bound });
    await wakeSender(db, { workspaceId: link.workspace_id, senderId: bound, now });
    return bound;
  });
  if (!senderId) return false;
  const sender = { workspaceId: link.workspace_id, senderId };
  if (seat.health.status === 'active') await resumeSenderless(services.db, { ...sender, now });
  else await setHealth(services, sender, seat.health);
  return true;
}

const blank = {
  emailAddress: null,
  displayName: null,
  firstName: null,
  lastName: null,
  connection: {},
  secrets: {},
};

/** The sender that a seat belongs to: the one that was to log in again, the one it was before, or a new one. */
async function chooseSender(
  db: Db,
  link: SeatLink,
  seat: Seat,
): Promise<{ senderId: string | null } | { refusal: string }> {
  const owner = (await ownedSeats(db, type, [seat.providerAccountId])).get(seat.providerAccountId);
  const same = seat.slug ? await seatsOfProfile(db, type, profileUrl(seat.slug)) : [];
  const elsewhere = [owner?.workspaceId, ...same.map((row) => row.workspace_id)].some(
    (id) => id && id !== link.workspace_id,
  );
  if (elsewhere)
    return {
      refusal:
        'This LinkedIn account belongs to another workspace of this server: its limits can be kept in one place only.',
    };
  const known = owner?.senderId ?? same[0]?.id ?? null;
  if (link.sender_id && known && known !== link.sender_id)
    return { refusal: 'Somebody logged in to LinkedIn as another sender of this workspace.' };
  if (!link.sender_id) return { senderId: known };
  const before = await findSender(db, { workspaceId: link.workspace_id, senderId: link.sender_id });
  if (!before) return { refusal: 'The sender was deleted meanwhile.' };
  const other = seat.slug && before.profile_url && before.profile_url !== profileUrl(seat.slug);
  return other
    ? {
        refusal: `Somebody logged in to LinkedIn as ${seat.name ?? seat.slug}, who is another person.`,
      }
    : { senderId: before.id };
}

/** What a seat says of its sender. */
function seatColumns({ providerAccountId, isPremium, name, slug }: Seat) {
  const [first, ...rest] = (name ?? '').trim().split(/\s+/);
  const names = {
    display_name: name,
    first_name: first || null,
    last_name: rest.join(' ') || null,
  };
  return {
    provider_account_id: providerAccountId,
    is_premium: isPremium,
    profile_url: slug && profileUrl(slug),
    ...names,
  };
}

type Binding = { link: SeatLink; seat: Seat; now: Date };

async function bindNew(db: Db, { link, seat, id, now }: Binding & { id: string }): Promise<string> {
  const { workspace_id, member_id } = link;
  const own = {
    workspace_id,
    member_id,
    id,
    type,
    status: 'active',
    connection: '{}',
    created_at: now,
    updated_at: now,
  };
  const row = await insertSender(db, { ...startLimits(type), ...seatColumns(seat), ...own });
  if (!row) throw new Error('The seat became a sender meanwhile');
  return row.id;
}

/** A sender that a person paused stays paused. Names that it has already stay too: they may have been given by hand. */
async function rebind(
  db: Db,
  { link, seat, senderId, now }: Binding & { senderId: string },
): Promise<string> {
  const sender = { workspaceId: link.workspace_id, senderId };
  const before = await findSender(db, sender);
  const { display_name, first_name, last_name, ...place } = seatColumns(seat);
  const names = before?.display_name ? {} : { display_name, first_name, last_name };
  const status = before?.status === 'paused' ? {} : { status: 'active', status_reason: null };
  await releaseForSender(db, sender, now);
  await updateSender(db, sender, { ...place, ...names, ...status, updated_at: now });
  return senderId;
}

/** Reads a sender's seat anew, and writes down what has changed. @throws UnipileError, Unanswered */
export async function refreshSeat(
  services: Services,
  client: Client,
  sender: { workspaceId: string; senderId: string; providerAccountId: string },
): Promise<Seat> {
  const seat = await readSeat(client, sender.providerAccountId);
  const now = services.clock.now();
  await transact(services.db, async (db) => {
    await updateSender(db, sender, { is_premium: seat.isPremium, updated_at: now });
    await wakeSender(db, { ...sender, now });
  });
  await setHealth(services, sender, seat.health, true);
  return seat;
}
