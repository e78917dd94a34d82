/** One recipient of a delivery status notification (RFC 3464). */
export type DeliveryStatus = {
  recipient: string | null;
  action: string;
  status: string | null;
  diagnostic: string | null;
};

/** Groups of a report that are read: the message's, and one for each recipient. */
const maxGroups = 100;

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
  const groups = part.split(/\r?\n[ \t]*\r?\n/, maxGroups).map(readFields);
  const addressees = to.toLowerCase();
  const ranked = groups
    .filter((fields) => fields.has('action'))
    .map(readRecipient)
    .map((status) => {
      const { action, recipient } = status;
      const worst = 2 * (['failed', 'delayed'].indexOf(action) + 1 || 3);
      return { status, rank: worst - (recipient && addressees.includes(recipient) ? 1 : 0) };
    });
  return ranked.sort((a, b) => a.rank - b.rank)[0]?.status ?? null;
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
