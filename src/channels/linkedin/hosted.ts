import { hourMs } from '../../domain/time.ts';

/** How long a link to Unipile's login page is valid. */
export const linkMs = hourMs;
/**
 * How long a login that began in time may take after the link has expired. It bounds the search for
 * its seat where Unipile cannot notify us, so that the seat of another login is not taken for it.
 */
export const lateMs = hourMs / 4;

export type LinkOptions = {
  /** Unipile returns it after the login. A secret: a caller that knows it can claim the seat. */
  name: string;
  expiresAt: Date;
  /** The seat that logs in again; null for a new one. */
  providerAccountId: string | null;
  /** The URL that Unipile calls after the login; null when Unipile cannot reach this server. */
  notifyUrl: string | null;
  /** The page that the owner comes back to after the login, where the version asks for one. */
  returnUrl: string;
};

/** The header with the secret that proves that a webhook of version 1 comes from Unipile. */
export const secretHeader = 'x-postrider-secret';

/** `name` identifies the form of the subscription: hooks of the URL with another are replaced. */
export type Subscription = { url: string; secret: string; name: string };
