import { createHash, timingSafeEqual } from 'node:crypto';
import { lateMs } from '../../channels/linkedin/hosted.ts';
import type { Seat } from '../../channels/linkedin/seat.ts';
import { openUnipile, type Unipile } from '../../channels/linkedin/unipile.ts';
import { isSignedBy, readSignature } from '../../channels/linkedin/v2/signature.ts';
import {
  findSeatLink,
  noteSeat,
  type SeatLink,
  unboundSeatLinks,
} from '../../db/accounts/seat-links.ts';
import { ownedSeats, sendersOfV1 } from '../../db/accounts/seats.ts';
import { findSender, updateSender } from '../../db/accounts/senders.ts';
import { transact } from '../../db/database.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { minuteMs } from '../../domain/time.ts';
import type { Services } from '../../operation.ts';
import type { Vault } from '../../vault.ts';
import { setHealth } from './health.ts';
import { bindMoved, bindSeat, isMadeAfter, seatType } from './seat-binding.ts';

/** Timeout for an answer of Unipile's API. */
const answerMs = 20_000;

/** The client for Unipile's API; null when Unipile is not set up. */
export function unipileOf({ config }: Pick<Services, 'config'>): Unipile | null {
  return config.unipile && openUnipile(config.unipile, answerMs);
}

/** The secret that Unipile's webhooks must carry. */
export const hookSecret = (vault: Vault): string =>
  vault.sign('unipile webhooks').toString('base64url');

/** Whether a secret is the one this server has given to Unipile. */
export function isHookSecret(vault: Vault, given: unknown): boolean {
  return isSame(hookSecret(vault), given);
}

function isSame(secret: string, given: unknown): boolean {
  const theirs = typeof given === 'string' ? given : '';
  return timingSafeEqual(sha256(secret), sha256(theirs));
}

/**
 * Goes into the URL to which Unipile reports a login, and proves that the report comes from there:
 * the name of a login may be readable in the link that its owner gets.
 */
export const seatToken = (vault: Vault, name: string): string =>
  vault.sign(`unipile seat ${name}`).toString('base64url');

/** SHA-256: logins are stored and looked up by the hash of their name. */
export const sha256 = (name: string): Buffer => createHash('sha256').update(name).digest();

/** The address for Unipile's webhooks: those of version 2 are signed, and have one of their own. */
export const hookUrl = (publicUrl: string, { version }: Pick<Unipile, 'version'>): string =>
  `${publicUrl}/unipile/${version === 'v2' ? 'events' : 'news'}`;

/** The keys of webhooks are asked for again after so long, when none of them fits. */
const keysMs = minuteMs;
/** Of this process alone, by the address of the webhooks. */
const hookKeys = new Map<string, { keys: string[]; at: number }>();

/**
 * Asks Unipile to send its webhooks to this server, when the server can be reached from outside. A
 * failure is only logged, because the seats are polled as well.
 */
export async function listenToUnipile(
  services: Pick<Services, 'config' | 'vault' | 'log'>,
): Promise<void> {
  const client = unipileOf(services);
  const { publicUrl } = services.config;
  if (!client || !publicUrl) return;
  const secret = hookSecret(services.vault);
  const name = `Postrider ${sha256(secret).toString('hex', 0, 4)}`;
  const url = hookUrl(publicUrl, client);
  try {
    await client.subscribe({ url, secret, name });
    hookKeys.delete(url);
  } catch (error) {
    services.log.warn(
      { err: error },
      'Unipile could not be asked for webhooks; the seats are polled',
    );
  }
}

/** Whether Unipile has signed the body of a webhook, by the keys that it shows us. */
export async function isFromUnipile(
  services: Pick<Services, 'config' | 'clock' | 'log'>,
  header: unknown,
  body: string,
): Promise<boolean> {
  const client = unipileOf(services);
  const { publicUrl } = services.config;
  const now = services.clock.now();
  const signature = readSignature(header, now);
  if (!client || !publicUrl || !signature) return false;
  const url = hookUrl(publicUrl, client);
  const known = hookKeys.get(url);
  if (known && isSignedBy(known.keys, signature, body)) return true;
  if (known && now.getTime() - known.at < keysMs) return false;
  const keys = await client.hookKeys(url).catch((error: unknown) => {
    services.log.warn({ err: error }, 'Unipile could not be asked for the keys of its webhooks');
    return [];
  });
  hookKeys.set(url, { keys, at: now.getTime() });
  return isSignedBy(keys, signature, body);
}

