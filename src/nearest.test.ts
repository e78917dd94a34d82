import { expect, it } from 'vitest';
import { nearest } from './nearest.ts';

const fields = ['email_address', 'password', 'display_name', 'smtp', 'imap', 'daily_limit'];

it.each([
  ['email', 'email_address'],
  ['email_adress', 'email_address'],
  ['pasword', 'password'],
  ['dayli_limit', 'daily_limit'],
  ['smpt', 'smtp'],
  ['SMTP', 'smtp'],
  ['colour', null],
  ['x', null],
  [`email_address${'s'.repeat(30)}`, null],
])('%s was meant to be %s', (word, meant) => expect(nearest(word, fields)).toBe(meant));
