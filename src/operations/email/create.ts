import { z } from 'zod';
import { connectionSchema, secretsSchema } from '../../channels/email/connection.ts';
import { hasSenderAddress, insertSender } from '../../db/accounts/senders.ts';
import { runTransaction } from '../../db/database.ts';
import { advanceInbox } from '../../db/inbound/inboxes.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { emailAddress } from '../../domain/text.ts';
import { readInboxCursor, requireWorking, sealSecrets } from '../../engine/accounts/mailboxes.ts';
import { AppError } from '../../errors.ts';
import { defineOperation } from '../../operation.ts';
import { invalid, refuse } from '../../refusal.ts';
import { connectionInput, senderOnWire, senderOutput } from '../senders/wire.ts';
import { adviseLimits, profileColumns, profileInput } from './profile.ts';

export const createMailbox = defineOperation({
  name: 'email_account.create',
  route: 'POST /api/email/accounts',
  cli: 'email account create',
  summary: 'Connect a mailbox on any SMTP and IMAP server',
  description:
    'Both connections are tried before anything is saved; when one fails, the answer is a 422 ' +
    'whose `steps` show where and why. Without `imap` nothing is received: replies and ' +
    'bounces are not seen. `username` is the address by default; null for relays without ' +
    "login. The password is stored sealed (AES-256-GCM) and never shown. Puffle's `domain_id` " +
    'does not exist here: bring your own mailbox.',
  scope: 'write',
  input: z.object({
    email_address: emailAddress(),
    ...profileInput.shape,
    daily_limit: profileInput.shape.daily_limit.default(30),
    min_gap_seconds: profileInput.shape.min_gap_seconds.default(60),
    ...connectionInput,
    username: connectionInput.username.unwrap().optional(),
    ...secretsSchema.shape,
  }),
  output: z.object({ account: senderOutput }),
  status: 201,
  errors: ['sender.exists', 'sender.check_failed'],
  transaction: false,
  async run(context, input) {
    const { db, workspaceId, memberId, now } = context;
    if (await hasSenderAddress(db, workspaceId, input.email_address))
      throw new AppError('sender.exists');
    const { smtp, imap, sent_copy, password, imap_password } = input;
    const username = input.username === undefined ? input.email_address : input.username;
    const connection = connectionSchema.safeParse(
      { smtp, imap, username, sent_copy },
      { error: refuse },
    );
    if (!connection.success) throw invalid(connection.error);
    if (username !== null && password === null) {
      const errors = [
        {
          pointer: '/password',
          code: 'required',
          message: 'A login needs a password; set username to null for a relay without login.',
        },
      ];
      throw new AppError('request.invalid', errors[0]!.message, { errors });
    }
    const { email_address, display_name = null, first_name = null, last_name = null } = input;
    const id = context.newId();
    const secrets = { password, imap_password };
    const names = {
      emailAddress: email_address,
      displayName: display_name,
      firstName: first_name,
      lastName: last_name,
    };
    const account = {
      id,
      providerAccountId: null,
      isPremium: false,
      ...names,
      connection: connection.data,
      secrets,
    };
    await requireWorking(context, 'email', account);
    const cursor = await readInboxCursor(context, 'email', account);
    const row = await runTransaction(db, async (transaction) => {
      const inserted = await insertSender(transaction, {
        workspace_id: workspaceId,
        id,
        member_id: memberId,
        type: 'email',
        status: 'active',
        email_address,
        ...profileColumns(profileInput.parse(input)),
        connection: JSON.stringify(connection.data),
        credentials: sealSecrets(context, { workspaceId, id, secrets }),
        created_at: now,
        updated_at: now,
      });
      if (!inserted) throw new AppError('sender.exists');
      if (cursor !== null)
        await advanceInbox(transaction, { workspaceId, senderId: id, cursor, now });
      await wakeSender(transaction, { workspaceId, senderId: id, now });
      return inserted;
    });
    adviseLimits(context, input);
    return { account: senderOnWire(row) };
  },
});
