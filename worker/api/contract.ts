import { z } from 'zod';

/** The parts of the document, in its order. */
export const groups = {
  documents: 'Documents come in, are looked at and are deleted',
  crawls: 'Crawls and their pages, and what is done about those that are missing or gone',
  search: 'Searches, and what can be filtered by',
  assistants: 'What assistants ask (Model Context Protocol)',
  webhooks: 'What crawlers deliver',
  operations: 'The queues, the workers, and whether all of it works',
  health: 'What a proxy and an operator ask, without a key',
  metrics: 'What a Prometheus asks',
  reference: 'What explains the API itself',
} as const;
export type Group = keyof typeof groups;

/**
 * What a route takes and answers, in its `config`. It is written into /openapi.json and
 * docs/api-routes.md, and the tests compare every answer with it. It checks nothing by itself: a
 * handler gives `query` or `body` to `parseInput`.
 */
export interface Contract {
  readonly group: Group;
  /** What the route does, without a full stop. */
  readonly summary: string;
  readonly description?: string;
  /** What stands in the path. Left out, `:id` and the like are texts. */
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** JSON; or of each media type what it is. */
  readonly body?: z.ZodType | Readonly<Record<string, z.ZodType>>;
  /** By status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /**
   * By status, beside those that follow from the rest: 400 and 422 of what is taken in, 401, 403,
   * 413, 415, 429, and 500 and 503, which every route may answer.
   */
  readonly problems?: Readonly<Record<number, string | ProblemAnswer>>;
  /** Keys of senders open it, and not those of the API. */
  readonly takes?: 'signature' | 'token';
  readonly example: Example;
}

export interface Answer {
  /** When it is answered, without a full stop. */
  readonly description: string;
  /** Of JSON. Left out, the answer is text. */
  readonly schema?: z.ZodType;
  /** Its media type, where it is neither JSON nor plain text. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** It comes as an event of a stream to some callers, as that of the example. */
  readonly isEvent?: boolean;
}

/** A problem that has more fields than others. */
export interface ProblemAnswer {
  readonly description: string;
  readonly fields: z.ZodObject;
}

/** A request, which a test sends, and what its answer may look like. */
export interface Example {
  /** What stands in the path. A test has an `id` of its own. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** Of the first type that the body may have. */
  readonly body?: unknown;
  readonly answer: unknown;
  /** Of the answer, where it is not the lowest. */
  readonly status?: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route has one, but those that are hidden from the document. */
    contract?: Contract;
  }
}

const shapes = new WeakMap<object, z.ZodType>();

/**
 * Says what callers send where a schema reads it from another form, such as a number from digits.
 *
 * @returns the schema, which checks as before
 */
export function sentAs<S extends z.ZodType>(schema: S, shape: z.ZodType): S {
  shapes.set(schema, shape);
  return schema;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

/** @param io what is sent to the API, or what it answers */
export function writeJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...written } = z.toJSONSchema(schema, {
    io,
    override: ({ zodSchema, jsonSchema: part }) => {
      const shape = shapes.get(zodSchema);
      if (shape !== undefined) {
        for (const key of Object.keys(part)) delete part[key];
        Object.assign(part, writeJsonSchema(shape, io));
      }
      // Its pattern says the same in 200 characters.
      if (part.format !== undefined) delete part.pattern;
      // Said of every whole number.
      if (part.minimum === Number.MIN_SAFE_INTEGER) delete part.minimum;
      if (part.maximum === Number.MAX_SAFE_INTEGER) delete part.maximum;
      // Answers may have more fields one day. The tests let none pass that is not described.
      if (io === 'output' && part.additionalProperties === false) delete part.additionalProperties;
    },
  });
  return written;
}
