import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';

export type Post = (path: string, type: string, body: Buffer | Readable) => Promise<unknown>;

/** Posts to a server over one connection that is kept, with the first key of `dataDir`. Resolves with the answer. @throws on a refusal */
export function createPost(url: string, dataDir: string): Post {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const authorization = `Bearer ${readFileSync(path.join(dataDir, 'admin.key'), 'utf8').trim()}`;
  return (target, type, body) =>
    new Promise((resolve, reject) => {
      const headers = { authorization, 'content-type': type, ...(Buffer.isBuffer(body) ? { 'content-length': body.length } : {}) };
      const call = request(`${url}${target}`, { agent, method: 'POST', headers }, (response) => {
        const answer = json(response).then((said) => {
          if (response.statusCode! >= 300) throw new Error(`POST ${target}: ${response.statusCode} ${JSON.stringify(said)}`);
          return said;
        });
        answer.then(resolve, reject);
      });
      call.on('error', reject);
      if (Buffer.isBuffer(body)) call.end(body);
      else body.on('error', reject).pipe(call);
    });
}
