export function Senders() {
  return null;
}