/**
 * Stores Unipile's answer to a login, which carries its token, then binds the seat to its sender;
 * if that fails, `bindSeats` tries again. Returns false when there is no such login.
 */
export async function claimSeat(
  services: Services,
  { token, ...login }: { name: string; token: unknown; providerAccountId: string },
): Promise<boolean> {
  const { db, clock, log, vault } = services;
  if (!isSame(seatToken(vault, login.name), token)) return false;
  const link = await findSeatLink(db, sha256(login.name), clock.now());
  if (!link) return false;
  await noteSeat(db, link, login);
  await bindSeat(services, unipileOf(services), {
    ...link,
    provider_account_id: login.providerAccountId,
  }).catch((error: unknown) =>
    log.warn({ err: error }, 'a seat could not be bound to its sender; trying again'),
  );
  return true;
}

/**
 * Finishes logins under way: those that Unipile has reported, and, when Unipile cannot reach this
 * server, those for which a new seat is found. Returns how many were finished.
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
      if (found && (await bindSeat(services, client, { ...link, provider_account_id: found })))
        finished += 1;
    } catch (error) {
      services.log.warn(
        { err: error, workspaceId: link.workspace_id },
        'a seat could not be bound to its sender; trying again',
      );
    }
  }
  return finished;
}

/**
 * Finds the seat that a login made among those at Unipile. Without webhooks only one login for a
 * new seat can be under way. Null while there is no candidate, or more than one.
 */
async function lookForSeat(
  services: Services,
  client: Unipile,
  link: SeatLink,
): Promise<string | null> {
  if (link.sender_id) {
    const sender = await findSender(services.db, {
      workspaceId: link.workspace_id,
      senderId: link.sender_id,
    });
    const known = sender?.provider_account_id;
    return known && (await client.readSeat(known)).health?.status === 'active' ? known : null;
  }
  const fresh = (await client.listSeats()).filter((seat) => isMadeAfter(seat, link));
  const ids = fresh.map(({ providerAccountId }) => providerAccountId);
  const owned = await ownedSeats(services.db, seatType, ids);
  const free = ids.filter((id) => !owned.has(id));
  return free.length === 1 ? free[0]! : null;
}

/**
 * Finds the seats of senders that moved from version 1 of Unipile to version 2, where accounts have
 * other ids: by the profile of their owner. They keep their sender with all that it sent. Returns
 * how many were found.
 */
export async function adoptMovedSeats(services: Services): Promise<number> {
  const client = unipileOf(services);
  if (client?.version !== 'v2') return 0;
  const moved = await sendersOfV1(services.db, seatType);
  if (moved.length === 0) return 0;
  const seats = await client.listSeats();
  const ids = seats.map(({ providerAccountId }) => providerAccountId);
  const owned = await ownedSeats(services.db, seatType, ids);
  let found = 0;
  for (const id of ids.filter((one) => !owned.has(one))) {
    try {
      const seat = await client.readSeat(id, { withOwner: true });
      if (await bindMoved(services, seat, moved)) found += 1;
    } catch (error) {
      services.log.info({ err: error, seat: id }, 'the owner of a seat cannot be read yet');
    }
  }
  return found;
}

/** Reads a sender's seat anew, and stores its changes. @throws UnipileError, NoAnswerError */
export async function refreshSeat(
  services: Services,
  client: Unipile,
  sender: { workspaceId: string; senderId: string; providerAccountId: string },
): Promise<Seat> {
  const bare = await client.readSeat(sender.providerAccountId);
  const isWell = bare.health?.status === 'active';
  const seat = isWell ? await client.readSeat(sender.providerAccountId, { withOwner: true }) : bare;
  const plan = seat.isPremium === null ? {} : { is_premium: seat.isPremium };
  const now = services.clock.now();
  await transact(services.db, async (db) => {
    await updateSender(db, sender, { ...plan, updated_at: now });
    await wakeSender(db, { ...sender, now });
  });
  if (seat.health) await setHealth(services, sender, seat.health, { requested: true });
  return seat;
}
