/** Fields that hold the text of a page. */
const content = ['markdown', 'html', 'text'];
/** Where crawlers and their APIs put the pages of an answer. */
const lists = ['data', 'results', 'result', 'items', 'pages', 'documents', 'records'];
/** `{"result": {"pages": […]}}` has two. */
const maxDepth = 3;

/**
 * Takes the pages out of what was saved whole: a JSON array, or a crawler's answer such as
 * `{"success": true, "data": […]}`.
 *
 * @returns undefined for what is one page, or anything else
 */
export function listRecords(value: unknown, depth = 1): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null || depth > maxDepth) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  if (content.some((key) => fields[key] !== undefined && fields[key] !== null)) return undefined;
  const inner = lists.map((key) => fields[key]).find((one) => isListOrPage(one));
  if (inner === undefined) return undefined;
  return listRecords(inner, depth + 1) ?? [inner];
}

/** A field such as `data` may as well be a value of the page itself. */
function isListOrPage(value: unknown): boolean {
  if (Array.isArray(value))
    return value.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
  return typeof value === 'object' && value !== null;
}
