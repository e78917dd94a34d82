const statuses: Record<string, string> = {
  email: 'sent',
  connection_request: 'connection_sent',
  message: 'message_sent',
};

/** The prospect's status once a touch of this type is out. */
export function statusAfter(touch: string): string {
  return statuses[touch] ?? 'sent';
}
