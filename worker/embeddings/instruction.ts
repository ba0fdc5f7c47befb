import { selectQueryInstruction } from '../../shared/model-instructions.ts';

/**
 * Selects the text that is put before each query.
 *
 * @param configured `auto` (the model's own, or none), `none`, or the prefix itself, with `\n` for
 *   a line end
 * @param documentInstruction with which the documents of the collection were embedded
 */
export function selectQueryPrefix(
  model: string,
  configured: string,
  documentInstruction = '',
): string {
  return selectQueryInstruction(model, configured, documentInstruction);
}
