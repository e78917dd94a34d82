import { hash } from 'node:crypto';
import { domainToASCII } from 'node:url';
import addressparser from 'nodemailer/lib/addressparser';
import { encodeWord, encodeWords, foldLines } from 'nodemailer/lib/mime-funcs';
import * as qp from 'nodemailer/lib/qp';
import { oneLine } from '../../domain/text.ts';
import type { Account, FaultKind, Outgoing, OutgoingFile } from '../channel.ts';
import { htmlOf } from './html.ts';

export type Envelope = { from: string; to: string[] };
export type ComposedMail = { envelope: Envelope; body: Buffer };

/** The message cannot be written as a mail; `kind` is the fault of the send. */
export class Unwritable extends Error {
  readonly kind: FaultKind;

  constructor(message: string, kind: FaultKind = 'refused') {
    super(message);
    this.kind = kind;
  }
}

/**
 * The bytes of one message (RFC 5322, RFC 2045). The same input always gives the same bytes.
 * @throws Unwritable
 */
export function composeMail(account: Account, message: Outgoing): ComposedMail {
  const from = addressOf(account.emailAddress ?? '', 'The sender has no email address.');
  const to = addressOf(message.to, 'This is not an address mail can be sent to.', 'bad_recipient');
  const cc = addressList(message.cc);
  const bcc = addressList(message.bcc);
  const boundary = `=_${hash('sha256', message.key, 'base64url').slice(0, 32)}`;
  const fields = [
    field('From', mailbox(message.fromName ?? account.displayName, from)),
    field('To', mailbox(message.toName, to)),
    ...(cc.length
      ? [field('Cc', cc.map(({ name, address }) => mailbox(name, address)).join(', '))]
      : []),
    ...(message.replyTo
      ? [
          field(
            'Reply-To',
            addressList(message.replyTo)
              .map((one) => mailbox(one.name, one.address))
              .join(', '),
          ),
        ]
      : []),
    field('Subject', unstructured(oneLine(message.subject))),
    idField('Message-ID', [message.key]),
    ...threadFields(message.thread),
    field('Date', message.date.toUTCString().replace('GMT', '+0000')),
    ...(message.isPersonal ? [] : unsubscribeFields(message.unsubscribeUrl, from, message.key)),
    'MIME-Version: 1.0',
  ];
  const texts = [part('text/plain', message.text), part('text/html', htmlOf(message))];
  const alternative = multipart('alternative', boundary, texts);
  const files = (message.attachments ?? []).map(filePart);
  const content =
    files.length === 0 ? alternative : multipart('mixed', `${boundary}_`, [alternative, ...files]);
  const body = `${fields.join('\r\n')}\r\n${content}\r\n`;
  const recipients = [
    to,
    ...cc.map(({ address }) => address),
    ...bcc.map(({ address }) => address),
  ];
  return { envelope: { from, to: [...new Set(recipients)] }, body: Buffer.from(body, 'latin1') };
}

/** A multipart body with its header field (RFC 2046 5.1). */
function multipart(subtype: string, boundary: string, parts: readonly string[]): string {
  const sections = parts.map((one) => `--${boundary}\r\n${one}\r\n`).join('');
  const type = `Content-Type: multipart/${subtype}; boundary="${boundary}"`;
  return `${type}\r\n\r\n${sections}--${boundary}--`;
}

/**
 * A file as a part of its own. Its name stands in `filename` as readers of old know it, encoded
 * where it is not plain (RFC 2183, RFC 2231).
 */
