import { html as write } from 'ghtml';

/** What a template made: everything in it that came from elsewhere is escaped. */
class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** Nothing but a template makes one. */
export type Html = Markup;

export type Part = Html | readonly Part[] | string | number | false | null | undefined;

/**
 * Writes a template. What another template made goes in as it is, everything else is escaped: a
 * type decides that, and no sign that a person could forget. Attributes have to be quoted.
 */
export function html({ raw }: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const literals: string[] = [];
  const texts: string[] = [];
  for (const [index, literal] of raw.entries()) {
    const part = parts[index];
    // Behind an exclamation mark ghtml escapes nothing: one of the text belongs to what follows.
    const text = literal.replace(/!+$/, '');
    const marks = literal.slice(text.length);
    if (index === parts.length) literals.push(literal);
    else if (isMarkup(part)) {
      literals.push(`${literal}!`);
      texts.push(join(part));
    } else {
      literals.push(text);
      texts.push(marks + join(part));
    }
  }
  return new Markup(write(Object.assign(literals, { raw: literals }), ...texts));
}

function isMarkup(part: Part): boolean {
  return part instanceof Markup || (Array.isArray(part) && part.length > 0 && part.every(isMarkup));
}

function join(part: Part): string {
  if (part === undefined || part === null || part === false) return '';
  if (Array.isArray(part)) return part.map(join).join('');
  return String(part);
}
