import { z } from 'zod';
import { dropNotices, findNotices, saveNoticeKinds, saveNotices } from '../../db/people/notices.ts';
import { noticeKinds, usualNoticeKinds } from '../../domain/people/notice.ts';
import { text } from '../../domain/text.ts';
import { noticeAad } from '../../engine/notices.ts';
import type { Context } from '../../operation.ts';
import { invalidRequest } from '../refusals.ts';

const maxUrlLength = 2_000;

export const noticesInput = {
  notify_url: text({ min: 1, max: maxUrlLength })
    .refine(isWebAddress, 'Must be an address that begins with https:// or http://.')
    .nullable()
    .optional()
    .describe(
      "A chat's incoming webhook, in the format of Slack: what needs somebody is told there. It " +
        'is stored sealed and never shown; null ends it.',
    ),
  notify_on: z
    .array(z.enum(noticeKinds))
    .min(1)
    .max(noticeKinds.length)
    .optional()
    .describe(`Kinds of events that are told; ${usualNoticeKinds.join(', ')} by default.`),
};

export const noticesOutput = z
  .object({
    host: z.string(),
    on: z.array(z.string()),
    told_at: z.iso.datetime().nullable().describe('When something was told last.'),
    error: z.string().nullable().describe('Why the last try failed; it is tried again.'),
  })
  .nullable()
  .describe('Where the workspace is told what needs somebody.');

function isWebAddress(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '';
}

type Asked = {
  notify_url?: string | null | undefined;
  notify_on?: readonly string[] | undefined;
};

/** Changes the place and the kinds of the workspace's notices. @throws request.invalid */
export async function changeNotices(context: Context, asked: Asked): Promise<void> {
  const { db, workspaceId, vault, now } = context;
  const { notify_url: url, notify_on: kinds } = asked;
  const refuse = (field: string, message: string) =>
    invalidRequest([{ pointer: `/${field}`, code: 'not_here', message }]);
  if (url && context.sandbox) throw refuse('notify_url', 'Nothing leaves a sandbox.');
  if (url === null) await dropNotices(db, workspaceId);
  if (url) {
    const before = await findNotices(db, workspaceId);
    const sealed = vault.seal(url, noticeAad(workspaceId));
    await saveNotices(db, { workspaceId, now, url: sealed, host: new URL(url).host });
    if (!before) await saveNoticeKinds(db, workspaceId, usualNoticeKinds);
  }
  if (kinds && !(await saveNoticeKinds(db, workspaceId, kinds)))
    throw refuse('notify_on', 'Give notify_url first: the workspace is told nowhere.');
}

/** Where the workspace is told; null for nowhere. */
export async function showNotices({
  db,
  workspaceId,
}: Pick<Context, 'db' | 'workspaceId'>): Promise<z.input<typeof noticesOutput>> {
  const row = await findNotices(db, workspaceId);
  if (!row) return null;
  const { host, kinds, told_at, error } = row;
  return { host, on: kinds, told_at: told_at?.toISOString() ?? null, error };
}
