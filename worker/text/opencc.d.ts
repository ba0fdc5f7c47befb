/** Characters and what stands for them elsewhere: `丟 丢|並 并|…`. */
declare module 'opencc-js/dict/*' {
  const characters: string;
  export default characters;
}
