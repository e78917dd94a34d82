// Our server and a bare one side by side, on the same database; says their ports.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createParts } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createHttp } from '../../src/surfaces/http.ts';

const [dataDir, workspaceId] = process.argv.slice(2) as [string, string];
const { parts } = await createParts(readConfig({ POSTRIDER_DATA_DIR: dataDir, POSTRIDER_LOG_LEVEL: 'error' }), () => {});
const http = createHttp(parts, { perMinute: 100_000_000 });
await http.listen({ host: '127.0.0.1', port: 0 });
const bare = createServer((call, response) => {
  const wanted = call.url!.split('/').at(-1);
  const statement = { name: 'get', text: 'select * from imports where workspace_id = $1 and id = $2', values: [workspaceId, wanted] };
  parts.pool.query(statement).then(
    ({ rows }) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ import: rows[0] })),
    (error: Error) => response.writeHead(500).end(error.message),
  );
});
await once(bare.listen(0, '127.0.0.1'), 'listening');
process.send!([http, bare].map((server) => ('server' in server ? server.server : server).address() as AddressInfo).map(({ port }) => port));
