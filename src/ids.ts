import { hash } from 'node:crypto';
import { v7 } from 'uuid';

const idBytes = 16;
const pool = new Uint8Array(512 * idBytes);
/** `at`: the first unused byte of `pool`. `msecs`, `seq`: time and counter of the last id. */
const last = { at: pool.length, msecs: 0, seq: 0 };

/**
 * A new UUIDv7 (RFC 9562). Ids of a process sort by creation, also within a millisecond
 * (section 6.2, method 1). Random bytes are drawn for 512 ids at once, because drawing them for
 * each id costs three times as much as everything else here.
 */
export function newId(): string {
  if (last.at === pool.length) {
    crypto.getRandomValues(pool);
    last.at = 0;
  }
  const random = pool.subarray(last.at, last.at + idBytes);
  last.at += idBytes;
  const now = Date.now();
  if (now > last.msecs) {
    last.msecs = now;
    // The counter starts in its lower half, so that counting up does not overflow it.
    last.seq = ((random[0]! & 0x7f) << 24) | (random[1]! << 16) | (random[2]! << 8) | random[3]!;
  } else last.seq += 1;
  return v7({ random, msecs: last.msecs, seq: last.seq });
}

/**
 * The id of the message that a prospect gets of a node, a UUIDv8 (RFC 9562): the same in every copy
 * of a database, so a touch that one copy has sent is found by its id from another. It begins with
 * time and counter of the prospect's id, a UUIDv7, so messages sort as their prospects do; without
 * the first byte of the time, which stays the same until 2039. A hash of 48 bits follows.
 */
export function messageIdOf(workspaceId: string, prospectId: string, nodeId: string): string {
  const hex = prospectId.replaceAll('-', '');
  // RFC 9562 6.2: 12 bits behind the version, 14 behind the variant, 6 in the next byte.
  const low = (Number.parseInt(hex.slice(16, 22), 16) >>> 2) & 0xfffff;
  const counter = hex.slice(13, 16) + low.toString(16).padStart(5, '0');
  const digest = hash('sha256', `${workspaceId} ${prospectId} ${nodeId}`, 'hex').slice(0, 12);
  const bits = hex.slice(2, 12) + counter + digest;
  const groups = [bits.slice(0, 8), bits.slice(8, 12), `8${bits.slice(12, 15)}`];
  return [...groups, `8${bits.slice(15, 18)}`, bits.slice(18)].join('-');
}

/**
 * The id of the conversation of a sender with a person, a UUIDv8 (RFC 9562): whichever transaction
 * writes the first of its messages, it gives it the same.
 */
export function threadIdOf(senderId: string, identity: string): string {
  const digest = hash('sha256', `${senderId} ${identity}`, 'hex');
  const groups = [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(12, 15)}`];
  return [...groups, `8${digest.slice(15, 18)}`, digest.slice(18, 30)].join('-');
}

/** The greatest id: no id sorts after it. */
export const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Means "no node" or "no sender" in key columns, which cannot be null. */
export const nilId = '00000000-0000-0000-0000-000000000000';
