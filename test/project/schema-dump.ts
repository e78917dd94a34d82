import { sql } from 'kysely';
import type { Db } from '../../src/db/database.ts';

/**
 * The database's tables, columns, constraints, indexes and triggers as readable SQL, in a stable
 * order.
 */
export async function dumpSchema(db: Db): Promise<string> {
  const { rows } = await sql<{
    name: string;
    columns: string[];
    constraints: string[];
    indexes: string[];
    triggers: string[];
  }>`
    select c.relname as name,
      array(
        select format('%I %s', attname, format_type(atttypid, atttypmod))
          || case when attcollation not in (0, (select typcollation from pg_type where oid = atttypid)) then ' collate ' || quote_ident((select collname from pg_collation where oid = attcollation)) else '' end
          || case when attnotnull then ' not null' else '' end
          || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
          || case when attstorage <> (select typstorage from pg_type where oid = atttypid) then ' storage ' || attstorage::text else '' end
        from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where attrelid = c.oid and attnum > 0 and not attisdropped order by attnum
      ) as columns,
      -- PostgreSQL 18 lists "not null" among the constraints; older ones do not
      array(select format('constraint %I %s', conname, pg_get_constraintdef(oid)) from pg_constraint where conrelid = c.oid and contype <> 'n' order by conname) as constraints,
      array(
        select pg_get_indexdef(indexrelid) from pg_index
        where indrelid = c.oid and not exists (select from pg_constraint where conindid = indexrelid and conrelid = c.oid)
        order by indexrelid::regclass::text
      ) as indexes,
      array(select pg_get_triggerdef(oid) from pg_trigger where tgrelid = c.oid and not tgisinternal order by tgname) as triggers
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname not like 'kysely_%'
    order by c.relname`.execute(db);
  const tables = rows.map((table) => {
    const lines = [...table.columns, ...table.constraints].map((line) => `  ${line}`).join(',\n');
    return [
      `create table ${table.name} (\n${lines}\n);`,
      ...[...table.indexes, ...table.triggers].map((line) => `${line};`),
    ].join('\n');
  });
  const functions = await sql<{ text: string }>`
    select pg_get_functiondef(oid) as text from pg_proc where pronamespace = 'public'::regnamespace order by proname, oid`.execute(
    db,
  );
  return `${[...tables, ...functions.rows.map((row) => `${row.text.trim()};`)].join('\n\n')}\n`;
}
