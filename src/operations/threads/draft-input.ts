import { z } from 'zod';
import { emailsIn, normaliseEmail } from '../../domain/identity.ts';
import { emailAddress, headerText, text } from '../../domain/text.ts';
import type { HandInput } from '../../engine/threads/write.ts';

const maxBody = 100_000;
const maxCopies = 20;

/** Addresses with commas between, as Puffle takes copies. */
const addresses = headerText({ max: 5_000 })
  .refine(
    (list) => list.split(',').every((one) => one.trim() === '' || normaliseEmail(one) !== null),
    'Must be addresses with commas between them.',
  )
  .refine((list) => emailsIn(list).length <= maxCopies, `Has at most ${maxCopies} addresses.`)
  .transform((list) =>
    list
      .split(',')
      .flatMap((one) => normaliseEmail(one) ?? [])
      .join(', '),
  )
  .nullable()
  .optional();

/** The fields of a draft. */
export const draftInput = {
  draft_to: emailAddress()
    .optional()
    .describe('Another address of the person than that of the thread.'),
  draft_subject: headerText().nullable().optional(),
  draft_body_text: text({ max: maxBody }).nullable().optional(),
  draft_body_html: text({ max: maxBody }).nullable().optional(),
  draft_cc: addresses.describe('Addresses with commas between.'),
  draft_bcc: addresses.describe('Addresses with commas between.'),
};

/** The fields of a message that is sent. */
export const messageInput = {
  body_text: text({ min: 1, max: maxBody }).describe('The text, sent as it is.'),
  body_html: text({ max: maxBody })
    .nullable()
    .optional()
    .describe('Of a mail; made from the text by default.'),
  subject: headerText()
    .optional()
    .describe('The first mail of a thread needs one; answers take that of the mail before.'),
  to: emailAddress()
    .optional()
    .describe('By default where the person wants answers: Reply-To, else From.'),
  cc: addresses.describe('Addresses with commas between.'),
  bcc: addresses.describe('Addresses with commas between.'),
};

const drafted = z.object(draftInput);

/** The fields of a draft as the engine takes them; null when none is given. */
export function draftOf(given: z.output<typeof drafted>): HandInput | null {
  const fields: HandInput = {
    to: given.draft_to,
    subject: given.draft_subject,
    text: given.draft_body_text,
    html: given.draft_body_html,
    cc: given.draft_cc,
    bcc: given.draft_bcc,
  };
  return Object.values(fields).some((value) => value !== undefined) ? fields : null;
}
