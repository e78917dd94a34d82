import { findSender } from '../../db/accounts/senders.ts';
import type { CampaignRow } from '../../db/campaigns/campaigns.ts';
import { runTransaction } from '../../db/database.ts';
import { appendEvents, countRecent } from '../../db/events.ts';
import { findSuppressed } from '../../db/people/suppressions.ts';
import { suppressionKeys } from '../../domain/people/suppression.ts';
import { dayMs } from '../../domain/time.ts';
import { AppError } from '../../errors.ts';
import type { Context } from '../../operation.ts';
import { accountOf } from '../accounts/mailboxes.ts';
import { withDeadline } from '../channel-calls.ts';
import { type Sample, type SampleAsk, sampleTouch } from './sample.ts';

/** A day's test mails of a workspace. */
const maxPerDay = 50;
const sendMs = 30_000;

type TestMail = { sample: Sample; sent: boolean; detail: string };

/**
 * Sends a step, as somebody would get it, to an address of the caller's. It stands in no ledger and
 * counts nowhere; its copies (cc, bcc) are left out. Noted before it is sent, so that a call that
 * was interrupted counts too.
 * @throws those of `sampleTouch`, and request.invalid, request.rate_limited
 */
export async function sendTestMail(
  context: Context,
  campaign: CampaignRow,
  { to, ...ask }: SampleAsk & { to: string },
): Promise<TestMail> {
  const { db, workspaceId, now, actor } = context;
  if (campaign.type !== 'email') throw refused('/id', 'Test mails are for email campaigns.');
  const keys = suppressionKeys({ email: to, linkedin_url: null, x_handle: null });
  if ((await findSuppressed(db, workspaceId, keys)).size > 0)
    throw refused('/to', 'This address is suppressed: nothing is sent to it.');
  const sample = await sampleTouch(context, campaign, ask);
  if (!sample.outgoing)
    return { sample, sent: false, detail: `Values are missing: ${sample.missing.join(', ')}.` };
  const row = sample.sender && (await findSender(db, { workspaceId, senderId: sample.sender.id }));
  const channel = context.channels.get('email');
  if (!row || !channel) throw refused('/account_id', 'The campaign has no sender to send it by.');
  await runTransaction(db, async (transaction) => {
    await appendEvents(transaction, { workspaceId, at: now, actor }, [
      { kind: 'message.tested', campaignId: campaign.id, senderId: row.id, data: { to } },
    ]);
    const since = new Date(now.getTime() - dayMs);
    const count = await countRecent(transaction, { workspaceId, kind: 'message.tested', since });
    if (count > maxPerDay)
      throw new AppError('request.rate_limited', `A day has at most ${maxPerDay} test mails.`);
  });
  const subject = `[Test] ${sample.outgoing.subject}`;
  const outgoing = { ...sample.outgoing, to, toName: null, subject, cc: null, bcc: null };
  try {
    const account = accountOf(context, row);
    const result = await withDeadline({ channel, accountId: row.id, ms: 2 * sendMs }, () =>
      channel.send(account, outgoing, performance.now() + sendMs),
    );
    return result.ok
      ? { sample, sent: true, detail: result.response }
      : { sample, sent: false, detail: result.fault.detail };
  } catch (error) {
    // Answered, not thrown: a failed call would free its Idempotency-Key, and be sent again.
    context.log.warn({ err: error, senderId: row.id }, 'a test mail may not have gone out');
    const detail = 'Nobody can tell whether it went out: look into the mailbox.';
    return { sample, sent: false, detail };
  }
}

function refused(pointer: string, message: string): AppError {
  return new AppError('request.invalid', message, {
    errors: [{ pointer, code: 'not_sendable', message }],
  });
}
