/**
 * Whether a check that fails is a warning: without a reranker a search has the order that it had
 * before there was one.
 */
export function isOptional(check: string): boolean {
  return check === 'reranker';
}
