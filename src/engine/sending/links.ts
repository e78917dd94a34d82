import { timingSafeEqual } from 'node:crypto';
import { parse, stringify } from 'uuid';
import type { Vault } from '../../vault.ts';

export type LinkKind = 'unsubscribe' | 'open';
export type LinkTarget = { workspaceId: string; messageId: string };

const idBytes = 16;
const macBytes = 12;

/**
 * A token for a link in a mail: both ids and 96 bits of their HMAC, 59 characters of base64url. A
 * token of one kind is not valid for the other.
 */
export function createMailLink(
  vault: Vault,
  kind: LinkKind,
  { workspaceId, messageId }: LinkTarget,
): string {
  const ids = Buffer.concat([parse(workspaceId), parse(messageId)]);
  return Buffer.concat([ids, macs(vault, kind, ids)[0]!]).toString('base64url');
}

/** The target of a token; null when it was not made here, or for another kind of link. */
export function readLink(vault: Vault, kind: LinkKind, token: string): LinkTarget | null {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== 2 * idBytes + macBytes || bytes.toString('base64url') !== token) return null;
  const ids = bytes.subarray(0, 2 * idBytes);
  const given = bytes.subarray(2 * idBytes);
  if (!macs(vault, kind, ids).some((mac) => timingSafeEqual(given, mac))) return null;
  return {
    workspaceId: stringify(ids.subarray(0, idBytes)),
    messageId: stringify(ids.subarray(idBytes)),
  };
}

function macs(vault: Vault, kind: LinkKind, ids: Buffer): Buffer[] {
  const signed = vault.signLink(`${kind}:${ids.toString('latin1')}`);
  return signed.map((mac) => mac.subarray(0, macBytes));
}
