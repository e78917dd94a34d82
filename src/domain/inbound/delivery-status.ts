/** One recipient of a delivery status notification (RFC 3464). */
export type DeliveryStatus = {
  recipient: string | null;
  action: string;
  status: string | null;
  diagnostic: string | null;
};

/** Fields of RFC 822 syntax: lower-cased names, unfolded values, first of each. */
export function readFields(block: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of block.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const match = /^([!-9;-~]+)[ \t]*:(.*)$/.exec(line);
    const name = match?.[1]?.toLowerCase();
    if (name && !fields.has(name)) fields.set(name, (match?.[2] ?? '').trim());
  }
  return fields;
}

/**
 * Reads a message/delivery-status part. `to`: the To header of the returned message, where there is
 * one.
 * @returns the worst recipient (failed before delayed before the rest, those in `to` before
 * copies), or null when no group names an action
 */
export function readDeliveryStatus(part: string, to = ''): DeliveryStatus | null {
  const groups = part.split(/\r?\n[ \t]*\r?\n/).map(readFields);
  const recipients = groups.filter((fields) => fields.has('action')).map(readRecipient);
  const rank = ({ action, recipient }: DeliveryStatus) =>
    2 * (['failed', 'delayed'].indexOf(action) + 1 || 3) -
    (recipient && to.toLowerCase().includes(recipient) ? 1 : 0);
  return recipients.sort((a, b) => rank(a) - rank(b))[0] ?? null;
}

function readRecipient(fields: Map<string, string>): DeliveryStatus {
  // `rfc822; jane@example.com`: the type is dropped, some servers leave it out.
  const address = (value: string | undefined) =>
    value
      ?.replace(/^[^;@]*;/, '')
      .trim()
      .replace(/^<(.*)>$/, '$1')
      .toLowerCase() || null;
  return {
    recipient: address(fields.get('original-recipient')) ?? address(fields.get('final-recipient')),
    action: (fields.get('action') ?? '').split(/[\s(]/)[0]?.toLowerCase() ?? '',
    status: /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(fields.get('status') ?? '')?.[0] ?? null,
    diagnostic:
      fields
        .get('diagnostic-code')
        ?.replace(/^[^;\s]*;\s*/, '')
        .slice(0, 1000) || null,
  };
}
