import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import type { FastifyInstance } from 'fastify';

import { PulseError } from '../errors.ts';

interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly zipped: Buffer;
}

const htmx = fileURLToPath(import.meta.resolve('htmx.org/dist/htmx.min.js'));
const own = (name: string): string => fileURLToPath(new URL(`assets/${name}`, import.meta.url));

const script = 'text/javascript; charset=utf-8';
const files = {
  'page.css': { path: own('page.css'), type: 'text/css; charset=utf-8' },
  'page.js': { path: own('page.js'), type: script },
  'htmx.js': { path: htmx, type: script },
  'icon.svg': { path: own('icon.svg'), type: 'image/svg+xml' },
} as const;
export type AssetName = keyof typeof files;

const assets = new Map<string, Asset>();
const addresses = {} as Record<AssetName, string>;
for (const [name, { path, type }] of Object.entries(files)) {
  const body = readFileSync(path);
  const digest = createHash('sha256').update(body).digest('base64url').slice(0, 12);
  const [base, ending] = name.split('.');
  const file = `${base}-${digest}.${ending}`;
  assets.set(file, { type, body, zipped: gzipSync(body, { level: 9 }) });
  addresses[name as AssetName] = `/assets/${file}`;
}

/** Where the files of the page are. With another content one has another address. */
export const assetAddresses: Readonly<Record<AssetName, string>> = addresses;

/** Serves the files of the page to everybody, as they stand in this repository and its packages. */
export async function addAssets(app: FastifyInstance): Promise<void> {
  app.get<{ Params: { file: string } }>(
    '/assets/:file',
    { config: { access: 'public', session: 'public' }, schema: { hide: true } },
    async ({ params: { file }, headers }, reply) => {
      const asset = assets.get(file);
      if (asset === undefined)
        throw new PulseError('API_NOT_FOUND', 'final', 'there is no such file');
      const isZipped = /\bgzip\b/.test(String(headers['accept-encoding']));
      reply.headers({
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'accept-encoding',
        ...(isZipped && { 'content-encoding': 'gzip' }),
      });
      return reply.type(asset.type).send(isZipped ? asset.zipped : asset.body);
    },
  );
}
