import { z } from 'zod';
import { connectionSchema, secretsSchema } from '../../channels/email/connection.ts';
import {
  findSender,
  type SenderRow,
  type SenderValues,
  updateSender,
} from '../../db/accounts/senders.ts';
import { transact } from '../../db/database.ts';
import { wakeCampaign, wakeSender } from '../../db/sending/lanes.ts';
import { releaseForSender, releaseMissingOf } from '../../db/sending/sender-holds.ts';
import { uuid } from '../../domain/text.ts';
import {
  accountOf,
  forgetAccount,
  requireWorking,
  sealSecrets,
} from '../../engine/accounts/mailboxes.ts';
import { resumeWithSenders } from '../../engine/campaigns/guard.ts';
import { AppError } from '../../errors.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { invalid, refuse } from '../../refusal.ts';
import { isLoosened, requireSendForSender } from '../require-send.ts';
import { senderChanges, senderShown, senderStatusInput } from '../senders/change.ts';
import { connectionInput, senderOnWire, senderOutput } from '../senders/wire.ts';
import { isEmpty } from '../unchanged.ts';
import { adviseLimits, profileColumns, profileInput, someProfile } from './profile.ts';

/** Fields of a sender that a text can name. */
const nameFields = ['display_name', 'first_name', 'last_name', 'signature'] as const;
/** A change of one of these leads to another login. */
const loginFields = ['smtp', 'imap', 'username'] as const;

export const updateMailbox = defineOperation({
  name: 'email_account.update',
  route: 'PATCH /api/email/accounts/{id}',
  cli: 'email account update',
  summary: 'Change a mailbox: names, signature, limits, pause, or connection',
  description:
    'Only the given fields change. Another server or user name needs the password again, so ' +
    'that a stored password never goes to a server it was not given for; both connections are ' +
    'then tried before anything is saved. A working password makes the sender active again, ' +
    'and people who were held for it go on; a new name lets people go on whose text lacked ' +
    'it. `status`: "paused" stops sending at once, "active" resumes it.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('Sender'),
    ...someProfile.shape,
    status: senderStatusInput,
    ...senderShown,
    smtp: connectionInput.smtp.optional(),
    imap: connectionInput.imap.unwrap().optional(),
    username: connectionInput.username.unwrap().optional(),
    sent_copy: connectionInput.sent_copy.unwrap().optional(),
    password: secretsSchema.shape.password.unwrap().optional(),
    imap_password: secretsSchema.shape.imap_password.unwrap().optional(),
  }),
  output: z.object({ account: senderOutput }),
  errors: ['sender.not_found', 'sender.check_failed', 'workspace.sandbox'],
  transaction: false,
  async run(context, { id, ...given }) {
    const sender = { workspaceId: context.workspaceId, senderId: id };
    const row = await findSender(context.db, sender);
    if (row?.type !== 'email') throw new AppError('sender.not_found');
    const input = senderChanges(row, given);
    if (isEmpty(input)) return { account: senderOnWire(row) };
    if (isLoosened(input, row)) await requireSendForSender(context, sender);
    const values = {
      ...profileOf(input),
      ...(await connectionOf(context, row, input)),
      updated_at: context.now,
    };
    const updated = await transact(context.db, async (transaction) => {
      const written = await updateSender(transaction, sender, values);
      if (!written) throw new AppError('sender.not_found');
      if (written.status === 'active') await releaseForSender(transaction, sender, context.now);
      const named = nameFields.some((name) => input[name] !== undefined);
      const released = named ? await releaseMissingOf(transaction, sender, context.now) : [];
      await wakeSender(transaction, { ...sender, now: context.now });
      for (const campaignId of released)
        await wakeCampaign(transaction, { ...sender, campaignId, now: context.now });
      return written;
    });
    // An earlier login is over when this has answered; a pause need not wait for its connections.
    if (values.credentials !== undefined) await forgetAccount(context, updated);
    else if (values.status !== undefined) void forgetAccount(context, updated);
    if (updated.status === 'active')
      await resumeWithSenders(context.db, { ...sender, now: context.now });
    adviseLimits(context, input);
    return { account: senderOnWire(updated) };
  },
});

type Input = ReturnType<typeof senderChanges<Omit<z.output<typeof updateMailbox.input>, 'id'>>>;

function profileOf(input: Input): SenderValues {
  const given = Object.keys(profileInput.shape).map((name) => [name, input[name as keyof Input]]);
  return profileColumns(Object.fromEntries(given));
}

/**
 * Status, connection and credentials after the update. Changed ones are tried live.
 * @throws request.invalid, sender.check_failed, workspace.sandbox
 */
async function connectionOf(context: Context, row: SenderRow, input: Input): Promise<SenderValues> {
  const { data: before } = connectionSchema.safeParse(row.connection);
  if (!before) return changeSimulated(input);
  const given = Object.fromEntries(
    Object.entries({ ...loginFieldsOf(input), sent_copy: input.sent_copy }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const connection = connectionSchema.safeParse({ ...before, ...given }, { error: refuse });
  if (!connection.success) throw invalid(connection.error);
  const moved = loginFields.some(
    (member) => JSON.stringify(connection.data[member]) !== JSON.stringify(before[member]),
  );
  const { password, imap_password } = input;
  const wiped = row.credentials === null;
  const revived = input.status === 'active' && row.status !== 'active' && row.status !== 'paused';
  const needsWiped = wiped && (revived || imap_password !== undefined);
  if (password === undefined && (moved || needsWiped)) {
    const message = moved
      ? 'Another server or user name needs the password again.'
      : 'The stored password was wiped: give it again.';
    throw new AppError('request.invalid', message, {
      errors: [{ pointer: '/password', code: 'required', message }],
    });
  }
  const account = accountOf(context, row);
  const kept = {
    ...account.secrets,
    ...(imap_password === undefined ? {} : { imap_password }),
  };
  const secrets =
    password === undefined ? kept : { password, imap_password: imap_password ?? null };
  const changed = moved || revived || password !== undefined || imap_password !== undefined;
  const saved = { connection: JSON.stringify(connection.data) };
  if (!changed)
    return { ...saved, ...(input.status ? { status: input.status, status_reason: null } : {}) };
  await requireWorking(context, row.type, { ...account, connection: connection.data, secrets });
  const credentials = sealSecrets(context, { workspaceId: row.workspace_id, id: row.id, secrets });
  return {
    ...saved,
    credentials,
    status: input.status ?? (row.status === 'paused' ? 'paused' : 'active'),
    status_reason: null,
  };
}

/** The update of a simulated mailbox, which has no connection. @throws workspace.sandbox */
function changeSimulated({ status, ...input }: Input): SenderValues {
  if (
    Object.values({ ...loginFieldsOf(input), ...secretFieldsOf(input) }).some(
      (value) => value !== undefined,
    )
  )
    throw new AppError('workspace.sandbox');
  return status ? { status, status_reason: null } : {};
}

const secretFieldsOf = ({ password, imap_password, sent_copy }: Input) => ({
  password,
  imap_password,
  sent_copy,
});
const loginFieldsOf = ({ smtp, imap, username }: Input) => ({ smtp, imap, username });
