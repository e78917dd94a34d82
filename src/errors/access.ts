import type { ErrorEntry } from '../errors.ts';

/** Failures about callers and their rights. Part of `errorTable`. */
export const accessErrors = {
  'auth.required': {
    status: 401,
    title: 'An API key or a session is required.',
    hint: 'Send Authorization: Bearer <key>, or sign in: POST /api/sessions.',
  },
  'auth.invalid': {
    status: 401,
    title: 'The API key is unknown, revoked or expired.',
    hint: 'Create one: npm run -s postrider -- keys create --name <name>',
  },
  'auth.scope': {
    status: 403,
    title: 'The API key or the role lacks the scope for this.',
    hint: 'Use a key with the named scope, or ask an admin for the named role.',
  },
  'auth.session_over': {
    status: 401,
    title: 'The session is over, or somebody has ended it.',
    hint: 'Sign in again: POST /api/sessions.',
  },
  'auth.refused': {
    status: 401,
    title: 'The address or the password is wrong.',
    hint: 'Try again, or ask an admin of your workspace for a link to a new password.',
  },
  'auth.no_workspace': {
    status: 403,
    title: 'You are a member of no workspace.',
    hint: 'Ask an admin of a workspace to invite you.',
  },
  'auth.other_site': {
    status: 403,
    title: 'The request comes from a page of another site.',
    hint:
      'A call by session needs Sec-Fetch-Site: same-origin, as browsers send it, or an Origin ' +
      'that is the Host. Programs use an API key.',
  },
  'workspace.not_found': {
    status: 404,
    title: 'No such workspace.',
    hint: 'GET /api/workspaces lists yours; name one in the header postrider-workspace.',
  },
  'workspace.not_server_admin': {
    status: 403,
    title: 'Only an admin of the first workspace makes live workspaces.',
    hint: 'Use an admin key of the first workspace, as `postrider keys create` makes it.',
  },
  'member.exists': {
    status: 409,
    title: 'Somebody with this address is there already.',
    hint: 'GET /api/members lists the members; PATCH /api/members/{id} changes a role.',
  },
  'member.last_admin': {
    status: 409,
    title: 'The workspace needs an admin who can sign in.',
    hint: 'Give another member the role admin first.',
  },
  'member.elsewhere': {
    status: 403,
    title: 'The person is also a member of a workspace in which you are no admin.',
    hint: "On the server's machine: npx postrider link --email <address>",
  },
  'member.not_found': {
    status: 404,
    title: 'No such member.',
    hint: 'GET /api/members lists them.',
  },
  'session.not_found': {
    status: 404,
    title: 'You have no such session.',
    hint: 'GET /api/sessions lists yours. An API key has none.',
  },
  'link.not_found': {
    status: 404,
    title: 'This link is unknown, was used already, or is over.',
    hint: "Ask for a new one; on the server's machine: npx postrider link",
  },
  'key.not_found': { status: 404, title: 'No such API key.', hint: 'GET /api/keys lists them.' },
} as const satisfies Record<string, ErrorEntry>;
