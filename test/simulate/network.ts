import type { Outgoing, SendResult } from '../../src/channels/channel.ts';

export type Invitation = { senderId: string; to: string; key: string; text: string };

const campaignIn = (text: string) => /\[(c\d+)n/.exec(text)?.[1];

/** Connections and pending invitations on LinkedIn. */
export class Network {
  readonly #connected = new Set<string>();
  readonly #pending = new Map<string, Invitation>();
  /** Keys of invitations that were taken back. */
  readonly withdrawn = new Set<string>();

  /** Unanswered invitations, the oldest first. */
  get pending(): Invitation[] {
    return [...this.#pending.values()];
  }

  isConnected(senderId: string, to: string): boolean {
    return this.#connected.has(pair(senderId, to));
  }

  connect(senderId: string, to: string): void {
    this.#connected.add(pair(senderId, to));
    this.#pending.delete(pair(senderId, to));
  }

  /** The provider's answer to a touch that it does not deliver; null when it delivers it. */
  answerTo(senderId: string, { touch, to }: Pick<Outgoing, 'touch' | 'to'>): SendResult | null {
    const connected = this.isConnected(senderId, to);
    if (touch === 'connection_request') {
      if (connected) return { ok: true, response: 'connected before', alreadyConnected: true };
      return this.#pending.has(pair(senderId, to)) ? refusal('already_invited') : null;
    }
    return connected ? null : refusal('not_connected');
  }

  /** Whether it is a message to a person with a pending invitation of the same campaign. */
  isEarly(senderId: string, { touch, to, text }: Pick<Outgoing, 'touch' | 'to' | 'text'>): boolean {
    const invitation = this.#pending.get(pair(senderId, to));
    return (
      touch !== 'connection_request' &&
      invitation !== undefined &&
      campaignIn(invitation.text) === campaignIn(text)
    );
  }

  take(
    senderId: string,
    { touch, to, key, text }: Pick<Outgoing, 'touch' | 'to' | 'key' | 'text'>,
  ): void {
    if (touch === 'connection_request')
      this.#pending.set(pair(senderId, to), { senderId, to, key, text });
  }

  /** Takes an invitation back. Returns whether it was pending. */
  withdraw(senderId: string, to: string): boolean {
    const invitation = this.#pending.get(pair(senderId, to));
    if (invitation) this.withdrawn.add(invitation.key);
    return this.#pending.delete(pair(senderId, to));
  }
}

const pair = (senderId: string, to: string) => `${senderId} ${to}`;
const refusal = (kind: 'already_invited' | 'not_connected'): SendResult => ({
  ok: false,
  fault: { kind, code: '422', detail: kind },
});
