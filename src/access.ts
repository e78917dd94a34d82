import { AppError } from './errors.ts';

export const scopes = ['read', 'write', 'send', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** `self`: for every caller, because the call concerns them alone. `open`: without any key. */
export type Access = Scope | 'self' | 'open';

/** Roles of members are named sets of scopes, each with all of the one before. */
export const roles = ['viewer', 'editor', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];
export const roleScopes: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: ['read'],
  editor: ['read', 'write'],
  operator: ['read', 'write', 'send'],
  admin: scopes,
};

/** A member of a workspace, by the API key or the session that a call was made with. */
export type Caller = {
  workspaceId: string;
  memberId: string;
  /** Null for a session. */
  keyId: string | null;
  /** Of a person that has signed in. */
  session?: { id: string; personId: string; role: Role; expiresAt: Date };
  scopes: readonly Scope[];
  /** True when the workspace is a sandbox: it has its own clock, and nothing leaves it. */
  sandbox?: boolean;
};

/** Requests and streams are counted by the key, or by the person over all sessions. */
export const countedAs = ({ keyId, session }: Caller): string => keyId ?? session!.personId;

/** Stands for the caller in operations with the scope `open`. */
export const nobody: Caller = { workspaceId: '', memberId: '', keyId: null, scopes: [] };

/** `because`: why this call needs the scope. @throws auth.scope */
export function requireScope(
  { scopes: has, session }: Pick<Caller, 'scopes' | 'session'>,
  scope: Access,
  because = '',
) {
  if (scope === 'self' || scope === 'open') return;
  if (has.includes('admin') || has.includes(scope)) return;
  const why = because && `: ${because}`;
  const least = roles.find((role) => roleScopes[role].includes(scope));
  const needs = session
    ? `the role ${least}; yours is ${session.role}`
    : `a key with the scope "${scope}"`;
  throw new AppError('auth.scope', `This needs ${needs}${why}.`);
}
