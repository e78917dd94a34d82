import type { Step } from '../../api/call.ts';
import { Icon } from '../../ui/icons.tsx';

const words: Record<string, string> = {
  smtp: 'Login to send',
  imap: 'Login to read answers',
};

/** The steps of a check as they were taken, each with what the server said. */
export function Steps({ steps }: { steps: readonly Step[] }) {
  return (
    <ul className="steps" aria-label="Check">
      {steps.map(({ step, ok, detail }) => (
        <li key={step} className={ok ? 'ok' : 'bad'}>
          <Icon name={ok ? 'check' : 'close'} />
          <span>
            <b>{words[step] ?? step.replaceAll('_', ' ')}</b>
            <span className="unseen">{ok ? ': passed' : ': failed'}</span>
            <br />
            <span className="dim">{detail}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
