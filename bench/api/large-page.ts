const characters = 10_000_000;
const sentence = 'A page of ten million characters comes in while others search. ';

/** The largest page that a limit of 12 MiB lets in, each of another text. */
export function largePage(number: number): object {
  const paragraph = `${sentence.repeat(8)}\n\n`;
  return {
    url: `https://bench.example/large/${number}`,
    title: `Large page ${number}`,
    markdown: `# Large page ${number}\n\n${paragraph.repeat(characters / paragraph.length)}`,
  };
}
