/** Where an element stands, as far as that decides whether it is part of the text. */
export interface Place {
  /** Within the main part of the page. */
  readonly inContent: boolean;
  /** Within a paragraph, heading, cell or the like: a control there is part of the sentence. */
  readonly inSentence: boolean;
  readonly inHeading: boolean;
}
