import type { RenderedMessage } from '../../channels/channel.ts';
import type { Services } from '../../operation.ts';
import type { Sample } from './sample.ts';

type ShownSample = { [Key in 'from' | 'to' | 'subject' | 'text']: string | null } & Pick<
  RenderedMessage,
  'headers' | 'html'
>;

/** A sample in the form that its channel gives it; without texts when it cannot have one. */
export function showSample(services: Services, { sender, outgoing }: Sample): ShownSample {
  const from = sender?.email_address ?? sender?.display_name ?? null;
  if (!outgoing) return { from, to: null, subject: null, headers: [], text: null, html: null };
  const { to, subject } = outgoing;
  const account = {
    id: sender?.id ?? '',
    providerAccountId: null,
    isPremium: sender?.is_premium ?? false,
    emailAddress: sender?.email_address ?? 'sender@example.com',
    displayName: sender?.display_name ?? null,
    firstName: sender?.first_name ?? null,
    lastName: sender?.last_name ?? null,
    connection: {},
    secrets: {},
  };
  const plain = { headers: [], text: outgoing.text, html: outgoing.html };
  const rendered = services.channels.get(sender?.type ?? 'email')?.render?.(account, outgoing);
  const shown = rendered && !('kind' in rendered) ? rendered : plain;
  return { ...shown, from, to, subject };
}
