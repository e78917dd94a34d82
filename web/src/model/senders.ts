import type { Tone } from './why.ts';

type Named = {
  display_name: string | null;
  first_name: string | null;
  last_name: string | null;
  email_address: string | null;
  provider_account_id: string | null;
};

/** How a sender is called in a list: its address, else its name. */
export function senderName(sender: Named): string {
  const name = [sender.first_name, sender.last_name].filter(Boolean).join(' ');
  return (
    sender.email_address ||
    sender.display_name ||
    name ||
    sender.provider_account_id ||
    'Unnamed sender'
  );
}

const looks: Record<string, { tone: Tone; word: string }> = {
  active: { tone: 'runs', word: 'Active' },
  connected: { tone: 'runs', word: 'Active' },
  connecting: { tone: 'waits', word: 'Connecting' },
  paused: { tone: 'waits', word: 'Paused' },
  credentials_required: { tone: 'held', word: 'Login refused' },
  error: { tone: 'held', word: 'Unreachable' },
  disconnected: { tone: 'held', word: 'Disconnected' },
};

/** The status of a sender as it is shown. */
export const senderLook = (status: string): { tone: Tone; word: string } =>
  looks[status] ?? { tone: 'held', word: status.replaceAll('_', ' ') };
