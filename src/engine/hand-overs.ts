/** Messages that a worker hands over at a time. */
const places = { all: 600, workspace: 300, slow: 6_000 };
/** A hand-over that takes longer has hung servers behind it, in ms. */
const slowMs = 10_000;

type HandOver = { workspaceId: string; since: number };

/**
 * Counts the messages that channels are sending. Those of a workspace leave places to others, and
 * those that take long give theirs back: the servers of some mailboxes may hang for minutes, and
 * keep nobody else's messages waiting. `since` and `now` are instants of `performance.now()`.
 */
export class HandOvers {
  /** In the order in which they began. */
  readonly #quick = new Set<HandOver>();
  readonly #slow = new Set<HandOver>();
  readonly #ofWorkspace = new Map<string, number>();

  /** Takes a place. The returned function gives it back. */
  begin(workspaceId: string, since: number): () => void {
    const handOver = { workspaceId, since };
    this.#quick.add(handOver);
    this.#ofWorkspace.set(workspaceId, this.#quickOf(workspaceId) + 1);
    return () => {
      if (!this.#slow.delete(handOver)) this.#leave(handOver);
    };
  }

  /** Whether a worker is to hand over no more. */
  isFull(now: number): boolean {
    this.#setApart(now);
    return this.#quick.size >= places.all || this.#slow.size >= places.slow;
  }

  /** Whether a workspace has its places taken; its next messages wait. */
  isFullFor(workspaceId: string, now: number): boolean {
    this.#setApart(now);
    return this.#quickOf(workspaceId) >= places.workspace;
  }

  #quickOf(workspaceId: string): number {
    return this.#ofWorkspace.get(workspaceId) ?? 0;
  }

  #setApart(now: number): void {
    for (const handOver of this.#quick) {
      if (now - handOver.since < slowMs) return;
      this.#leave(handOver);
      this.#slow.add(handOver);
    }
  }

  #leave(handOver: HandOver): void {
    if (!this.#quick.delete(handOver)) return;
    const left = this.#quickOf(handOver.workspaceId) - 1;
    if (left > 0) this.#ofWorkspace.set(handOver.workspaceId, left);
    else this.#ofWorkspace.delete(handOver.workspaceId);
  }
}
