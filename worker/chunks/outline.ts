import { scanBlocks } from './blocks.ts';
import type { Block } from './blocks.ts';
import type { TokenCounter } from './counter.ts';
import { Units } from './units.ts';

/** A block, in units: `from` is its first unit, `to` the first unit of the next block. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly kind: Block['kind'];
}

/** A heading and the text up to the next heading. A heading without text belongs to the next one. */
export interface Section {
  readonly from: number;
  readonly to: number;
  /** The level of its first heading; 0 before the first heading of the document. */
  readonly level: number;
  /** The headings that contain it, outermost first, its own last. */
  readonly headings: readonly string[];
}

export interface Outline {
  readonly units: Units;
  readonly parts: readonly Part[];
  readonly sections: readonly Section[];
}

/**
 * In characters. What is longer is a line of data behind a `#`, and stands in the text of the chunk
 * that begins with it: each chunk below it has its headings once more.
 */
const maxTitleLength = 1_000;

/** Lets other pages run. Throws when the work was cancelled. */
export type Pause = () => Promise<void> | undefined;

/** Finds the blocks and sections of a document, measured in tokens. */
export async function parseOutline(
  text: string,
  counter: TokenCounter,
  limit: number,
  pause: Pause,
): Promise<Outline> {
  const units = new Units(text, counter, limit);
  const parts: Part[] = [];
  const sections: { from: number; to: number; level: number; headings: readonly string[] }[] = [];
  let path: { level: number; title: string }[] = [];
  for (const { start, end, kind, level, title } of scanBlocks(text)) {
    const from = units.length;
    units.add(start, end);
    const part = { from, to: units.length, kind };
    if (part.to === from) continue;
    if (kind === 'heading')
      path = [...path.filter((outer) => outer.level < level), { level, title: cutTitle(title) }];
    const headings = path.map((outer) => outer.title);
    const section = sections.at(-1);
    const beginsSection =
      section === undefined || (kind === 'heading' && parts.at(-1)?.kind !== 'heading');
    if (beginsSection)
      sections.push({ from, to: part.to, level: kind === 'heading' ? level : 0, headings });
    else Object.assign(section, { to: part.to, headings });
    parts.push(part);
    await pause();
  }
  return { units, parts, sections };
}

/** Half a character is what Postgres refuses. */
function cutTitle(title: string): string {
  return title.length <= maxTitleLength ? title : title.slice(0, maxTitleLength).toWellFormed();
}