function filePart({ name, type, bytes }: OutgoingFile): string {
  const safe = /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/i.test(type) ? type : 'application/octet-stream';
  const line = oneLine(name) || 'file';
  const plain = line.replace(/[^\x20-\x7e]|["\\]/g, '_').slice(0, 100);
  const named =
    isPlain(line) && plain === line
      ? `filename="${plain}"`
      : `filename="${plain}";\r\n filename*=utf-8''${encodeRfc2231(line)}`;
  const base64 = Buffer.from(bytes).toString('base64').replace(/.{76}/g, '$&\r\n');
  return [
    `Content-Type: ${safe}`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment;\r\n ${named}`,
    '',
    base64,
  ].join('\r\n');
}

/** A text as an extended value of a parameter (RFC 8187 3.2.1), short enough for one line. */
const encodeRfc2231 = (text: string): string =>
  encodeURIComponent(text.slice(0, 80).toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function threadFields(thread: readonly string[]): string[] {
  const last = thread.at(-1);
  if (last === undefined) return [];
  // RFC 5322 3.6.4 allows to cut a long list. The first id stays: it identifies the conversation.
  const kept = thread.length > 20 ? [...thread.slice(0, 1), ...thread.slice(-19)] : thread;
  return [idField('In-Reply-To', [last]), idField('References', kept)];
}

/**
 * List-Unsubscribe (RFC 2369), and the one-click field (RFC 8058) when there is a URL. The subject
 * of a mailto names our message, because people ask from other addresses than the one written to.
 */
function unsubscribeFields(url: string | null, from: string, key: string): string[] {
  const subject = encodeURIComponent(`unsubscribe ${key}`);
  if (url === null) return [field('List-Unsubscribe', `<mailto:${from}?subject=${subject}>`)];
  if (/[<>\s]/.test(url)) throw new Unwritable('The unsubscribe address is not a URL.');
  return [
    field('List-Unsubscribe', `<${url}>`),
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  ];
}

/**
 * One folded header field. Refuses a line break and NUL here too, although the caller's checks do,
 * because a value that contains them can add headers of its own.
 */
function field(name: string, value: string): string {
  if (/[\r\n\0]/.test(value)) throw new Unwritable(`${name} must not contain a line break or NUL.`);
  return foldLines(`${name}: ${value}`, 76);
}

/**
 * A field of message ids, one a line. It is never folded before or inside an id, because readers
 * lose the thread then; RFC 5322 2.1.1 allows lines of 998 characters.
 */
function idField(name: string, ids: readonly string[]): string {
  if (/[\r\n\0]/.test(ids.join(''))) throw new Unwritable(`${name} must not contain a line break.`);
  return `${name}: ${ids.map((id) => `<${id}>`).join('\r\n ')}`;
}

/** Text of the form of an encoded word would be decoded by its readers (RFC 2047 6.1). */
const isPlain = (value: string): boolean => /^[\x20-\x7e]*$/.test(value) && !value.includes('=?');

function unstructured(value: string): string {
  // foldLines folds at spaces only, so a long run without one is cut into encoded words.
  if (isPlain(value)) return /\S{200}/.test(value) ? encodeWord(value, 'Q', 52) : value;
  // Encoded words stand for whole words, so that one of the same form may be left among them.
  return value.includes('=?') ? encodeWord(value, 'Q', 52) : encodeWords(value, 'Q', 52, true);
}

function mailbox(given: string | null | undefined, address: string): string {
  const name = oneLine(given ?? '');
  if (!name) return address;
  if (!isPlain(name)) return `${encodeWord(name, 'Q', 52)} <${address}>`;
  return /^[\w !#$%&'*+/=?^`{|}~-]*$/.test(name)
    ? `${name} <${address}>`
    : `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`;
}

function addressList(list: string | null | undefined): { name: string; address: string }[] {
  if (!list) return [];
  if (/[\r\n\0]/.test(list))
    throw new Unwritable('An address list must not contain a line break or NUL.');
  return addressparser(list, { flatten: true }).map(({ name, address }) => ({
    name: name ?? '',
    address: addressOf(address ?? '', `${list} is not a list of addresses.`),
  }));
}

/**
 * The address in a form that every SMTP server accepts: ASCII, an international domain as A-labels
 * (RFC 5891).
 * @throws Unwritable
 */
function addressOf(address: string, complaint: string, kind: FaultKind = 'refused'): string {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = domainToASCII(address.slice(at + 1));
  if (at < 1 || !domain || !/^[\x21-\x7e]+$/.test(local) || /[\s<>(),;:\\"[\]]/.test(local))
    throw new Unwritable(complaint, kind);
  return `${local}@${domain}`;
}

function part(type: string, content: string): string {
  const text = qp.wrap(qp.encode(content.replace(/\r\n?|\n/g, '\r\n')));
  return [
    `Content-Type: ${type}; charset=utf-8`,
    'Content-Transfer-Encoding: quoted-printable',
    '',
    text,
  ].join('\r\n');
}
