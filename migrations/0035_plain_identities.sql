-- Profiles of LinkedIn and domains have one form: https://www.linkedin.com/in/NAME without the host's
-- country and what follows the name, and domains without "www.". What was stored in another
-- spelling is brought into it, so that suppressions go on to hold. A row stays as it is where its
-- campaign or workspace has the plain form already.
create function plain_profile(url text) returns text language sql immutable as $$
  select 'https://www.linkedin.com/in/' || substring(url from '^https://[a-z0-9.-]*linkedin\.com/(?:mwlite/)?in/([^/?#&]+)')
$$;

insert into suppressions (workspace_id, kind, value, reason, campaign_id, created_at)
select workspace_id, kind, plain_profile(value), reason, campaign_id, created_at from suppressions
where kind = 'linkedin' and value <> plain_profile(value)
on conflict do nothing;
insert into suppressions (workspace_id, kind, value, reason, campaign_id, created_at)
select workspace_id, kind, substring(value from 5), reason, campaign_id, created_at from suppressions
where kind = 'domain' and value like 'www._%._%'
on conflict do nothing;

update prospects set linkedin_url = plain_profile(linkedin_url)
where linkedin_url <> plain_profile(linkedin_url);
update prospects p set identity = plain_profile(p.identity)
from (
  select distinct on (workspace_id, campaign_id, plain_profile(identity)) workspace_id, id, campaign_id, identity
  from prospects where identity <> plain_profile(identity)
  order by workspace_id, campaign_id, plain_profile(identity), id
) odd
where p.workspace_id = odd.workspace_id and p.id = odd.id and not exists (
  select from prospects o where o.workspace_id = odd.workspace_id
    and o.campaign_id = odd.campaign_id and o.identity = plain_profile(odd.identity));

update leads l set linkedin_url = plain_profile(l.linkedin_url)
from (
  select distinct on (workspace_id, plain_profile(linkedin_url)) workspace_id, id, linkedin_url
  from leads where linkedin_url <> plain_profile(linkedin_url)
  order by workspace_id, plain_profile(linkedin_url), id
) odd
where l.workspace_id = odd.workspace_id and l.id = odd.id and not exists (
  select from leads o where o.workspace_id = odd.workspace_id
    and o.linkedin_url = plain_profile(odd.linkedin_url));

drop function plain_profile(text);
