interface OldRoute {
  /** As `/api/content/*`, whose star is the rest of an address. */
  readonly path: string;
  /** What takes its place, as docs/migration.md says it. */
  readonly successor: string;
}

const firecrawl = 'Firecrawl itself, http://firecrawl:3002/v2/…; its webhook brings the pages';
const index = 'POST /api/documents, which takes the same fields';
const page = 'GET /api/documents?url=…, then GET /api/documents/:id/chunks for the text';
const crawl = 'GET /api/crawls/:id, and GET /api/crawls/:id/pages for its pages';
const reports = './pulse status, and GET /api/documents/:id/runs for the times of each step';

/**
 * Addresses of the deployment that Pulse replaces at which Pulse has nothing. The first that fits
 * counts.
 */
export const oldRoutes: readonly OldRoute[] = [
  { path: '/redoc', successor: 'GET /docs' },
  { path: '/api/index', successor: index },
  { path: '/api/test-index', successor: `${index}; ./pulse verify tries every part` },
  {
    path: '/api/stats',
    successor: './pulse status, and GET /api/facets for documents of each host',
  },
  { path: '/api/content/by-url', successor: page },
  { path: '/api/content/by-session/*', successor: crawl },
  { path: '/api/content/*', successor: `${page}; the ids are others` },
  { path: '/api/metrics/crawls/*', successor: crawl },
  { path: '/api/metrics/*', successor: reports },
  { path: '/api/external/*', successor: './pulse status and ./pulse verify' },
  // What it was in fact: its prefix was put before it twice.
  { path: '/api/api/external/*', successor: './pulse status and ./pulse verify' },
  { path: '/api/v2/*', successor: firecrawl },
  { path: '/v2/*', successor: firecrawl },
];

/** @returns what takes the place of this address of the old deployment */
export function findSuccessor(path: string): string | undefined {
  return oldRoutes.find((old) =>
    old.path.endsWith('/*') ? path.startsWith(old.path.slice(0, -1)) : path === old.path,
  )?.successor;
}
