import { expect, test } from 'vitest';
import { trial } from './smtp.ts';

/** Answers of servers, the party at fault, and the consequences for the person and the sender. */
const answers: [stage: string, answer: string, faultOf: string, person: string, lane: string][] = [
  ['greeting', '554 5.7.1 go away', 'sender', 'retry', 'pause'],
  ['ehlo', '550 no', 'sender', 'retry', 'pause'],
  ['starttls', '454 4.7.0 TLS not available', 'sender', 'retry', 'pause'],
  ['auth', '454 4.7.0 Temporary authentication failure', 'sender', 'retry', 'pause'],
  ['auth', '432 4.7.12 A password transition is needed', 'sender', 'retry', 'pause'],
  ['auth', '535 5.7.0 Temporary failure, try again later', 'sender', 'retry', 'pause'],
  [
    'auth',
    '535 5.7.8 Error: authentication failed: (reason unavailable)',
    'sender',
    'retry',
    'suspend',
  ],
  ['auth', '535 5.7.8 bad credentials', 'sender', 'retry', 'suspend'],
  ['mail', '451 4.3.0 try later', 'sender', 'retry', 'pause'],
  ['mail', '553 Mail from must equal authorized user', 'sender', 'retry', 'suspend'],
  ['mail', '552 5.3.4 Message size exceeds limit', 'message', 'fail', 'go_on'],
  ['rcpt', '553 Mail from must equal authorized user', 'sender', 'retry', 'suspend'],
  ['rcpt', '550 authentication required', 'sender', 'retry', 'suspend'],
  ['rcpt', '530 5.7.57 Client not authenticated to send mail', 'sender', 'retry', 'suspend'],
  ['rcpt', '550 5.1.8 Access denied, bad outbound sender', 'sender', 'retry', 'suspend'],
  ['rcpt', '550 5.1.7 bad sender', 'sender', 'retry', 'pause'],
  ['rcpt', '550 Sender verify failed', 'sender', 'retry', 'pause'],
  ['rcpt', '550 we do not accept mail from this host', 'sender', 'retry', 'pause'],
  ['rcpt', '554 refused, no PTR', 'sender', 'retry', 'pause'],
  ['rcpt', "553 that domain isn't in my list of rcpthosts (#5.7.1)", 'sender', 'retry', 'pause'],
  ['rcpt', '554 5.7.1 <p@x.test>: Relay access denied', 'sender', 'retry', 'pause'],
  ['rcpt', '450 4.7.25 Client host rejected, no reverse DNS', 'sender', 'retry', 'pause'],
  ['rcpt', '550 Domain a.test exceeded the max emails per hour', 'sender', 'retry', 'pause'],
  ['rcpt', '550 5.2.1 The user is receiving mail too quickly', 'sender', 'retry', 'pause'],
  ['rcpt', '552 5.2.2 mailbox full', 'person', 'bounce', 'go_on'],
  ['rcpt', '452 4.2.2 mailbox full', 'person', 'retry', 'go_on'],
  ['rcpt', '550 Administrative prohibition', 'person', 'bounce', 'go_on'],
  ['rcpt', '554 5.1.0 Rejected', 'person', 'bounce', 'go_on'],
  ['rcpt', '450 4.2.0 Greylisted', 'server', 'retry', 'go_on'],
  ['rcpt', '550 5.7.1 Message rejected by policy', 'message', 'fail', 'go_on'],
  ['dot', '554 Message rejected: this From address is not verified', 'sender', 'retry', 'suspend'],
  ['dot', '550 5.7.60 Client may not send as this sender', 'sender', 'retry', 'suspend'],
  ['dot', '554 5.2.252 SendAsDenied', 'sender', 'retry', 'suspend'],
  ['dot', '550 5.7.1 spam', 'message', 'fail', 'go_on'],
  ['dot', '552 5.3.4 Message too big', 'message', 'fail', 'go_on'],
];

test.each(answers)('at %s "%s" is the fault of the %s', async (stage, answer, of, person, lane) => {
  const [line] = await trial([stage, answer]);
  expect(line).toMatchObject({ fault_of: of, suppressed: false });
  expect(line).toHaveProperty(
    'policy',
    expect.stringContaining(`person ${person}, sender ${lane}`),
  );
});

test.each([
  ['rcpt', '550 5.1.1 User unknown'],
  ['rcpt', '550 No such user on this server'],
  ['rcpt', '550 5.4.1 Recipient address rejected: Access denied. AS(201806281)'],
  ['rcpt', '550 5.4.310 DNS domain gone.example does not exist'],
  ['rcpt', '550 5.2.1 mailbox disabled'],
  ['rcpt', '550 5.1.10 RESOLVER.ADR.RecipientNotFound'],
  ['dot', '550 5.1.1 unknown after all'],
])('at %s "%s" says that the address is dead', async (stage, answer) => {
  expect(await trial([stage, answer])).toMatchObject([{ fault_of: 'person', suppressed: true }]);
});

test('an answer that is none is refused with the way to call it', async () => {
  await expect(trial(['rcpt', '250 Ok'])).rejects.toThrow('usage: smtp');
  await expect(trial(['lunch', '550 no'])).rejects.toThrow('usage: smtp');
});
