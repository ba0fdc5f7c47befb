/** What a search can be narrowed to; undefined means any. */
export interface Filters {
  readonly domain?: string | undefined;
  readonly language?: string | undefined;
  readonly country?: string | undefined;
  readonly isMobile?: boolean | undefined;
}
