import { dayMs } from '../../src/domain/time.ts';
import { complaint, mail, report } from '../fixtures/mails.ts';
import type { Acceptance } from './provider.ts';
import type { Simulation } from './simulation.ts';

/** A random mail from a recipient: a reply, an absence, a bounce or a complaint. */
export function drawMail({ c, now }: Simulation, { to: from, key }: Acceptance): string {
  const back = new Date(now + c.upTo(10) * dayMs).toISOString().slice(0, 10);
  return c.one([
    () => mail({ from, key, body: `Tell me more${'.'.repeat(c.upTo(50))}` }),
    () =>
      mail({
        from,
        key,
        headers: 'Auto-Submitted: auto-replied\r\n',
        body: `I am out of the office until ${back}.`,
      }),
    () => mail({ from, key, body: 'unsubscribe' }),
    () => mail({ from: 'stranger@elsewhere.test', body: 'Who are you?' }),
    () => report(from, key),
    () => report(from, key, { status: '4.2.2', said: '452 4.2.2 Mailbox full' }),
    () => report(from, key, { action: 'delayed', status: '4.4.1', said: '451 4.4.1 Later' }),
    () => complaint(key),
  ])();
}
