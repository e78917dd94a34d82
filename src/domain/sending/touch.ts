const statuses: Record<string, string> = {
  email: 'sent',
  connection_request: 'connection_sent',
  message: 'message_sent',
};

/** The prospect status that a touch of this type leads to once it is out. */
export function statusAfter(touch: string): string {
  return statuses[touch] ?? 'sent';
}
