/** Every failure a caller can see. One line here is one row in the docs, in OpenAPI and in the CLI's exit codes. */
export const errorTable = {
  'request.invalid': {
    status: 400,
    title: 'The request is not valid.',
    hint: 'Mend the named fields and send it again.',
  },
  'request.malformed': {
    status: 400,
    title: 'The body cannot be read.',
    hint: 'Send valid UTF-8 JSON (or the media type the route names).',
  },
  'request.ignored_field': {
    status: 400,
    title: 'A field would have been ignored.',
    hint: 'Leave it out, or leave out Prefer: handling=strict.',
  },
  'request.too_large': {
    status: 413,
    title: 'The body is too large.',
    hint: 'Send less at a time, or stream a CSV to …/leads/import.',
  },
  'request.media_type': {
    status: 415,
    title: 'This media type is not understood here.',
    hint: 'Send application/json, or what the route names.',
  },
  'request.rate_limited': {
    status: 429,
    title: 'Too many requests.',
    hint: 'Wait for Retry-After seconds.',
  },
  'route.not_found': {
    status: 404,
    title: 'There is no such route.',
    hint: 'See /docs for the routes.',
  },
  'route.method': {
    status: 405,
    title: 'This route does not take this method.',
    hint: 'See /docs for the methods.',
  },
  'auth.required': {
    status: 401,
    title: 'An API key is required.',
    hint: 'Send Authorization: Bearer <key>.',
  },
  'auth.invalid': {
    status: 401,
    title: 'The API key is unknown, revoked or expired.',
    hint: 'Create one: npm run -s postrider -- keys create --name <name>',
  },
  'auth.scope': {
    status: 403,
    title: 'The API key lacks the scope for this.',
    hint: 'Use a key with the named scope.',
  },
  'idempotency.mismatch': {
    status: 422,
    title: 'This Idempotency-Key was used with another request.',
    hint: 'Use a new key for a new request.',
  },
  'idempotency.in_progress': {
    status: 409,
    title: 'The request with this Idempotency-Key is still running.',
    hint: 'Ask again in a moment. Should the server have died over it, the key is free an hour after it was first used.',
  },
  'campaign.not_found': {
    status: 404,
    title: 'No such campaign.',
    hint: 'List yours: GET /api/campaigns',
  },
  'campaign.name_taken': {
    status: 409,
    title: 'You have a campaign of this name.',
    hint: 'Use the suggested name, or another.',
  },
  'campaign.not_draft': {
    status: 400,
    title: 'The campaign is not a draft.',
    hint: 'Only drafts can be changed this way.',
  },
  'campaign.roster_frozen': {
    status: 400,
    title: 'The roster is frozen outside draft.',
    hint: 'Set "roster": "open" before launch to add people later.',
  },
  'campaign.not_launchable': {
    status: 400,
    title: 'The campaign cannot be launched yet.',
    hint: 'Mend what errors lists; GET …/validate checks without launching.',
  },
  'campaign.launch_in_progress': {
    status: 409,
    title: 'The campaign is being launched.',
    hint: 'Ask for it again in a moment.',
  },
  'campaign.not_active': {
    status: 400,
    title: 'The campaign is not active.',
    hint: 'Look at its status first.',
  },
  'campaign.not_paused': {
    status: 400,
    title: 'Only paused campaigns can be resumed.',
    hint: 'Look at its status first.',
  },
  'campaign.completed': {
    status: 400,
    title: 'The campaign is completed.',
    hint: 'Open its roster to add people, or make another campaign.',
  },
  'campaign.not_dry_run': {
    status: 400,
    title: 'The campaign is no dry run.',
    hint: 'It sends for real already.',
  },
  'revision.not_found': {
    status: 404,
    title: 'No such revision of this campaign.',
    hint: 'GET …/revisions lists them.',
  },
  'campaign.sender_mismatch': {
    status: 400,
    title: "A sender is not of the campaign's type.",
    hint: 'Pick from GET /api/senders?type=<type>.',
  },
  'sequence.invalid': {
    status: 400,
    title: 'The sequence is not valid.',
    hint: 'Mend the named nodes and send it again.',
  },
  'node.not_found': {
    status: 404,
    title: 'No such node in this campaign.',
    hint: 'GET the campaign for its sequence_nodes.',
  },
  'prospect.not_found': {
    status: 404,
    title: 'No such prospect in this campaign.',
    hint: 'GET …/leads lists them.',
  },
  'prospect.ended': {
    status: 400,
    title: "This person's way through the sequence has ended.",
    hint: 'Look at its status and end_reason.',
  },
  'prospect.awaiting_connection': {
    status: 409,
    title: 'The person has not become a connection yet.',
    hint: 'Wait for the acceptance: nothing can be brought forward before it.',
  },
  'prospect.in_hand': {
    status: 409,
    title: "This person's touch is on its way right now.",
    hint: 'Try again in a moment.',
  },
  'prospect.identity_taken': {
    status: 409,
    title: 'Another prospect of this campaign has this identity.',
    hint: 'Remove one of the two.',
  },
  'message.not_found': {
    status: 404,
    title: 'No such message in this campaign.',
    hint: 'GET …/generate-messages lists them.',
  },
  'message.not_composed': {
    status: 409,
    title: 'The message cannot be shown as it is sent.',
    hint: 'Drafts are listed with GET …/generate-messages.',
  },
  'message.not_draft': {
    status: 400,
    title: 'Only draft messages can be edited.',
    hint: 'It is on its way or has gone out.',
  },
  'ai.not_set_up': {
    status: 400,
    title: 'No model is set up to write texts.',
    hint: 'Set POSTRIDER_AI_PROVIDER, POSTRIDER_AI_API_KEY and POSTRIDER_AI_MODEL on the server; or write the texts with variables.',
  },
  'ai.budget_exceeded': {
    status: 402,
    title: "The day's budget of the model does not suffice.",
    hint: 'Name fewer prospect_ids, wait for the next day, or raise POSTRIDER_AI_DAILY_DRAFTS.',
  },
  'node.not_ai': {
    status: 400,
    title: 'No model writes the text of this node.',
    hint: 'Name a node of type ai that says its output_type.',
  },
  'sender.not_found': {
    status: 404,
    title: 'No such sender.',
    hint: 'GET /api/senders lists them.',
  },
  'sender.in_use': {
    status: 409,
    title: 'Campaigns still use this sender.',
    hint: 'Finish them, or send force=true: its prospects are then held.',
  },
  'sender.exists': {
    status: 409,
    title: 'There is already a sender with this address.',
    hint: 'Update that one.',
  },
  'unipile.not_set_up': {
    status: 400,
    title: 'LinkedIn is not set up here.',
    hint: 'Set POSTRIDER_UNIPILE_DSN and POSTRIDER_UNIPILE_API_KEY, and start the server again.',
  },
  'unipile.failed': {
    status: 502,
    title: 'Unipile did not do it.',
    hint: 'Look at the detail; try again in a moment.',
  },
  'unipile.login_under_way': {
    status: 409,
    title: 'Another login to LinkedIn is under way on this server.',
    hint: 'Wait until it is done, or set POSTRIDER_PUBLIC_URL: then many can be at once.',
  },
  'sender.check_failed': {
    status: 422,
    title: 'The mailbox could not be reached as given.',
    hint: 'Mend the step that failed; nothing was saved.',
  },
  'x.not_set_up': {
    status: 400,
    title: 'X is not set up here.',
    hint: 'Set POSTRIDER_X_CLIENT_ID and POSTRIDER_PUBLIC_URL, and start the server again.',
  },
  'list.not_found': { status: 404, title: 'No such list.', hint: 'GET /api/lists lists them.' },
  'list.protected': {
    status: 400,
    title: 'This list holds every lead and cannot be changed.',
    hint: 'Make another list.',
  },
  'lead.not_found': { status: 404, title: 'No such lead.', hint: 'GET /api/leads lists them.' },
  'status.not_found': {
    status: 404,
    title: 'No such lead status.',
    hint: 'GET /api/statuses lists them.',
  },
  'tag.not_found': { status: 404, title: 'No such tag.', hint: 'GET /api/tags lists them.' },
  'label.name_taken': {
    status: 409,
    title: 'There is already one of this name.',
    hint: 'Use another name, or that one.',
  },
  'column.not_found': {
    status: 404,
    title: 'No such column of this campaign.',
    hint: 'GET …/columns lists them.',
  },
  'automation.not_found': {
    status: 404,
    title: 'No such automation of this campaign.',
    hint: 'GET …/automations lists them.',
  },
  'lead.exists': {
    status: 409,
    title: 'There is already a lead with this identity.',
    hint: 'Update that one.',
  },
  'import.not_found': {
    status: 404,
    title: 'No such import.',
    hint: 'Its id came with the 202 that accepted it.',
  },
  'import.nothing': {
    status: 422,
    title: 'The list was read but nobody could be imported.',
    hint: "Look at the counts: people need the campaign's identity field.",
  },
  'import.unreadable': {
    status: 400,
    title: 'The file cannot be read as a table.',
    hint: 'Send CSV (comma, semicolon or tab) or an .xlsx file with a header row.',
  },
  'workspace.not_sandbox': {
    status: 400,
    title: 'Only a sandbox workspace can do this.',
    hint: 'Make one: POST /api/workspaces, and use its key.',
  },
  'workspace.sandbox': {
    status: 400,
    title: 'A sandbox has no real accounts.',
    hint: 'Make a simulated one: POST /api/senders/sandbox',
  },
  'clock.busy': {
    status: 409,
    title: 'Somebody else is moving this clock.',
    hint: 'GET /api/clock shows how far it is; try again when it is there.',
  },
  'forecast.not_found': {
    status: 404,
    title: 'No such forecast of this campaign.',
    hint: 'Its id came with the POST that made it.',
  },
  'member.not_found': {
    status: 404,
    title: 'No such member.',
    hint: 'GET /api/members lists them.',
  },
  'key.not_found': { status: 404, title: 'No such API key.', hint: 'GET /api/keys lists them.' },
  'suppression.not_found': {
    status: 404,
    title: 'No such suppression.',
    hint: 'GET /api/suppressions lists them.',
  },
  'service.unavailable': {
    status: 503,
    title: 'The database cannot be reached.',
    hint: 'Try again after Retry-After seconds.',
  },
  internal: {
    status: 500,
    title: 'Something broke on our side.',
    hint: 'Quote request_id when you report it.',
  },
} as const satisfies Record<string, { status: number; title: string; hint: string }>;

export type ErrorCode = keyof typeof errorTable;

/** One thing wrong with a request: a JSON pointer to the field, a stable code, and what to do about it. */
export type Problem = { pointer: string; code: string; message: string };

/** A failure a caller can act on. `detail` says what is wrong in this very case. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly errors: readonly Problem[];
  readonly extra: Record<string, unknown>;

  constructor(
    code: ErrorCode,
    detail?: string,
    more: { errors?: readonly Problem[]; extra?: Record<string, unknown> } = {},
  ) {
    super(detail ?? errorTable[code].title);
    this.code = code;
    this.errors = more.errors ?? [];
    this.extra = more.extra ?? {};
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  /** RFC 9457 problem document that also carries Puffle's `error` member. */
  toBody(requestId: string): Record<string, unknown> {
    const { status, title, hint } = errorTable[this.code];
    const type = `urn:postrider:error:${this.code}`;
    return {
      type,
      title,
      status,
      detail: this.message,
      error: this.message,
      code: this.code,
      hint,
      errors: this.errors,
      request_id: requestId,
      ...this.extra,
    };
  }
}
