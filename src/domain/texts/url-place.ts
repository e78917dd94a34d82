/**
 * Where in a URL a text stands: `start` of one, in its `host` (or in the address of a mailto:), or
 * in its path or query (`part`), whose characters are encoded (RFC 3986 2.1); null outside.
 */
type UrlPlace = 'start' | 'host' | 'part' | null;

/** Longer URLs are followed no further. */
const maxLength = 2_048;
const scheme = String.raw`[a-z][a-z0-9+.-]{1,20}:\/\/|(?<![\w.])(?:mailto|tel|sms):`;
const host = String.raw`www\.|(?<![\p{L}\p{N}_@.-])(?:[\p{L}\p{N}-]+\.)+\p{L}{2,24}\/`;
const urlStart = new RegExp(`${scheme}|${host}`, 'giu');
/** A beginning may be that much longer than the text that was searched in vain. */
const overlap = 64;
const attribute = /(?:href|src|action|background)=$/i;
const boundary = /["'\s<>]/g;

/**
 * Tells of a text that is read piece by piece whether its end stands in a URL. A URL ends at white
 * space, a quote or a bracket; in an attribute of HTML only at the closing quote.
 */
export class UrlReader {
  /** The text since the last boundary. */
  #word = '';
  /** The quote that opened an attribute with a URL. */
  #quote: string | null = null;
  /** Where the URL begins in the word, once it is found; else how far was searched. */
  #begins: number | null = null;
  #searched = 0;

  read(text: string): void {
    let from = 0;
    for (const { 0: sign, index } of text.matchAll(boundary)) {
      if (this.#quote !== null && sign !== this.#quote) continue;
      const word = this.#word + text.slice(from, index);
      const opens = this.#quote === null && (sign === '"' || sign === "'");
      this.#quote = opens && attribute.test(word.slice(-20)) ? sign : null;
      this.#word = '';
      this.#searched = 0;
      this.#begins = null;
      from = index + 1;
    }
    if (this.#word.length < maxLength) this.#word += text.slice(from, from + maxLength);
  }

  get place(): UrlPlace {
    const { url } = this;
    if (url === '') return this.#quote === null ? null : 'start';
    if (/^(?:mailto|tel|sms):/i.test(url)) return url.includes('?') ? 'part' : 'host';
    return /[/?#]/.test(url.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')) ? 'part' : 'host';
  }

  /** The URL so far; empty outside of one. */
  get url(): string {
    if (this.#quote !== null) return this.#word;
    if (this.#begins === null && this.#searched < this.#word.length) {
      urlStart.lastIndex = Math.max(0, this.#searched - overlap);
      this.#begins = urlStart.exec(this.#word)?.index ?? null;
      this.#searched = this.#word.length;
    }
    return this.#begins === null ? '' : this.#word.slice(this.#begins);
  }
}
