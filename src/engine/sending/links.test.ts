import { describe, expect, it } from 'vitest';
import { newId } from '../../ids.ts';
import { createVault } from '../../vault.ts';
import { createMailLink, readLink } from './links.ts';

const vault = createVault(Buffer.alloc(32, 1));
const touch = { workspaceId: newId(), messageId: newId() };

describe('links in mails', () => {
  it('a token of 59 characters reads back as its target', () => {
    const token = createMailLink(vault, 'unsubscribe', touch);
    expect(token).toMatch(/^[\w-]{59}$/);
    expect(readLink(vault, 'unsubscribe', token)).toEqual(touch);
  });

  it('a token of an open pixel is refused as an unsubscribe link', () => {
    expect(readLink(vault, 'unsubscribe', createMailLink(vault, 'open', touch))).toBeNull();
  });

  it('a token is refused when any character is changed', () => {
    const token = createMailLink(vault, 'open', touch);
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(
        readLink(vault, 'open', token.slice(0, at) + other + token.slice(at + 1)),
        `at ${at}`,
      ).toBeNull();
    }
  });

  it.each(['', 'x', '../../etc', 'A'.repeat(59), 'A'.repeat(500), '%00'])(
    '%j is refused',
    (token) => {
      expect(readLink(vault, 'open', token)).toBeNull();
    },
  );

  it('a token of another master key is refused', () => {
    expect(
      readLink(createVault(Buffer.alloc(32, 2)), 'open', createMailLink(vault, 'open', touch)),
    ).toBeNull();
  });
});
