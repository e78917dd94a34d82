import { profileUrl } from '../../channels/linkedin/profile.ts';
import type { Seat } from '../../channels/linkedin/seat.ts';
import type { Unipile } from '../../channels/linkedin/unipile.ts';
import {
  deleteSeatLink,
  lockSeatLink,
  noteSeat,
  type SeatLink,
} from '../../db/accounts/seat-links.ts';
import { ownedSeats, seatsOfProfile } from '../../db/accounts/seats.ts';
import {
  findSender,
  insertSender,
  type SenderRow,
  updateSender,
} from '../../db/accounts/senders.ts';
import { type Db, transact } from '../../db/database.ts';
import { advanceInbox, pokeInbox } from '../../db/inbound/inboxes.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { releaseForSender } from '../../db/sending/sender-holds.ts';
import { startLimits } from '../../domain/sending/sender-limit.ts';
import type { Services } from '../../operation.ts';
import { resumeWithSenders } from '../campaigns/guard.ts';
import { setHealth } from './health.ts';
import { readInboxCursor } from './mailboxes.ts';

/** The type of sender that a seat is bound to. */
export const seatType = 'linkedin';

/**
 * Binds a seat to a sender of the workspace that began the login. Returns whether it is bound.
 * @throws UnipileError, NoAnswerError
 */
export async function bindSeat(
  services: Services,
  client: Unipile | null,
  link: SeatLink,
): Promise<boolean> {
  if (!client || !link.provider_account_id) return false;
  const seat = await client.readSeat(link.provider_account_id, { withOwner: true });
  const id = services.newId();
  const account = {
    ...blank,
    id,
    providerAccountId: seat.providerAccountId,
    isPremium: seat.isPremium === true,
  };
  const cursor = await readInboxCursor(services, seatType, account);
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
  if (seat.health && seat.health.status !== 'active')
    await setHealth(services, sender, seat.health);
  else await resumeWithSenders(services.db, { ...sender, now });
  return true;
}

/** Why a sender is out of service whose account was removed on purpose. */
export const disconnectedByOwner =
  'Disconnected by its owner. Connect the same LinkedIn account again: POST /api/unipile/connect.';

/**
 * Binds a seat to the sender of its owner's profile. Returns whether there is one; one that was
 * disconnected on purpose needs a login.
 */
export async function bindMoved(
  services: Services,
  seat: Seat,
  senders: readonly SenderRow[],
): Promise<boolean> {
  const url = seat.slug && profileUrl(seat.slug);
  const row = senders.find(({ profile_url }) => url !== null && profile_url === url);
  if (!row || row.status_reason === disconnectedByOwner) return false;
  const now = services.clock.now();
  const sender = { workspaceId: row.workspace_id, senderId: row.id };
  await transact(services.db, async (db) => {
    await rebind(db, { link: row, seat, senderId: row.id, now });
    await pokeInbox(db, sender);
    await wakeSender(db, { ...sender, now });
  });
  await resumeWithSenders(services.db, { ...sender, now });
  return true;
}

/** How far Unipile's clock may be behind ours. */
const skewMs = 60_000;

/** Whether a seat may be the one that a login has made, by the instants at which both began. */
export const isMadeAfter = ({ createdAt }: Seat, link: SeatLink): boolean =>
  createdAt !== null && createdAt.getTime() >= link.created_at.getTime() - skewMs;

const blank = {
  emailAddress: null,
  displayName: null,
  firstName: null,
  lastName: null,
  connection: {},
  secrets: {},
};

/**
 * Chooses the sender for a seat: the one that was to log in again, the one it had before, or null
 * for a new one. A refusal gives the reason in words for a person.
 */
async function chooseSender(
  db: Db,
  link: SeatLink,
  seat: Seat,
): Promise<{ senderId: string | null } | { refusal: string }> {
  const owner = (await ownedSeats(db, seatType, [seat.providerAccountId])).get(
    seat.providerAccountId,
  );
  const same = seat.slug ? await seatsOfProfile(db, seatType, profileUrl(seat.slug)) : [];
  const elsewhere = [owner?.workspaceId, ...same.map((row) => row.workspace_id)].some(
    (id) => id && id !== link.workspace_id,
  );
  if (elsewhere)
    return {
      refusal:
        'This LinkedIn account belongs to another workspace of this server: ' +
        'its limits can be kept in one place only.',
    };
  if (!owner && !isMadeAfter(seat, link))
    return { refusal: 'This LinkedIn account was at Unipile before the login began.' };
  const known = owner?.senderId ?? same[0]?.id ?? null;
  if (link.sender_id && known && known !== link.sender_id)
    return { refusal: 'Somebody logged in to LinkedIn as another sender of this workspace.' };
  if (!link.sender_id) return { senderId: known };
  const before = await findSender(db, { workspaceId: link.workspace_id, senderId: link.sender_id });
  if (!before) return { refusal: 'The sender was deleted meanwhile.' };
  const another = seat.slug && before.profile_url && before.profile_url !== profileUrl(seat.slug);
  if (!another) return { senderId: before.id };
  const name = seat.name ?? seat.slug;
  return { refusal: `Somebody logged in to LinkedIn as ${name}, who is another person.` };
}

/** The columns of a sender that come from its seat. */
function seatColumns({ providerAccountId, isPremium, name, slug }: Seat) {
  const [first, ...rest] = (name ?? '').trim().split(/\s+/);
  const names = {
    display_name: name,
    first_name: first || null,
    last_name: rest.join(' ') || null,
  };
  return {
    provider_account_id: providerAccountId,
    is_premium: isPremium === true,
    profile_url: slug && profileUrl(slug),
    ...names,
  };
}

type Binding = { link: SeatLink; seat: Seat; now: Date };

type Rebinding = Omit<Binding, 'link'> & {
  link: Pick<SeatLink, 'workspace_id'>;
  senderId: string;
};

async function bindNew(db: Db, { link, seat, id, now }: Binding & { id: string }): Promise<string> {
  const { workspace_id, member_id } = link;
  const own = {
    workspace_id,
    member_id,
    id,
    type: seatType,
    status: 'active',
    connection: '{}',
    created_at: now,
    updated_at: now,
  };
  const row = await insertSender(db, { ...startLimits(seatType), ...seatColumns(seat), ...own });
  if (!row) throw new Error('The seat became a sender meanwhile');
  return row.id;
}

/**
 * Binds a seat to a sender that exists. A sender that a person paused stays paused. Its names stay
 * as well, because they may have been given by hand.
 */
async function rebind(db: Db, { link, seat, senderId, now }: Rebinding): Promise<string> {
  const sender = { workspaceId: link.workspace_id, senderId };
  const before = await findSender(db, sender);
  const { display_name, first_name, last_name, ...place } = seatColumns(seat);
  const names = before?.display_name ? {} : { display_name, first_name, last_name };
  const well = { status: 'active', status_reason: null, send_faults: 0, heals_at: null };
  const status = before?.status === 'paused' ? {} : well;
  await releaseForSender(db, sender, now);
  await updateSender(db, sender, { ...place, ...names, ...status, updated_at: now });
  return senderId;
}
