import { z } from 'zod';
import { contentsOf, keepFiles } from '../../db/threads/attachments.ts';
import type { HandMessageRow } from '../../db/threads/hand-messages.ts';
import { headerText, text } from '../../domain/text.ts';
import type { Context } from '../../operation.ts';
import { invalidRequest } from '../refusals.ts';

/** Bytes of one file, and of all files of a message: mail servers take 25 MB of base64. */
export const maxFileBytes = 10 * 1024 * 1024;
const maxBytes = 15 * 1024 * 1024;
export const maxFiles = 20;

/** Names whose files mail servers refuse wherever they go. */
const refusedNames = /\.(exe|bat|cmd|com|scr|pif|msi|jar|js|jse|vbs|vbe|wsf|ps1|lnk|cpl|hta)$/i;

export const fileName = headerText({ min: 1, max: 200 });
const mimeType = text({ max: 100 }).regex(/^[\w.+-]+\/[\w.+-]+$/, 'Must be a media type.');

/** Files in the request itself. */
export const inlineFiles = z
  .array(
    z.object({
      name: fileName,
      mime_type: mimeType.default('application/octet-stream'),
      content_base64: z.base64().max(Math.ceil(maxFileBytes / 3) * 4 + 4),
    }),
  )
  .max(maxFiles)
  .default([])
  .describe('Files that go with a mail, up to 10 MB each and 15 MB in all.');

export type GivenFile = { name: string; mime_type: string; content_base64: string };

/** Adds files to a message that was not handed over yet. @throws request.invalid */
export async function addFiles(
  context: Context,
  message: HandMessageRow,
  given: readonly GivenFile[],
): Promise<string[]> {
  if (given.length === 0) return [];
  const { db, workspaceId, newId, now } = context;
  const refuse = (message: string) =>
    invalidRequest([{ pointer: '/attachments', code: 'not_sendable', message }]);
  if (message.touch !== 'email') throw refuse('Only mails have files.');
  const bad = given.find(({ name }) => refusedNames.test(name));
  if (bad) throw refuse(`Mail servers refuse files such as ${bad.name}.`);
  const files = given.map(({ name, mime_type: type, content_base64: content }) => {
    const bytes = Buffer.from(content, 'base64');
    return {
      id: newId(),
      handMessageId: message.id,
      name,
      type,
      size: bytes.length,
      bytes,
      at: now,
    };
  });
  const before = await contentsOf(db, { workspaceId, handMessageId: message.id });
  const all = [...before, ...files];
  const total = all.reduce((sum, { size }) => sum + size, 0);
  if (files.some(({ size }) => size > maxFileBytes)) throw refuse('A file has at most 10 MB.');
  if (total > maxBytes || all.length > maxFiles)
    throw refuse(`A mail has at most ${maxFiles} files and 15 MB.`);
  await keepFiles(db, workspaceId, files);
  return files.map(({ id }) => id);
}
