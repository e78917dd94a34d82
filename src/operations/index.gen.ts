// Written by `npm run record` from the files of this folder: never edit it by hand.
import type { Operation } from '../operation.ts';
import { listAttention } from './attention/list.ts';
import { createAutomation } from './automations/create.ts';
import { deleteAutomation } from './automations/delete.ts';
import { listAutomations } from './automations/list.ts';
import { replaceAutomations } from './automations/replace.ts';
import { updateAutomation } from './automations/update.ts';
import { addSenders } from './campaign-senders/add.ts';
import { listSendersOfCampaign } from './campaign-senders/list.ts';
import { removeSenderFromCampaign } from './campaign-senders/remove.ts';
import { accountUsage } from './campaign-senders/usage.ts';
import { createCampaign } from './campaigns/create.ts';
import { deleteCampaign } from './campaigns/delete.ts';
import { getCampaign } from './campaigns/get.ts';
import { launchCampaign } from './campaigns/launch.ts';
import { listCampaigns } from './campaigns/list.ts';
import { pauseCampaign } from './campaigns/pause.ts';
import { promoteCampaign } from './campaigns/promote.ts';
import { resumeCampaign } from './campaigns/resume.ts';
import { previewResume } from './campaigns/resume-preview.ts';
import { campaignSettings } from './campaigns/settings.ts';
import { syncStats } from './campaigns/sync-stats.ts';
import { updateCampaign } from './campaigns/update.ts';
import { validateCampaign } from './campaigns/validate.ts';
import { listWordings } from './campaigns/wordings.ts';
import { advanceClock } from './clock/advance.ts';
import { getClock } from './clock/get.ts';
import { updateClock } from './clock/update.ts';
import { createColumn } from './columns/create.ts';
import { deleteColumn } from './columns/delete.ts';
import { listColumns } from './columns/list.ts';
import { setColumnValues } from './columns/set-values.ts';
import { updateColumn } from './columns/update.ts';
import { duplicateCampaign } from './copies/duplicate.ts';
import { rehearseCampaign } from './copies/rehearse.ts';
import { checkMailbox } from './email/check.ts';
import { createMailbox } from './email/create.ts';
import { listMailboxes } from './email/list.ts';
import { updateMailbox } from './email/update.ts';
import { listEvents } from './events/list.ts';
import { explainOneCampaign } from './explanations/campaign.ts';
import { explainOneProspect } from './explanations/prospect.ts';
import { explainOneSender } from './explanations/sender.ts';
import { compareForecast } from './forecasts/compare.ts';
import { createForecast } from './forecasts/create.ts';
import { listForecasts } from './forecasts/list.ts';
import { forecastProspect } from './forecasts/prospect.ts';
import { showForecast } from './forecasts/show.ts';
import { cancelImport } from './imports/cancel.ts';
import { getImport } from './imports/get.ts';
import { listLeftOutRows } from './imports/left-out.ts';
import { listImports } from './imports/list.ts';
import { listRejects } from './imports/rejects.ts';
import { readRejectsFile } from './imports/rejects-file.ts';
import { startImport } from './imports/start.ts';
import { undoImport } from './imports/undo.ts';
import { createKey } from './keys/create.ts';
import { listKeys } from './keys/list.ts';
import { revokeKey } from './keys/revoke.ts';
import { createLead } from './leads/create.ts';
import { deleteLead } from './leads/delete.ts';
import { findLead } from './leads/find.ts';
import { listLeads } from './leads/list.ts';
import { setLeadData } from './leads/set-data.ts';
import { updateLead } from './leads/update.ts';
import { acceptLinkOnce } from './links/accept.ts';
import { createLink } from './links/create.ts';
import { deleteLink } from './links/delete.ts';
import { listLinks } from './links/list.ts';
import { showLink } from './links/show.ts';
import { addListLeads } from './lists/add-leads.ts';
import { cancelListImport } from './lists/cancel-import.ts';
import { createList } from './lists/create.ts';
import { deleteList } from './lists/delete.ts';
import { enrolInList } from './lists/enrol.ts';
import { getListImport } from './lists/get-import.ts';
import { importLeads } from './lists/import.ts';
import { listListLeads } from './lists/leads.ts';
import { listLists } from './lists/list.ts';
import { listListImports } from './lists/list-imports.ts';
import { removeListLeads } from './lists/remove-leads.ts';
import { startListImport } from './lists/start-import.ts';
import { updateList } from './lists/update.ts';
import { getAccount } from './members/account.ts';
import { listMembers } from './members/list.ts';
import { removeMember } from './members/remove.ts';
import { updateMember } from './members/update.ts';
import { listDrafts } from './messages/drafts.ts';
import { generateMessages } from './messages/generate.ts';
import { listMessages } from './messages/list.ts';
import { previewOneMessage } from './messages/preview.ts';
import { resolveMessage } from './messages/resolve.ts';
import { retryDrafts } from './messages/retry.ts';
import { previewCampaign } from './messages/sample.ts';
import { testCampaign } from './messages/test-mail.ts';
import { updateMessage } from './messages/update.ts';
import { erasePerson } from './people/erase.ts';
import { searchForPerson } from './people/search.ts';
import { listReplies } from './replies/list.ts';
import { listActivities } from './reports/activities.ts';
import { dashboardAnalytics } from './reports/analytics.ts';
import { reportCampaign } from './reports/campaign.ts';
import { createRevision } from './revisions/create.ts';
import { getRevision } from './revisions/get.ts';
import { listRevisions } from './revisions/list.ts';
import { rollBackRevision } from './revisions/rollback.ts';
import { addProspects } from './roster/add.ts';
import { cancelProspect } from './roster/cancel.ts';
import { confirmCsv } from './roster/confirm-csv.ts';
import { enrolProspects } from './roster/enrol.ts';
import { findOneProspect } from './roster/find.ts';
import { showHistory } from './roster/history.ts';
import { importFromList } from './roster/import-from-list.ts';
import { listRoster } from './roster/list.ts';
import { markReplied } from './roster/mark-replied.ts';
import { pauseProspect } from './roster/pause.ts';
import { removeProspects } from './roster/remove.ts';
import { resumeProspect } from './roster/resume.ts';
import { skipAheadProspect } from './roster/skip-ahead.ts';
import { takeUpProspects } from './roster/take-up.ts';
import { updateProspect } from './roster/update.ts';
import { updateManyProspects } from './roster/update-many.ts';
import { uploadCsv } from './roster/upload-csv.ts';
import { explainRules } from './rules/explain.ts';
import { getRules } from './rules/get.ts';
import { putRules, updateRules } from './rules/update.ts';
import { createSandboxSender } from './senders/create-sandbox.ts';
import { getSender } from './senders/get.ts';
import { listSenders } from './senders/list.ts';
import { listAccounts } from './senders/list-accounts.ts';
import { removeSender } from './senders/remove.ts';
import { getSenderSchedule } from './senders/schedule.ts';
import { sumUpSenders } from './senders/summary.ts';
import { updateManySenders } from './senders/update-many.ts';
import { addNode } from './sequence/add-node.ts';
import { deleteNode } from './sequence/delete-node.ts';
import { moveNode } from './sequence/move-node.ts';
import { updateNode } from './sequence/update-node.ts';
import { createSession } from './sessions/create.ts';
import { deleteSession } from './sessions/delete.ts';
import { deleteOthers } from './sessions/delete-others.ts';
import { getSession } from './sessions/get.ts';
import { listSessions } from './sessions/list.ts';
import { updateSession } from './sessions/update.ts';
import { getSettings } from './settings/get.ts';
import { updateSettings } from './settings/update.ts';
import { createStatus } from './statuses/create.ts';
import { deleteStatus } from './statuses/delete.ts';
import { listStatuses } from './statuses/list.ts';
import { updateStatus } from './statuses/update.ts';
import { addSuppressions } from './suppressions/add.ts';
import { importSuppressions } from './suppressions/import.ts';
import { listSuppressions } from './suppressions/list.ts';
import { removeSuppression } from './suppressions/remove.ts';
import { createTag } from './tags/create.ts';
import { deleteTag } from './tags/delete.ts';
import { listTags } from './tags/list.ts';
import { updateTag } from './tags/update.ts';
import { attachToThread } from './threads/attach.ts';
import { getAttachment } from './threads/attachment.ts';
import { cancelThreadMessage } from './threads/cancel.ts';
import { createThread } from './threads/create.ts';
import { detachFromThread } from './threads/detach.ts';
import { discardThread } from './threads/discard.ts';
import { getThread } from './threads/get.ts';
import { listThreads } from './threads/list.ts';
import { listThreadMessages } from './threads/messages.ts';
import { markNotAReply } from './threads/not-a-reply.ts';
import { resendThreadMessage } from './threads/resend.ts';
import { sendThreadMessage } from './threads/send.ts';
import { settleThreadMessage } from './threads/settle.ts';
import { updateThread } from './threads/update.ts';
import { listSeatsOfWorkspace } from './unipile/accounts.ts';
import { connectSeat } from './unipile/connect.ts';
import { reconnectSeat } from './unipile/reconnect.ts';
import { refreshSender } from './unipile/refresh.ts';
import { disconnectSeat } from './unipile/remove.ts';
import { updateSeat } from './unipile/update.ts';
import { attachUnmatchedMail } from './unmatched/attach.ts';
import { dismissUnmatchedMail } from './unmatched/dismiss.ts';
import { listUnmatchedMails } from './unmatched/list.ts';
import { verify } from './verify/run.ts';
import { createWorkspace } from './workspaces/create.ts';
import { listWorkspaces } from './workspaces/list.ts';
import { checkXAccount } from './x/check.ts';
import { connectX } from './x/connect.ts';
import { listXAccounts } from './x/list.ts';
import { lookUpOnX } from './x/look-up.ts';
import { updateXAccount } from './x/update.ts';

