-- The touches that revisions took away get names that say which instruction they hold:
-- people before one `moveTo` another touch, and people after it `continueAt` one.
alter table sequences rename column moved to removed_touches;
update sequences s set removed_touches = (
  select jsonb_object_agg(id, jsonb_build_object('moveTo', touch -> 'stands', 'continueAt', touch -> 'goesOn'))
  from jsonb_each(s.removed_touches) as old (id, touch)
) where s.removed_touches <> '{}';
