/** Traditional characters and the simplified ones for them: `丟 丢|並 并|…`. */
declare module 'opencc-js/dict/TSCharacters' {
  const characters: string;
  export default characters;
}
