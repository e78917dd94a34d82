import type { ErrorEntry } from '../errors.ts';

/** Failures about one resource: a campaign, a prospect, a sender, a list. Part of `errorTable`. */
export const resourceErrors = {
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
    hint:
      'Set "roster": "open" with PATCH /api/campaigns/{id}, at any time, to add people or to ' +
      'take out those who were not written to; POST …/cancel stops one who was.',
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
    title: 'The campaign is not a dry run.',
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
  'mail.not_found': {
    status: 404,
    title: 'There is no such mail that matched nobody.',
    hint: 'GET /api/unmatched-mails lists them; an attached or dismissed one is gone from there.',
  },
  'message.not_unknown': {
    status: 409,
    title: 'Only messages with the status unknown can be settled.',
    hint: 'GET …/generate-messages?status=unknown lists them.',
  },
  'message.not_repeatable': {
    status: 409,
    title: 'The message cannot be sent again: its node has been taken out of the sequence.',
    hint: 'Settle it as "sent", or put the node back.',
  },
  'message.not_draft': {
    status: 400,
    title: 'Only draft messages can be edited.',
    hint: 'It is on its way or has gone out.',
  },
  'ai.not_set_up': {
    status: 400,
    title: 'No model is set up to write texts.',
    hint:
      'Set POSTRIDER_AI_PROVIDER, POSTRIDER_AI_API_KEY and POSTRIDER_AI_MODEL on the server; ' +
      'or write the texts with variables.',
  },
  'ai.budget_exceeded': {
    status: 402,
    title: "The day's budget for the model is too small for this.",
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
    title: 'Unipile refused, or could not be reached.',
    hint: 'Look at the detail; try again in a moment.',
  },
  'unipile.login_under_way': {
    status: 409,
    title: 'Another login to LinkedIn is under way on this server.',
    hint: 'Wait until it is done, or set POSTRIDER_PUBLIC_URL, which allows several at once.',
  },
  'sender.check_failed': {
    status: 422,
    title: 'The mailbox could not be reached as given.',
    hint: 'Mend the step that failed; nothing was saved.',
  },
  'x.rules_not_acknowledged': {
    status: 409,
    title: 'Nobody has acknowledged what the rules of X allow.',
    hint: 'Read "What X allows" in docs/x.md, then repeat with acknowledge_rules=true, once.',
  },
  'x.refused': { status: 502, title: 'X did not answer.', hint: 'detail has the words of X.' },
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
  'import.too_large': {
    status: 413,
    title: 'The file is larger than this server takes.',
    hint: 'Send it in parts, or raise POSTRIDER_MAX_IMPORT_MB.',
  },
  'import.too_many_waiting': {
    status: 409,
    title: 'The workspace has too much waiting to be imported.',
    hint: 'Send it again when an import is over, or cancel one.',
  },
  'import.disk_full': {
    status: 507,
    title: 'The disk of the database is nearly full.',
    hint: 'Make room on the disk of POSTRIDER_DATA_DIR, and send it again.',
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
    title: 'Another call is advancing this clock.',
    hint: 'GET /api/clock shows how far it has come; try again when it has arrived.',
  },
  'forecast.not_found': {
    status: 404,
    title: 'No such forecast of this campaign.',
    hint: 'Its id came with the POST that made it.',
  },
  'forecast.too_large': {
    status: 422,
    title: 'The forecast takes longer than half a minute to compute.',
    hint: 'Ask again when the server is less busy, or forecast with fewer people.',
  },
  'suppression.not_found': {
    status: 404,
    title: 'No such suppression.',
    hint: 'GET /api/suppressions lists them.',
  },
} as const satisfies Record<string, ErrorEntry>;
