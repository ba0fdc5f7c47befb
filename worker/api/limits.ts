const MiB = 2 ** 20;

/** Of one document or a list of them, and of one line, in bytes. */
export const bodyLimit = 12 * MiB;
export const lineLimit = 12 * MiB;
/** Of any other body, in bytes. */
export const smallBodyLimit = 64 * 1024;
/** Of a message of MCP, which has a query and no document. */
export const mcpBodyLimit = 128 * 1024;
/** Of documents in lines, which are stored while they come in. */
export const linesLimit = { bytes: 64 * MiB, lines: 10_000 };
/** Documents of one list. */
export const listLimit = 1_000;

/** Requests a second that one key may send to one process. */
export const requestsPerSecond = { documents: 1_000, searches: 200, metrics: 10 };

/** The longest that a whole request may take to come in, and then its answer. */
export const timeLimitsMs = { receive: 120_000, headers: 10_000, answer: 15_000, store: 110_000 };
/** How long a caller may wait for a document's state. */
export const maxWaitSeconds = 30;
/** Longer than the 30 s for which the proxy keeps an idle connection: it closes first. */
export const keepAliveMs = 75_000;

/** Entries of one page of a list: where the caller does not say, and at most. */
export const pageLimit = { usual: 50, most: 200 };
/** Values of one facet. */
export const facetLimit = 200;
