import { Enqueuer } from '../../worker/api/enqueuer.ts';
import { PageReader } from '../../worker/api/page-reader.ts';
import { buildServer } from '../../worker/api/server.ts';
import { readApiSettings } from '../../worker/api/settings.ts';
import { openServices } from '../../worker/open-services.ts';
import { addPage } from '../../worker/page/page.ts';

/** As far as tests and docs/api-routes.md read it. */
export interface ApiDocument {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content: Content;
}

export type Content = Readonly<
  Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>
>;
export interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly (string | number | boolean)[];
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: string | number | boolean;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly $ref?: string;
}

/** Of no services that there are: routes are added without asking one. */
const environment = {
  REDIS_URL: 'redis://:password@127.0.0.1:1',
  WEBHOOK_DATABASE_URL: 'postgresql://nobody:password@127.0.0.1:1/none',
  WEBHOOK_QDRANT_URL: 'http://127.0.0.1:1',
  WEBHOOK_TEI_URL: 'http://127.0.0.1:1',
  WEBHOOK_OLLAMA_URL: 'http://127.0.0.1:1',
  WEBHOOK_EMBEDDING_MODEL: 'none',
  WEBHOOK_VECTOR_DIM: '32',
  WEBHOOK_COLLECTION: 'none',
  WEBHOOK_API_SECRET: 'a'.repeat(32),
  WEBHOOK_SEARCH_SECRET: 'b'.repeat(32),
  WEBHOOK_LOG_LEVEL: 'ERROR',
};

let built: Promise<BuiltApi> | undefined;

export interface BuiltApi {
  readonly document: ApiDocument;
  /** As `GET /api/documents/:id`, those that the document leaves out too. */
  readonly routes: readonly string[];
}

/** Adds all routes of the API once in this process. It serves nothing. */
export function buildApi(): Promise<BuiltApi> {
  built ??= build();
  return built;
}

async function build(): Promise<BuiltApi> {
  const settings = readApiSettings(environment);
  const services = openServices(settings, { keywordAccess: 'read' });
  const server = await buildServer({
    settings,
    services,
    enqueuer: new Enqueuer(services.queues, services.log),
    reader: new PageReader(),
    stopping: new AbortController().signal,
    isSchemaReady: () => false,
    addPage,
  });
  try {
    const answer = await server.inject('/openapi.json');
    const routes = readTree(server.printRoutes({ commonPrefix: false }));
    return { document: answer.json<ApiDocument>(), routes };
  } finally {
    await server.close();
    await services.close();
  }
}

/** @param tree as Fastify prints it: a path, or the rest of one below its beginning, on each line */
function readTree(tree: string): string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', rest = '', methods = ''] =
      /^(\W*)── (\S+)(?: \((.*)\))?/.exec(line) ?? [];
    const depth = indent.length / 4;
    const path = `${above[Math.floor(depth) - 1] ?? ''}${rest}`;
    above[Math.floor(depth)] = path;
    return methods
      .split(', ')
      .filter((method) => method !== '' && method !== 'HEAD')
      .map((method) => `${method} ${path}`);
  });
}
