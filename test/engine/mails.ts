type Mail = { from: string; subject?: string; to?: string; key?: string; headers?: string; body?: string };
export const mail = ({ from, subject = 'Re: Hello Pat', key, headers = '', body = 'Sounds good, call me.' }: Mail) =>
  `From: ${from}\r\nTo: sam@sender.test\r\nSubject: ${subject}\r\nMessage-ID: <${body.length}.${from}>\r\n${key ? `In-Reply-To: <${key}>\r\n` : ''}${headers}\r\n${body}\r\n`;

/** A report as Postfix writes it (RFC 3464). */
export const report = (recipient: string, key: string, { action = 'failed', status = '5.1.1', said = '550 5.1.1 No such user' } = {}) =>
  [
    'From: MAILER-DAEMON@mx.test (Mail Delivery System)',
    'Subject: Undelivered Mail Returned to Sender',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Message-ID: <report-${action}-${key}>`,
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'I am sorry.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.test',
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp; ${said}`,
    '',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: <${key}>`,
    '',
    '--b--',
    '',
  ].join('\r\n');

/** A feedback report (RFC 5965). */
export const complaint = (key: string) =>
  [
    'From: abuse@mx.test',
    'Subject: complaint',
    `Message-ID: <complaint-${key}>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'This is a complaint.',
    '--b',
    'Content-Type: message/feedback-report',
    '',
    'Feedback-Type: abuse',
    'User-Agent: test/1',
    'Version: 1',
    '',
    '--b',
    'Content-Type: message/rfc822',
    '',
    `Message-ID: <${key}>`,
    'Subject: Hello',
    '',
    'Hi',
    '--b--',
    '',
  ].join('\r\n');
