/** How long lines and files of TypeScript may be, and every line that may be longer. */

export const longestLine = 120;
export const longestFile = 300;
/** A URL cannot be broken: what it takes of a line is not counted. */
export const notCounted = /https?:\/\/[^\s'"`<>)]+/g;

/**
 * Lines of tests that are data in the form in which the product meets it, by how each begins. One
 * that is no longer there is reported, so that this list does not outlive its lines.
 */
export const literalData: readonly string[] = [];
