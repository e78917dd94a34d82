import { normaliseEmail } from '../identity.ts';
import type { Inbound } from './inbound.ts';
import { freeMailDomains } from './tables/free-mail.ts';

/** The traits that an unmatched mail shares with the people that may have written it. */
export type Likeness = { domain: string | null; name: string | null; subject: string | null };

const minSubject = 4;

/** Null when the mail shares nothing that tells people apart. */
export function likenessOf({ from, headers, subject }: Inbound): Likeness | null {
  const domain = normaliseEmail(from ?? '')?.split('@')[1] ?? null;
  const [, display = ''] = /^\s*"?([^"<@]+?)"?\s*</.exec(headers.from ?? '') ?? [];
  const name = display.trim().toLowerCase();
  const bare = (subject ?? '').replace(/^(\s*\p{L}{2,4}\s*(\[\d+\])?\s*[:：])+/u, '').trim();
  const likeness = {
    domain: domain !== null && !freeMailDomains.has(domain) ? domain : null,
    name: /\S\s+\S/.test(name) ? name : null,
    subject:
      bare.length >= minSubject && bare !== (subject ?? '').trim() ? bare.toLowerCase() : null,
  };
  return (likeness.domain ?? likeness.name ?? likeness.subject) ? likeness : null;
}
