/** What a family of models expects before queries and before documents. */
interface Family {
  readonly model: RegExp;
  readonly query: string;
  readonly document: string;
}

/**
 * From the models' cards. The first that matches counts. Qwen3-Embedding's authors measured 1 to 5
 * % less retrieval quality without its instruction; its card has no blank after `Query:`. Of a
 * family that expects nothing before documents only Qwen3's query is here: another one that came to
 * be used would change what existing stacks find.
 */
const families: readonly Family[] = [
  {
    model: /(^|\/|--)qwen3-embedding/i,
    query:
      'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:',
    document: '',
  },
  // E5 for instructions puts something before queries only.
  { model: /e5[-_].*instruct/i, query: '', document: '' },
  { model: /(^|[/_-])e5[-_]/i, query: 'query: ', document: 'passage: ' },
  { model: /nomic-embed-code/i, query: '', document: '' },
  {
    model: /nomic-embed-text|modernbert-embed/i,
    query: 'search_query: ',
    document: 'search_document: ',
  },
  {
    // Not of another maker's on Gemma 3: KaLM-Embedding-Gemma3-12B.
    model: /embedding-?gemma(-?\d+m|(?!-?\d))/i,
    query: 'task: search result | query: ',
    document: 'title: none | text: ',
  },
  { model: /(^|\/|--)ruri-v3/i, query: '検索クエリ: ', document: '検索文書: ' },
  { model: /deepset-mxbai-embed/i, query: 'query: ', document: 'passage: ' },
  {
    model:
      /(^|[/_-])(bge|gte|labse|distiluse|paraphrase|multi-qa|all-mpnet|all-distilroberta)(-|$)/i,
    query: '',
    document: '',
  },
  {
    model: /minilm|mxbai-embed|arctic-embed|jina-embeddings-v2|granite-embedding|uae-large/i,
    query: '',
    document: '',
  },
  {
    model: /(^|[/_-])(stella[_-]|gist-(\w+-)?embedding|all-roberta-|msmarco-)/i,
    query: '',
    document: '',
  },
];

function findFamily(model: string): Family | undefined {
  return families.find((family) => family.model.test(model));
}

/** Whether it is known what a model expects before documents; it may be nothing. */
function knowsInstructions(model: string): boolean {
  return findFamily(model) !== undefined;
}

/** A setting writes `\n` for a line end. */
function unescape(text: string): string {
  return text.replaceAll('\\n', '\n');
}

/**
 * Selects the text that is put before each document of a new collection.
 *
 * @param configured `auto` (the model's own, or none), `none`, or the text itself
 */
export function selectDocumentInstruction(model: string, configured: string): string {
  if (configured === 'none') return '';
  if (configured !== 'auto') return unescape(configured);
  return findFamily(model)?.document ?? '';
}

/**
 * Selects the text that is put before each query.
 *
 * @param configured `auto` (the model's own, or none), `none`, or the text itself
 * @param documentInstruction with which the documents were embedded: the query of a family that
 *   instructs both fits only documents with an instruction
 */
export function selectQueryInstruction(
  model: string,
  configured: string,
  documentInstruction: string,
): string {
  if (configured === 'none') return '';
  if (configured !== 'auto') return unescape(configured);
  const family = findFamily(model);
  if (family === undefined || (family.document !== '' && documentInstruction === '')) return '';
  return family.query;
}

/** What to set for a model whose instruction is not known; undefined where nothing has to be. */
export function describeUnknownInstruction(model: string, configured: string): string | undefined {
  if (configured !== 'auto' || knowsInstructions(model)) return undefined;
  return (
    `it is not known whether ${model} expects a text before documents, so none is put there: ` +
    'its card says it; set pulse:documentInstruction to that text, or to none'
  );
}
