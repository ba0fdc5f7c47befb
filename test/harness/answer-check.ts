import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';

import { buildApi } from './api-document.ts';
import type { ApiDocument, JsonSchema, Response } from './api-document.ts';

export interface GivenAnswer {
  readonly method: string;
  /** With a query or without. */
  readonly path: string;
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

/** Pages that the document leaves out: those that show it. */
const hiddenPaths = /^\/docs(?:\/|$)/;
/** What is answered where there is no route. */
const withoutRoute = ['404', '405', '410'];

/** Compares answers of the API with its document. */
export class AnswerCheck {
  readonly #document: ApiDocument;
  readonly #ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
  readonly #validators = new Map<JsonSchema, ValidateFunction>();
  readonly #patterns: readonly (readonly [RegExp, string])[];

  private constructor(document: ApiDocument) {
    this.#document = document;
    for (const [name, schema] of Object.entries(document.components.schemas))
      this.#ajv.addSchema(closeObjects(schema), `#/components/schemas/${name}`);
    this.#patterns = Object.keys(document.paths).map((path) => [patternOf(path), path]);
  }

  static async open(): Promise<AnswerCheck> {
    return new AnswerCheck((await buildApi()).document);
  }

  /** @throws Error for an answer that the document does not have */
  check(answer: GivenAnswer): void {
    const { method, path, status, type } = answer;
    const fault = this.findFault(answer);
    if (fault !== undefined)
      throw new Error(
        `${method} ${path} was answered ${status} ${type}, which /openapi.json does not say: ${fault}`,
      );
  }

  /** @returns what the document does not have of an answer */
  findFault({ method, path: address, status, type, body }: GivenAnswer): string | undefined {
    const path = address.split('?', 1)[0] as string;
    if (hiddenPaths.test(path)) return undefined;
    const [, known = ''] = this.#patterns.find(([pattern]) => pattern.test(path)) ?? [];
    const operation =
      this.#document.paths[known]?.[method === 'HEAD' ? 'get' : method.toLowerCase()];
    const responses = operation?.responses ?? describeAbsent();
    const response = responses[String(status)];
    if (response === undefined) return `it has ${Object.keys(responses).join(', ')}`;
    if (method === 'HEAD') return undefined;
    const content = response.content[type?.split(';', 1)[0] ?? ''];
    if (content === undefined) return `it has ${Object.keys(response.content).join(', ')}`;
    const validate = this.#validatorOf(content.schema);
    return validate(body) ? undefined : this.#ajv.errorsText(validate.errors);
  }

  #validatorOf(schema: JsonSchema): ValidateFunction {
    const known = this.#validators.get(schema);
    const validate = known ?? this.#ajv.compile(closeObjects(schema));
    this.#validators.set(schema, validate);
    return validate;
  }
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

function describeAbsent(): Record<string, Response> {
  const content = {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  };
  return Object.fromEntries(withoutRoute.map((status) => [status, { description: '', content }]));
}

/** Answers may get more fields one day, so the document lets them; the tests want each described. */
function closeObjects<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(closeObjects) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const closed = Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, closeObjects(part)]),
  );
  const isOpen = 'properties' in closed && !('additionalProperties' in closed);
  return (isOpen ? { ...closed, additionalProperties: false } : closed) as Value;
}
