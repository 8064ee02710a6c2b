/** The address of the English emoji: a file beside this module, which bundlers include. */
export function emojiDataUrl(): string {
  return new URL(/* @vite-ignore */ './emoji-en.json', import.meta.url).href;
}
