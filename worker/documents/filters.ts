/** What a search is restricted to; an absent field means any. */
export interface Filters {
  readonly domain?: string | undefined;
  readonly language?: string | undefined;
  readonly country?: string | undefined;
  readonly isMobile?: boolean | undefined;
}
