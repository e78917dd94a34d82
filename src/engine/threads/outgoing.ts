import type { Outgoing, OutgoingFile } from '../../channels/channel.ts';
import type { FileContent } from '../../db/threads/attachments.ts';
import type { DueHandMessage } from '../../db/threads/hand-ledger.ts';

/** A message written by hand as its channel gets it: the same bytes at every try. */
export function outgoingOf(
  due: DueHandMessage & { reservedAt: Date },
  files: readonly FileContent[],
): Outgoing {
  const isMail = due.channel === 'email';
  const attachments: OutgoingFile[] = files.flatMap(({ name, type, bytes }) =>
    bytes ? [{ name, type, bytes }] : [],
  );
  return {
    key: due.channelKey,
    to: isMail ? due.toAddress : due.identity,
    toName: due.toAddress === due.identity ? due.name : null,
    touch: due.touch,
    subject: due.subject ?? '',
    text: due.bodyText ?? '',
    html: due.bodyHtml,
    date: due.reservedAt,
    thread: due.refersTo,
    threadKey: due.threadKey,
    earlierKey: due.earlierKey,
    personKey: due.personKey,
    unsubscribeUrl: null,
    pixelUrl: null,
    cc: due.cc,
    bcc: due.bcc,
    isPersonal: true,
    ...(attachments.length > 0 ? { attachments } : {}),
  };
}
