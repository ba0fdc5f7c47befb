import { describeUnanswered } from './conversation.ts';
import type { Explanation } from './explanation.ts';

export const qdrant = {
  ...describeUnanswered({
    code: 'QDRANT',
    name: 'Qdrant',
    setting: 'WEBHOOK_QDRANT_URL',
    look: './pulse status; documents wait for it, and nothing is lost',
  }),
  QDRANT_TIMEOUT: {
    meaning: 'Qdrant took the request and did not answer in time.',
    tried: 'GET /readyz and the collection',
    check: 'Qdrant still recovering its collections, or a disk at its limit (its log)',
  },
  QDRANT_AUTH: {
    meaning: 'Qdrant refuses the API key, or asks for one that was not given.',
    tried: 'GET /readyz and the collection',
    check:
      'pulse:qdrantApiKey is the key that Qdrant was started with: pulumi config set --secret ' +
      'pulse:qdrantApiKey; pulse:qdrantLogin is the user:password of a proxy in front of it. A 403 ' +
      'for a write: the key may only read, or may not write this collection',
  },
  QDRANT_RIGHTS: {
    meaning:
      'The key may use its own collection alone, and something is to be made or swapped that only ' +
      'an operator may.',
    tried: 'create the collection, its alias or its payload indexes',
    check:
      'the text of the problem names the collection to make (name, size, distance, indexes), or ' +
      'give Pulse a key that may list, create and delete collections and aliases',
  },
  QDRANT_ANSWER: {
    meaning: 'Qdrant answers with an error, or what answers is not Qdrant.',
    tried: 'GET /readyz and the collection',
    check:
      "the text of the problem and Qdrant's log; /readyz says 503 while it recovers. Where a limit " +
      'is reached (max_collections, strict_mode_config of the collection), raise it: documents wait',
  },
  QDRANT_VERSION: {
    meaning: 'The Qdrant server is older than Pulse supports.',
    tried: 'GET / and read its version',
    check: 'update Qdrant on the GPU host to 1.10 or newer, one minor version at a time',
  },
  QDRANT_COLLECTION: {
    meaning: 'The collection does not exist on this Qdrant.',
    tried: 'GET the collection by its alias',
    check:
      'the workers make it at their start (./pulse logs webhook-worker-1), or say there what a ' +
      'key that may not has to be given; an emptied Qdrant is filled again by ./pulse audit --repair',
  },
  QDRANT_DIMENSION: {
    meaning: 'The collection was made for vectors of another size.',
    tried: "compare the collection's vector size with WEBHOOK_VECTOR_DIM",
    check:
      "model and dimension belong together and are part of the collection's name; a new model " +
      'needs a new collection',
  },
  QDRANT_MODEL: {
    meaning:
      'The collection holds vectors of another model: those of two models cannot be compared.',
    tried: "read the model in the collection's metadata, and look for points of another one",
    check:
      'configure the model that made it, or give the new model a collection of its own (its ' +
      'name follows embeddingModel and vectorDim)',
  },
  QDRANT_INSTRUCTION: {
    meaning:
      'The collection was swapped for one with another text before its documents while this ' +
      'document was embedded; vectors of both must not be mixed.',
    tried: "compare with documentInstruction in the collection's metadata before each write",
    check: 'nothing: the document is tried again, with the text of the new collection',
  },
  QDRANT_DISTANCE: {
    meaning: 'The collection compares vectors by another distance than Cosine.',
    tried: "read the collection's configuration",
    check:
      'something other than Pulse made this collection: remove the alias, restart the ' +
      'workers, then ./pulse audit --repair',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