export const everyOperation: readonly Operation[] = [
  listAttention,
  createAutomation,
  deleteAutomation,
  listAutomations,
  replaceAutomations,
  updateAutomation,
  addSenders,
  listSendersOfCampaign,
  removeSenderFromCampaign,
  accountUsage,
  createCampaign,
  deleteCampaign,
  getCampaign,
  launchCampaign,
  listCampaigns,
  pauseCampaign,
  promoteCampaign,
  resumeCampaign,
  previewResume,
  campaignSettings,
  syncStats,
  updateCampaign,
  validateCampaign,
  listWordings,
  advanceClock,
  getClock,
  updateClock,
  createColumn,
  deleteColumn,
  listColumns,
  setColumnValues,
  updateColumn,
  duplicateCampaign,
  rehearseCampaign,
  checkMailbox,
  createMailbox,
  listMailboxes,
  updateMailbox,
  listEvents,
  explainOneCampaign,
  explainOneProspect,
  explainOneSender,
  compareForecast,
  createForecast,
  listForecasts,
  forecastProspect,
  showForecast,
  cancelImport,
  getImport,
  listLeftOutRows,
  listImports,
  listRejects,
  readRejectsFile,
  startImport,
  undoImport,
  createKey,
  listKeys,
  revokeKey,
  createLead,
  deleteLead,
  findLead,
  listLeads,
  setLeadData,
  updateLead,
  acceptLinkOnce,
  createLink,
  deleteLink,
  listLinks,
  showLink,
  addListLeads,
  cancelListImport,
  createList,
  deleteList,
  enrolInList,
  getListImport,
  importLeads,
  listListLeads,
  listLists,
  listListImports,
  removeListLeads,
  startListImport,
  updateList,
  getAccount,
  listMembers,
  removeMember,
  updateMember,
  listDrafts,
  generateMessages,
  listMessages,
  previewOneMessage,
  resolveMessage,
  retryDrafts,
  previewCampaign,
  testCampaign,
  updateMessage,
  erasePerson,
  searchForPerson,
  listReplies,
  listActivities,
  dashboardAnalytics,
  reportCampaign,
  createRevision,
  getRevision,
  listRevisions,
  rollBackRevision,
  addProspects,
  cancelProspect,
  confirmCsv,
  enrolProspects,
  findOneProspect,
  showHistory,
  importFromList,
  listRoster,
  markReplied,
  pauseProspect,
  removeProspects,
  resumeProspect,
  skipAheadProspect,
  takeUpProspects,
  updateProspect,
  updateManyProspects,
  uploadCsv,
  explainRules,
  getRules,
  updateRules,
  putRules,
  createSandboxSender,
  getSender,
  listSenders,
  listAccounts,
  removeSender,
  getSenderSchedule,
  sumUpSenders,
  updateManySenders,
  addNode,
  deleteNode,
  moveNode,
  updateNode,
  createSession,
  deleteSession,
  deleteOthers,
  getSession,
  listSessions,
  updateSession,
  getSettings,
  updateSettings,
  createStatus,
  deleteStatus,
  listStatuses,
  updateStatus,
  addSuppressions,
  importSuppressions,
  listSuppressions,
  removeSuppression,
  createTag,
  deleteTag,
  listTags,
  updateTag,
  attachToThread,
  getAttachment,
  cancelThreadMessage,
  createThread,
  detachFromThread,
  discardThread,
  getThread,
  listThreads,
  listThreadMessages,
  markNotAReply,
  resendThreadMessage,
  sendThreadMessage,
  settleThreadMessage,
  updateThread,
  listSeatsOfWorkspace,
  connectSeat,
  reconnectSeat,
  refreshSender,
  disconnectSeat,
  updateSeat,
  attachUnmatchedMail,
  dismissUnmatchedMail,
  listUnmatchedMails,
  verify,
  createWorkspace,
  listWorkspaces,
  checkXAccount,
  connectX,
  listXAccounts,
  lookUpOnX,
  updateXAccount,
];
