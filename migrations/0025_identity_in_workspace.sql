-- Every key of a tenant table begins with its workspace.
create unique index prospects_identity_in_workspace on prospects (workspace_id, campaign_id, identity);
drop index prospects_identity;
alter index prospects_identity_in_workspace rename to prospects_identity;
