/** What the old deployment's `.env.example` names and Pulse has no setting for, each with why. */

const firecrawl = 'Firecrawl reads it, which Pulse does not run: it stays with Firecrawl';
const changedetection =
  'changedetection.io reads it, which Pulse does not run: it stays with changedetection.io';
const mcp = 'the old MCP server reads it, which Pulse does not run';
const gpuHost = "the GPU host's own service reads it, which Pulse does not run: it stays there";
const graph = 'Pulse has no graph: its Neo4j is left as it is';
const noCrawler =
  'Pulse starts no crawls; it asks Firecrawl only for pages whose webhooks were lost, at ' +
  'pulse:firecrawlUrl, which WEBHOOK_FIRECRAWL_API_URL becomes. Keep it for what calls Firecrawl';
const noWatches =
  'Pulse makes no watches in changedetection.io; it takes its notifications, and asks it for lost ' +
  'ones at pulse:changedetectionUrl. Keep it for what makes watches';
const ranking = "Pulse's ranking is measured and fixed (docs/decisions)";

/** A name that ends in `*` stands for all that begin like it. */
const reasons: readonly (readonly [reason: string, names: string])[] = [
  [noCrawler, 'WEBHOOK_FIRECRAWL_*'],
  [
    noWatches,
    'WEBHOOK_CHANGEDETECTION_* CHANGEDETECTION_WEBHOOK_SECRET ' +
      'CHANGEDETECTION_CHECK_INTERVAL CHANGEDETECTION_ENABLE_AUTO_WATCH',
  ],
  [
    "a stack's collection has a name of its own, of stack, model and dimensions; the old one is " +
      'left as it is',
    'WEBHOOK_QDRANT_COLLECTION',
  ],
  ['how long Qdrant may take is fixed', 'WEBHOOK_QDRANT_TIMEOUT'],
  [ranking, 'WEBHOOK_HYBRID_ALPHA WEBHOOK_BM25_* WEBHOOK_RRF_K'],
  ['no page of another origin may call the API from a browser', 'WEBHOOK_CORS_ORIGINS'],
  [
    'containers on the network reach the API at the same address as before; for others see ' +
      'pulse:publicUrl',
    'WEBHOOK_BASE_URL SEARCH_SERVICE_URL',
  ],
  [
    'a stand-in for services was switched on with it; Pulse has none in a deployment',
    'WEBHOOK_TEST_MODE WEBHOOK_SKIP_DB_FIXTURES',
  ],
  [
    './pulse status and ./pulse verify look at the GPU host themselves',
    'WEBHOOK_EXTERNAL_* WEBHOOK_DOCKER_BIN',
  ],
  [graph, 'WEBHOOK_NEO4J_* WEBHOOK_GRAPH_* GRAPH_DB_* NEO4J_*'],
  [
    "Pulse's role is firecrawl and its database pulse_postgres, whatever they were",
    'POSTGRES_USER POSTGRES_DB',
  ],
  [
    'it is the key of the API once more: pulse:apiSecret takes over that of WEBHOOK_API_SECRET',
    'SEARCH_SERVICE_API_SECRET MCP_WEBHOOK_API_SECRET',
  ],
  [
    firecrawl,
    'HOST FIRECRAWL_* WORKER_PORT EXTRACT_WORKER_PORT NUM_WORKERS_PER_QUEUE NUQ_* ' +
      'WORKER_CONCURRENCY SCRAPE_* RETRY_DELAY MAX_RETRIES MAX_CPU MAX_RAM REDIS_RATE_LIMIT_URL ' +
      'BULL_AUTH_KEY PLAYWRIGHT_* BLOCK_MEDIA ENABLE_SEARCH_INDEX SEARCH_INDEX_* SELF_HOSTED_* ' +
      'ALLOW_LOCAL_WEBHOOKS SEARXNG_* OPENAI_* ANTHROPIC_* MODEL_NAME USE_DB_AUTHENTICATION ' +
      'LOGGING_LEVEL',
  ],
  [
    changedetection,
    'CHANGEDETECTION_* BASE_URL FETCH_WORKERS MINIMUM_SECONDS_RECHECK_TIME LOGGER_LEVEL ' +
      'HIDE_REFERER',
  ],
  [mcp, 'MCP_* ALLOWED_HOSTS DEBUG FORCE_COLOR PORT LLM_* MAP_* OPTIMIZE_FOR'],
  ['Docker Compose itself reads it', 'COMPOSE_* DOCKER_*'],
  ['the old web interface reads it, which Pulse does not run', 'NEXT_PUBLIC_* WEB_PORT'],
  [
    gpuHost,
    'TEI_* QDRANT_* OLLAMA_* NVIDIA_* CUDA_* PYTORCH_* OMP_* MKL_* TOKENIZERS_PARALLELISM ' +
      'RUST_LOG HF_HUB_*',
  ],
];

const listed = reasons.flatMap(([reason, names]) =>
  names.split(' ').map((name) => ({ name, reason })),
);

/** @returns why Pulse has no setting for a variable; `undefined` when it is not known */
export function reasonNotNeeded(name: string): string | undefined {
  const isMeant = ({ name: listedName }: { name: string }): boolean =>
    listedName.endsWith('*') ? name.startsWith(listedName.slice(0, -1)) : name === listedName;
  return listed.find(isMeant)?.reason;
}
