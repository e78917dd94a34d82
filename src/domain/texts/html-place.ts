/**
 * Where a place lies in HTML. `text` and `value` (of a quoted attribute) hold escaped text, `url`
 * the address of a quoted attribute before its scheme has ended. `outside`: escaping does not hold
 * a text there.
 */
type HtmlPlace = 'text' | 'value' | 'url' | 'outside';

type State =
  | 'text'
  | 'tag open'
  | 'end tag open'
  | 'tag name'
  | 'in tag'
  | 'attribute name'
  | 'before value'
  | 'quoted'
  | 'unquoted'
  | 'declaration'
  | 'comment'
  | 'raw';

/** Attributes with addresses as values (HTML 4.01 index of attributes, HTML Living Standard). */
const urlAttributes: ReadonlySet<string> = new Set([
  ...['action', 'archive', 'background', 'cite', 'classid', 'codebase', 'data', 'dynsrc'],
  ...['formaction', 'href', 'icon', 'imagesrcset', 'longdesc', 'lowsrc', 'manifest', 'ping'],
  ...['poster', 'profile', 'src', 'srcset', 'usemap', 'xlink:href'],
]);
/** Elements whose content is no text of the mail, and those whose text has no tags. */
const rawElements: ReadonlySet<string> = new Set([
  ...['script', 'style', 'xmp', 'iframe', 'noembed', 'noframes', 'plaintext'],
  ...['title', 'textarea'],
]);
const textElements: ReadonlySet<string> = new Set(['title', 'textarea']);

const blank = /[\t\n\f\r ]/;
/** Of an address only its beginning decides; of names only so much. */
const kept = 100;

/** The schemes that a value may give an address. */
const safeScheme = /^(https?:\/\/|mailto:|tel:)/i;

/** Follows HTML as it is read (WHATWG HTML 13.2.5, with fewer states). */
export class HtmlReader {
  #state: State = 'text';
  #quote = '';
  #tag = '';
  #attribute = '';
  /** The beginning of the text that was read in this state. */
  #read = '';
  /** The last characters, which may end a comment or an element of raw text. */
  #tail = '';

  copy(): HtmlReader {
    const other = new HtmlReader();
    other.#state = this.#state;
    other.#quote = this.#quote;
    other.#tag = this.#tag;
    other.#attribute = this.#attribute;
    other.#read = this.#read;
    other.#tail = this.#tail;
    return other;
  }

  /** Readers with the same key read on alike. */
  get key(): string {
    const { place } = this;
    const read = place === 'text' || place === 'value' ? '' : this.#read;
    return [this.#state, this.#quote, this.#tag, this.#attribute, read, this.#tail].join('\n');
  }

  get place(): HtmlPlace {
    if (this.#state === 'text') return 'text';
    if (this.#state === 'raw') return textElements.has(this.#tag) ? 'text' : 'outside';
    if (this.#state !== 'quoted') return 'outside';
    const name = this.#attribute;
    if (name === 'style' || name === 'srcdoc' || name.startsWith('on') || this.#tag === 'meta')
      return 'outside';
    return urlAttributes.has(name) && !/[:/?#]/.test(this.#read) ? 'url' : 'value';
  }

  /** Whether a value may stand here: an address begins with http:, https:, mailto: or tel:. */
  takes(value: string): boolean {
    if (this.place !== 'url') return this.place !== 'outside';
    // Readers of an address leave out blanks before it, and line ends and tabs in it.
    const whole = (this.#read + value).replace(/[\t\n\r]/g, '').replace(/^[\0- ]+/, '');
    return safeScheme.test(whole);
  }

  read(text: string): void {
    for (const sign of text) this.#step(sign);
  }

  #go(state: State): void {
    this.#state = state;
    this.#read = '';
    this.#tail = '';
  }

  #keep(sign: string): void {
    if (this.#read.length < kept) this.#read += sign;
  }

  #step(sign: string): void {
    switch (this.#state) {
      case 'text':
        if (sign === '<') this.#go('tag open');
        break;
      case 'tag open':
      case 'end tag open':
        this.#open(sign);
        break;
      case 'tag name':
        if (blank.test(sign) || sign === '/') this.#name('');
        else if (sign === '>') this.#closeTag();
        else if (this.#tag.length < kept) this.#tag += sign.toLowerCase();
        break;
      case 'declaration':
      case 'comment':
        this.#comment(sign);
        break;
      case 'raw':
        this.#raw(sign);
        break;
      default:
        this.#attributes(sign);
    }
  }

  #open(sign: string): void {
    const ends = this.#state === 'end tag open';
    if (/[a-z]/i.test(sign)) {
      this.#go('tag name');
      this.#tag = ends ? '/' : '';
      this.#tag += sign.toLowerCase();
    } else if (sign === '/' && !ends) this.#go('end tag open');
    else if (sign === '!' || sign === '?' || (ends && sign !== '>')) {
      this.#go('declaration');
      this.#keep(sign);
    } else if (sign !== '<') this.#go('text');
  }

  #attributes(sign: string): void {
    if (this.#state === 'quoted') {
      if (sign === this.#quote) this.#name('');
      else this.#keep(sign);
    } else if (sign === '>') this.#closeTag();
    else if (this.#state === 'before value') {
      if (blank.test(sign)) return;
      this.#quote = sign;
      this.#go(sign === '"' || sign === "'" ? 'quoted' : 'unquoted');
    } else if (this.#state === 'unquoted') {
      if (blank.test(sign)) this.#name('');
    } else if (sign === '=' && this.#attribute !== '') this.#go('before value');
    else if (blank.test(sign)) {
      // A name may be followed by blanks and then its value.
      if (this.#state === 'attribute name') this.#state = 'in tag';
    } else if (sign === '/') this.#name('');
    else if (this.#state === 'attribute name') {
      if (this.#attribute.length < kept) this.#attribute += sign.toLowerCase();
    } else this.#name(sign);
  }

  /** Begins an attribute; without a sign, the place between attributes. */
  #name(sign: string): void {
    this.#go(sign === '' ? 'in tag' : 'attribute name');
    this.#attribute = sign.toLowerCase();
  }

  #closeTag(): void {
    this.#attribute = '';
    this.#go(rawElements.has(this.#tag) ? 'raw' : 'text');
  }

  /** A declaration ends with its first bracket, a comment with two hyphens before it. */
  #comment(sign: string): void {
    this.#keep(sign);
    this.#tail = (this.#tail + sign).slice(-4);
    if (this.#state === 'declaration') {
      if (this.#read === '!--') this.#state = 'comment';
      else if (sign === '>') this.#go('text');
    } else if (/--!?>$/.test(this.#tail)) this.#go('text');
  }

  #raw(sign: string): void {
    const end = `</${this.#tag}`;
    if (this.#tail.toLowerCase() === end && (blank.test(sign) || sign === '/' || sign === '>')) {
      this.#tag = '/';
      if (sign === '>') this.#closeTag();
      else this.#name('');
    } else this.#tail = (this.#tail + sign).slice(-end.length);
  }
}
