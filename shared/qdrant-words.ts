/**
 * Whether an error was answered by Qdrant itself: it has its reason in `status.error`. A proxy in
 * front of it answers in words of its own, also with a status that Qdrant uses.
 *
 * @param body of the answer, or a text with its beginning
 */
export function isErrorOfQdrant(body: string): boolean {
  return /"status"\s*:\s*\{\s*"error"\s*:/.test(body);
}
