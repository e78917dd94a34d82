import { expect, test } from 'vitest';
import { readDeliveryStatus, readFields } from './delivery-status.ts';

const message = 'Reporting-MTA: dns; mx.test\nArrival-Date: Fri, 20 Nov 2026 23:58:45 +0000';

test('a recipient group is read with unfolded values', () => {
  const group =
    'Final-Recipient: rfc822; Bob@People.test\nAction: failed (expired)\nStatus: 5.1.1\n' +
    'Diagnostic-Code: smtp; 550 5.1.1 no\n    such user';
  expect(readDeliveryStatus(`${message}\n\n${group}`)).toEqual({
    recipient: 'bob@people.test',
    action: 'failed',
    status: '5.1.1',
    diagnostic: '550 5.1.1 no such user',
  });
});

test('a failed recipient comes before delayed and delivered ones', () => {
  const groups = [
    ['delivered', '2.0.0', 'a'],
    ['delayed', '4.4.1', 'b'],
    ['failed', '5.1.1', 'c'],
  ].map(
    ([action, status, name]) =>
      `Final-Recipient: rfc822;${name}@x.test\r\nAction: ${action}\r\nStatus: ${status}`,
  );
  expect(readDeliveryStatus(`${message}\r\n\r\n${groups.join('\r\n\r\n')}`)?.recipient).toBe(
    'c@x.test',
  );
});

test('the original recipient comes before the one the mail was forwarded to', () => {
  const group =
    'Original-Recipient: rfc822;bob@people.test\nFinal-Recipient: rfc822;elsewhere@x.test\n' +
    'Action: failed\nStatus: 5.0.0';
  expect(readDeliveryStatus(group)?.recipient).toBe('bob@people.test');
});

test('an address without a type and in brackets is read', () => {
  expect(readDeliveryStatus('Final-Recipient: <bob@people.test>\nAction: failed')).toEqual({
    recipient: 'bob@people.test',
    action: 'failed',
    status: null,
    diagnostic: null,
  });
});

test.each(['', message, 'Action', '\n\n\n'])('%j is no delivery status', (part) =>
  expect(readDeliveryStatus(part)).toBeNull(),
);

test('the first of several fields of a name counts', () => {
  const fields = readFields('Status: 5.1.1\nstatus: 2.0.0\nno field\n: none\nTo : Ann');
  expect([...fields]).toEqual([
    ['status', '5.1.1'],
    ['to', 'Ann'],
  ]);
});

test.each([
  ['failed', 'failed', 'b'],
  ['delayed', 'delayed', 'b'],
  ['failed', 'delayed', 'a'],
  ['delayed', 'failed', 'b'],
])('of %s and %s the person counts before a copy, a failure before all', (first, second, name) => {
  const group = (action: string, of: string) =>
    `Final-Recipient: rfc822;${of}@x.test\nAction: ${action}`;
  const part = [group(first, 'a'), group(second, 'b')].join('\n\n');
  expect(readDeliveryStatus(part, 'Bob <B@x.test>')?.recipient).toBe(`${name}@x.test`);
});
