import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
} from 'node:crypto';

/** Seals stored secrets and signs tokens, with keys derived from one master key. */
export type Vault = {
  /**
   * Encrypts with AES-256-GCM. Returns `v1.<key id>.<iv>.<ciphertext>.<tag>`, the last three in
   * base64url. `aad` (additional authenticated data) binds the envelope to its row.
   */
  seal: (plain: string, aad: string) => string;
  /** Decrypts an envelope. @throws when the key or `aad` differs, or the text was changed */
  open: (sealed: string, aad: string) => string;
  /** HMAC-SHA-256 with a key derived from the master key. Its results never leave this server. */
  sign: (text: string) => Buffer;
  /**
   * HMAC-SHA-256 for tokens in links, which everybody sees. With each key that links may have been
   * signed with; the first signs new ones.
   */
  signLink: (text: string) => [Buffer, ...Buffer[]];
  /** Names the master key in envelopes. */
  keyId: string;
  /** The key of `sign`; it signed links before they had keys of their own. */
  signingKey: Buffer;
};

/** The id of the master key that an envelope was sealed with. */
export const sealedWith = (sealed: string): string => sealed.split('.')[1] ?? '';

export function createVault(masterKey: Buffer, linkKeys: readonly Buffer[] = []): Vault {
  const derive = (use: string) =>
    Buffer.from(hkdfSync('sha256', masterKey, '', `postrider ${use}`, 32));
  const sealing = derive('sealing');
  const signing = derive('signing');
  const keyId = createHash('sha256').update(sealing).digest('hex').slice(0, 8);
  return {
    keyId,
    signingKey: signing,
  };
}

const mac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
