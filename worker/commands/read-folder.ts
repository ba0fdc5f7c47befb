import type { EndLine, FolderLine, PageLine } from '../../shared/folder-lines.ts';
import { canonicalizeUrl } from '../documents/canonical-url.ts';
import { readLines } from '../lines.ts';
import { largeBytes, maxValueBytes } from './entries.ts';
import type { Entry } from './entries.ts';

/** A folder as `./pulse` hands it over, and what was seen of it. */
export class FolderInput {
  /** The canonical URLs of files that were read, whatever their pages are stored under. */
  readonly #files = new Set<string>();
  /** Of what could not be read; of a folder with a slash. */
  readonly #unread = new Set<string>();
  /** Under what URLs the pages are stored. */
  readonly #pages = new Set<string>();
  /** By path the files whose front matter gives their page another URL. */
  readonly #elsewhere = new Map<string, string>();
  /** How many files give their documents the URL, and not their front matter. */
  named = 0;
  #end: EndLine['end'] | undefined;

  /** Undefined until all of it was read, and where it ended too early. */
  get end(): EndLine['end'] | undefined {
    return this.#end;
  }

  async *read(input: AsyncIterable<Buffer | string>): AsyncGenerator<Entry> {
    for await (const { text = '' } of readLines(input, maxValueBytes)) {
      const line = JSON.parse(text) as FolderLine;
      if ('end' in line) {
        this.#end = line.end;
        continue;
      }
      const { path } = line;
      const place = { path };
      if ('problem' in line) {
        this.#unread.add(canonicalize(line.fileUrl));
        yield { place, problem: line.problem };
        continue;
      }
      this.#see(line);
      yield { place, value: line.page, isLarge: text.length > largeBytes };
    }
  }

  #see({ path, fileUrl, page }: PageLine): void {
    const file = canonicalize(fileUrl);
    const own = page['url'];
    const url = typeof own === 'string' ? canonicalize(own) : file;
    this.#files.add(file);
    this.#pages.add(url);
    if (url === file) this.named += 1;
    else this.#elsewhere.set(path, file);
  }

  /** A page was not taken in under its other URL: the document that its file has is all there is. */
  keepRefused(path: string): void {
    const file = this.#elsewhere.get(path);
    if (file !== undefined) this.#pages.add(file);
  }

  /** Whether a page is stored under this URL, or may be: what could not be read is not gone. */
  holdsPage(url: string): boolean {
    return this.#pages.has(url) || this.#isUnread(url);
  }

  /** Whether a URL is that of a file which is there, or lies in a folder that cannot be read. */
  holdsFile(url: string): boolean {
    return this.#files.has(url) || this.#isUnread(url);
  }

  #isUnread(url: string): boolean {
    if (this.#unread.has(url)) return true;
    for (let end = url.lastIndexOf('/'); end > 0; end = url.lastIndexOf('/', end - 1))
      // A link that leads nowhere may have been a folder.
      if (this.#unread.has(url.slice(0, end + 1)) || this.#unread.has(url.slice(0, end)))
        return true;
    return false;
  }
}

const canonicalize = (url: string): string => canonicalizeUrl(url) ?? url;
