import { Heap } from './heap.ts';

/** Somebody in a line, and what the line goes by. */
export type InLine<Key> = { person: string; key: Key };

/** People in the order of their keys. Those who join come last; who comes back after a hold has its old place. */
export class Line<Key extends string | number> {
  readonly #people: string[];
  readonly #keys: Key[];
  readonly #back = new Heap<InLine<Key>>((a, b) => a.key < b.key);
  #head = 0;

  /** The lists become the line's own. */
  constructor(people: string[] = [], keys: Key[] = []) {
    this.#people = people;
    this.#keys = keys;
  }

  /** The first one's key, undefined when nobody is there. */
  get firstKey(): Key | undefined {
    return this.#isBackFirst ? this.#back.first?.key : this.#keys[this.#head];
  }

  take(): InLine<Key> | undefined {
    if (this.#isBackFirst) return this.#back.take();
    const key = this.#keys[this.#head];
    if (key === undefined) return undefined;
    const person = this.#people[this.#head]!;
    this.#head += 1;
    return { person, key };
  }

  get #isBackFirst(): boolean {
    const key = this.#keys[this.#head];
    const back = this.#back.first;
    return back !== undefined && (key === undefined || back.key < key);
  }

  join(person: string, key: Key): void {
    this.#people.push(person);
    this.#keys.push(key);
  }

  comeBack(back: InLine<Key>): void {
    this.#back.put(back);
  }
}
