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
    seal(plain, aad) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', sealing, iv).setAAD(Buffer.from(aad));
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return [
        'v1',
        keyId,
        ...[iv, text, cipher.getAuthTag()].map((part) => part.toString('base64url')),
      ].join('.');
    },
    open(sealed, aad) {
      const [version, id, iv, text, tag] = sealed.split('.');
      if (version !== 'v1' || id !== keyId)
        throw new Error(`Sealed with master key ${id}, but this process has ${keyId}.`);
      const decipher = createDecipheriv(
        'aes-256-gcm',
        sealing,
        Buffer.from(iv ?? '', 'base64url'),
        { authTagLength: 16 },
      );
      decipher.setAAD(Buffer.from(aad)).setAuthTag(Buffer.from(tag ?? '', 'base64url'));
      return Buffer.concat([
        decipher.update(Buffer.from(text ?? '', 'base64url')),
        decipher.final(),
      ]).toString('utf8');
    },
    sign: (text) => mac(signing, text),
    signLink: (text) => {
      const [first = signing, ...others] = linkKeys;
      return [first, ...others, signing].map((key) => mac(key, text)) as [Buffer, ...Buffer[]];
    },
    keyId,
    signingKey: signing,
  };
}

const mac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The answer to a nonce that only a server with the secret of `server.json` can give. */
export const proveServer = (secret: string, nonce: string): string =>
  mac(Buffer.from(secret), nonce).toString('base64url');
