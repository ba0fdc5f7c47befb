/** Traditional characters and the simplified ones for them: `丟 丢|並 并|…`. */
declare module 'opencc-js/dict/TSCharacters' {
  const characters: string;
  export default characters;
}

/** Japanese characters and their older forms: `万 萬|与 與|…`. */
declare module 'opencc-js/dict/JPShinjitaiCharacters' {
  const characters: string;
  export default characters;
}
