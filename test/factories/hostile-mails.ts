const mebibyte = 1024 * 1024;
const from = 'From: bob@people.test\r\n';

/** A mail of `bytes` whose end is `unit` again and again. */
const filled = (head: string, unit: string, bytes = mebibyte): Buffer =>
  Buffer.from(head + unit.repeat(Math.floor((bytes - head.length) / unit.length)), 'latin1');
const encoded = (encoding: string): string =>
  `${from}Content-Transfer-Encoding: ${encoding}\r\n\r\n`;
const typed = (type: string): string => `${from}Content-Type: ${type}\r\n\r\n`;

/** A report about `count` recipients, on a mail to more. */
function report(count: number): Buffer {
  const groups = Array.from(
    { length: count },
    (_, i) => `Final-Recipient: rfc822; p${i}@people.test\r\nAction: failed\r\n\r\n`,
  );
  return Buffer.from(
    [
      `${typed('multipart/report; boundary=b')}--b`,
      `Content-Type: message/delivery-status\r\n\r\nA: b\r\n\r\n${groups.join('')}`,
      `--b\r\nContent-Type: text/rfc822-headers\r\n\r\nTo: ${'p@people.test, '.repeat(4_200)}`,
      '\r\n--b--\r\n',
    ].join('\r\n'),
  );
}

/** Mails that cost much to parse, all from bob@people.test. */
export const hostileMails: Record<string, Buffer> = {
  'base64 padded in every line': filled(encoded('base64'), 'QUJDREVGRw==\r\n'),
  'base64 padded in one line': filled(encoded('base64'), 'QQ=='),
  'quoted-printable': filled(encoded('quoted-printable'), '=41=42=43='),
  'groups in To': filled(`${from}To: `, 'g:', 500_000),
  'quotes in To': filled(`${from}To: `, '"', 500_000),
  'addresses in folded Cc': filled(`${from}Cc: `, 'a@b.test,\r\n ', 500_000),
  'brackets in Reply-To': filled(`${from}Reply-To: `, '<', 500_000),
  references: filled(`${from}References: `, '<a@b> ', 500_000),
  'encoded words': filled(`${from}Subject: `, '=?utf-8?Q?=00?=', 500_000),
  'header fields': filled(from, 'X: y\r\n', 500_000),
  parameters: filled(`${from}Content-Type: text/plain; `, 'a*0*=x; ', 500_000),
  parts: filled(typed('multipart/mixed; boundary=b'), '--b\r\n\r\n\r\n'),
  'elements in elements': filled(typed('text/html'), '<table><tr><td>'),
  'angle brackets': filled(typed('text/html'), '<'),
  lines: filled(`${from}\r\n`, '\n'),
  'quoted lines that flow': filled(typed('text/plain; format=flowed'), '> a \r\n'),
  'a report about thousands': report(2_300),
};
