/** Where the English emoji are: a file beside this module, which bundlers take along. */
export function emojiDataUrl(): string {
  return new URL(/* @vite-ignore */ './emoji-en.json', import.meta.url).href;
}
