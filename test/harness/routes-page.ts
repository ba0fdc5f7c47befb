import type { ApiDocument, JsonSchema, Operation, Parameter } from './api-document.ts';

const introduction = `# Routes of the API

Written from the contracts of the routes in \`worker/api/\` by \`npm run api\`; a test fails when the
two differ, and another sends each example. A replica serves the same as OpenAPI 3.1 at
\`/openapi.json\`, and as a page at \`/docs\`, both without a key and without a network. Keys, limits,
errors, and what each part is for: [api.md](api.md).

\`\`\`sh
eval "$(./pulse env)"
api=$(pulumi stack output apiAddress --stack dev)
key="Authorization: Bearer $(./pulse api key --admin --stack dev)"
secret=$(pulumi stack output webhookSecret --show-secrets --stack dev)
\`\`\`

<!-- all below run by test/integration/api/examples.test.ts -->

\`$id\` is the id of a document or a crawl. Keys: \`search\`: either key; \`api\`: that of \`apiSecret\`;
\`hooks\`: that of \`webhookSecret\`, or a signature with it. Every route may answer 408, 431, 500 and
503, and those with a key 401 and 429: [errors](api.md#errors).
`;

/** Problems that the introduction names once. */
const everywhere = ['401', '408', '429', '431', '500', '503'];

export interface Route {
  readonly method: string;
  /** As `/api/documents/{id}`. */
  readonly path: string;
  readonly operation: Operation;
  readonly key: 'none' | 'search' | 'api' | 'hooks';
}

/** @returns the routes in the order of their groups */
export function listRoutes({ paths, tags }: ApiDocument): Route[] {
  const order = tags.map(({ name }) => name);
  const groupOf = ({ operation }: Route): number => order.indexOf(operation.tags[0] ?? '');
  return Object.entries(paths)
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        operation,
        key: keyOf(operation),
      })),
    )
    .sort((one, other) => groupOf(one) - groupOf(other));
}

function keyOf({ security }: Operation): Route['key'] {
  const names = security.flatMap((one) => Object.keys(one));
  if (names.length === 0) return 'none';
  if (names.includes('searchKey')) return 'search';
  return names.includes('apiKey') ? 'api' : 'hooks';
}

/** The text of docs/api-routes.md. */
export function formatRoutesPage(document: ApiDocument): string {
  const routes = listRoutes(document);
  const parts = document.tags.map(({ name, description }) => [
    `## ${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    `${description}.`,
    ...routes.filter(({ operation }) => operation.tags.includes(name)).map(formatRoute),
  ]);
  const rows = routes.map((route) => [
    code(`${route.method} ${toColons(route.path)}`),
    route.key === 'none' ? 'none' : code(route.key),
    route.operation.summary,
  ]);
  return `${[introduction, formatTable(['route', 'key', ''], rows), ...parts.flat()].join('\n\n')}\n`;
}

function formatRoute(route: Route): string {
  const { method, path, operation, key } = route;
  const { summary, description, responses } = operation;
  const answered = Object.entries(responses)
    .filter(([status]) => !everywhere.includes(status))
    .map(([status, response]) => [status, response.description]);
  return [
    `### ${method} ${toColons(path)}`,
    `${[summary, description?.replace(/\.$/, '')].filter(Boolean).join('. ')}. Key: ${key}.`,
    ...formatTaken(operation),
    formatTable(['answer', ''], answered),
    fence('sh', formatRequest(route)),
    ...formatExample(operation),
  ].join('\n\n');
}

function formatTaken({ parameters = [], requestBody }: Operation): string[] {
  const inAddress = parameters.map((one) => [
    code(one.name),
    one.in === 'path' ? 'path' : 'address',
    describeShape(one.schema),
    one.description ?? '',
  ]);
  const [type, sent] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const fields = listFields(sent?.schema ?? {}).map(([name, field]) => [
    code(name),
    type ?? '',
    describeShape(field),
    field.description ?? '',
  ]);
  const rows = [...inAddress, ...fields];
  return rows.length === 0 ? [] : [formatTable(['field', 'in', 'is', ''], rows)];
}

/** Of the first of several forms. */
function listFields({ properties, anyOf }: JsonSchema): [string, JsonSchema][] {
  return anyOf === undefined ? Object.entries(properties ?? {}) : listFields(anyOf[0] ?? {});
}

function describeShape(schema: JsonSchema): string {
  const { type, enum: values, anyOf, minimum, maximum, default: usual } = schema;
  const forms = anyOf?.map(describeShape) ?? [];
  const range = [minimum, maximum].filter((one) => one !== undefined).join(' to ');
  const shape =
    values?.map((value) => code(String(value))).join(', ') ??
    [forms.join(' or ') || (type ?? 'anything'), range].filter(Boolean).join(', ');
  return usual === undefined ? shape : `${shape}; else ${code(String(usual))}`;
}

/** The example of a route as a command. */
export function formatRequest({ method, path, operation, key }: Route): string {
  const { parameters = [], requestBody } = operation;
  const [type, sent] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const body = JSON.stringify(sent?.example);
  const isSigned = operation.security.some((one) => 'hookSignature' in one);
  const address = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    name === 'id' ? '$id' : String(exampleOf(parameters, name)),
  );
  const query = parameters
    .filter((one) => one.in === 'query' && one.example !== undefined)
    .map((one) => [one.name, String(one.example)]);
  const search = query.length === 0 ? '' : `?${new URLSearchParams(query).toString()}`;
  const headers = isSigned ? ['X-Firecrawl-Signature: sha256=$hex'] : keyHeaders[key];
  const command = [
    'curl',
    ...headers.map((header) => `-H "${header}"`),
    ...(body === undefined ? [] : [`-H 'content-type: ${type}'`]),
    ...(method === 'GET' || (method === 'POST' && body !== undefined) ? [] : [`-X ${method}`]),
    `"$api${address}${search}"`,
  ].join(' ');
  if (body === undefined) return command;
  if (!isSigned) return `${command} \\\n  -d '${body}'`;
  return [
    `body='${body}'`,
    `hex=$(printf %s "$body" | openssl dgst -sha256 -hmac "$secret" | sed 's/.*= //')`,
    `${command} --data-raw "$body"`,
  ].join('\n');
}

const keyHeaders: Record<Route['key'], readonly string[]> = {
  none: [],
  search: ['$key'],
  api: ['$key'],
  hooks: ['X-Pulse-Token: $secret'],
};

function exampleOf(parameters: readonly Parameter[], name: string): unknown {
  return parameters.find((one) => one.name === name)?.example;
}

function formatExample({ responses }: Operation): string[] {
  const shown = Object.values(responses)
    .flatMap(({ content }) => Object.entries(content))
    .find(([, { example }]) => example !== undefined);
  if (shown === undefined) return [];
  const [type, { example }] = shown;
  return type === 'application/json' ? [fence('json', JSON.stringify(example, null, 2))] : [];
}

function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows.map((row) => row.map(escapeCell))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |')).join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '\\<');
}

function code(text: string): string {
  return `\`${text}\``;
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** As the rest of the docs write a path. */
function toColons(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
